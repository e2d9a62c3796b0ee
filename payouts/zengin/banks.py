"""Banks and their branches by number, name or kana, from the package `zengin-code` (weekly data of 全銀協's list)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Protocol

import jaconv

MOST = 12
"""Suggestions at once."""
BANK_DIGITS, BRANCH_DIGITS = 4, 3


@dataclass(frozen=True, slots=True)
class Place:
    """A bank or a branch: its number, its name, and its name in katakana."""

    code: str
    name: str
    kana: str

    @property
    def label(self) -> str:
        """How it is typed and shown: number and name."""
        return f"{self.code} {self.name}"


class _Named(Protocol):
    code: str
    name: str
    kana: str


@cache
def _banks() -> dict[str, Place]:
    return _places(_data().values())


@cache
def _branches(bank: str) -> dict[str, Place]:
    found = _data().get(bank)
    return _places(found.branches.values()) if found else {}


@cache
def _data() -> dict:  # type: ignore[type-arg] # the package is untyped
    from zengin_code import Bank

    return dict(Bank.all)


def _places(found: Iterable[_Named]) -> dict[str, Place]:
    return {one.code: Place(one.code, one.name, one.kana) for one in found}


def find_banks(typed: str) -> list[Place]:
    """Return banks for what is typed, the best first."""
    return _found(_banks(), typed)


def find_branches(bank: str, typed: str) -> list[Place]:
    """Return branches of a bank for what is typed, the best first."""
    return _found(_branches(bank), typed)


def bank(typed: str) -> Place | None:
    """Return the one bank that is meant: by its number, by `<number> <name>`, or by its name alone."""
    return _meant(_banks(), typed, BANK_DIGITS)


def branch(of_bank: str, typed: str) -> Place | None:
    """Return the one branch of a bank that is meant."""
    return _meant(_branches(of_bank), typed, BRANCH_DIGITS)


def _meant(places: dict[str, Place], typed: str, digits: int) -> Place | None:
    text = _folded(typed)
    code = text.split(" ")[0]
    if code.isdigit() and len(code) <= digits:
        return places.get(code.rjust(digits, "0"))
    named = [
        one
        for one in places.values()
        if text and _stem(text) in {_stem(_folded(one.name)), _folded(one.kana)}
    ]
    return named[0] if len(named) == 1 else None


def _found(places: dict[str, Place], typed: str) -> list[Place]:
    text = _stem(_folded(typed).split(" ")[-1] if typed.strip()[:1].isdigit() else _folded(typed))
    if not text:
        return []
    exact, begins, holds = [], [], []
    for one in places.values():
        names = (one.code, _folded(one.name), _folded(one.kana))
        if text in names:
            exact.append(one)
        elif any(name.startswith(text) for name in names):
            begins.append(one)
        elif any(text in name for name in names[1:]):
            holds.append(one)
    return list(islice((*exact, *begins, *holds), MOST))


def _folded(text: str) -> str:
    """Write hiragana as katakana with large kana and a plain hyphen, letters half-width and small: as the list has its kana."""
    folded = jaconv.hira2kata(unicodedata.normalize("NFKC", text)).translate(_LARGE)
    return " ".join(folded.casefold().split())


_LARGE = str.maketrans("ァィゥェォャュョッー", "アイウエオヤユヨツ-")


def _stem(text: str) -> str:
    """Leave out what people write behind a name: 銀行, 支店."""
    for ending in ("銀行", "支店", "ギンコウ", "シテン"):
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text
