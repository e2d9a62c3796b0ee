"""Records of 120 bytes as fields of so many places, written and read in Shift-JIS. Pure.

Source: 全国銀行協会, 「総合振込レコード・フォーマット」, published by the member banks as 全銀協規定形式 (for example
八十二銀行, 群馬銀行「全銀協制定ファイルフォーマット【総合振込】」). Numbers stand to the right after zeros, characters to the left
before spaces. Not tried at a bank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.errors import N_, Invalid, Message
from payouts.zengin.kana import lacking

RECORD = 120
ENCODING = "cp932"


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a record: its name (empty for filling), its width, and whether it holds digits only."""

    name: str
    width: int
    digits: bool = False


def _n(name: str, width: int) -> Place:
    return Place(name, width, digits=True)


HEADER = (
    _n("record", 1), _n("type", 2), _n("code", 1), _n("client_code", 10), Place("name", 40), _n("day", 4),
    _n("bank", 4), Place("bank_name", 15), _n("branch", 3), Place("branch_name", 15), _n("kind", 1), _n("number", 7),
    Place("", 17),
)  # fmt: skip
DATA = (
    _n("record", 1), _n("bank", 4), Place("bank_name", 15), _n("branch", 3), Place("branch_name", 15),
    _n("clearing", 4), _n("kind", 1), _n("number", 7), Place("holder", 30), _n("amount", 10), _n("new", 1),
    _n("position", 10), _n("file", 10), _n("designation", 1), Place("edi", 1), Place("result", 1), Place("", 6),
)  # fmt: skip
TRAILER = (_n("record", 1), _n("count", 6), _n("total", 12), Place("", 101))
END = (_n("record", 1), Place("", 119))


def write(layout: Sequence[Place], values: Mapping[str, str | int], where: str) -> bytes:
    """Write one record. Raises Invalid, on the field `<where>.<name>`, for what does not fit or cannot be written."""
    written = "".join(_placed(place, values.get(place.name, ""), where) for place in layout)
    return written.encode(ENCODING)


def _placed(place: Place, value: str | int, where: str) -> str:
    text = str(value)
    if place.digits:
        if (text and not (text.isascii() and text.isdigit())) or len(text) > place.width:
            raise refuse(where, place, N_("%(value)s is no number of at most %(most)s digits."), value=text)
        return text.rjust(place.width, "0")
    if wrong := lacking(text):
        raise refuse(
            where, place, N_("A bank's file cannot hold %(characters)s."), characters=" ".join(wrong)
        )
    if len(text) > place.width:
        raise refuse(where, place, N_("%(value)s is longer than %(most)s places."), value=text)
    return text.ljust(place.width)


def refuse(where: str, place: Place, text: str, **params: object) -> Invalid:
    """Return the refusal of a field of a record."""
    return Invalid(fields={f"{where}.{place.name}": Message(text, {"most": place.width, **params})})


def read(layout: Sequence[Place], record: str) -> dict[str, str]:
    """Read the fields of one record, characters without the spaces behind them."""
    values, at = {}, 0
    for place in layout:
        text = record[at : at + place.width]
        values[place.name] = text if place.digits else text.rstrip(" ")
        at += place.width
    return values
