"""A journal as the bytes that a package reads: same facts and names, same bytes. Pure."""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.shift_jis import lacking, replaced
from payouts.exports import freee, money_forward, yayoi
from payouts.exports.mapping import Names, Package
from payouts.exports.rows import Cell, Numbered, Row, halves, texts

ENCODINGS: Mapping[Package, tuple[str, ...]] = {
    Package.FREEE: ("utf8", "sjis"),
    Package.MONEY_FORWARD: ("utf8", "sjis"),
    Package.YAYOI: ("sjis",),
}
"""What each package reads, the usual first: UTF-8 with BOM, or Shift-JIS (cp932)."""

_FORMATS: Mapping[Package, Callable[[Sequence[Numbered], Names, Mapping[str, str]], list[Row]]] = {
    Package.FREEE: freee.rows,
    Package.MONEY_FORWARD: money_forward.rows,
    Package.YAYOI: yayoi.rows,
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A row of a file (the first is 1), and the characters in it that Shift-JIS lacks."""

    row: int
    slip: int
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """What is downloaded."""

    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """The hash by which it is known again."""
        return hashlib.sha256(self.content).hexdigest()


def rows_of(slips: Sequence[Numbered], names: Names, people: Mapping[str, str]) -> list[Row]:
    """Return the rows of a package's file, its title row included where it has one."""
    return _FORMATS[names.package](slips, names, people)


def write(slips: Sequence[Numbered], names: Names, people: Mapping[str, str], encoding: str) -> File:
    """Write a package's file; what Shift-JIS lacks becomes 〓, and `missing` says where. Raises ValueError."""
    if encoding not in ENCODINGS[names.package]:
        raise ValueError(f"{names.package} does not read {encoding}")
    rows = rows_of(slips, names, people)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [[_cell(cell, encoding) for cell in row] for row in rows]
    )
    if encoding == "sjis":
        return File(text.getvalue().encode("cp932"), len(rows))
    return File(b"\xef\xbb\xbf" + text.getvalue().encode(), len(rows))


def missing(slips: Sequence[Numbered], names: Names, people: Mapping[str, str]) -> list[Missing]:
    """Return the rows that Shift-JIS cannot write as they are, with their numbers in the whole file."""
    titles = 0 if names.package is Package.YAYOI else 1
    number, found = titles, []
    for each in slips:
        if not lacking(texts(each.slip, names, people)):
            number += len(halves(each.slip, names, people))
            continue
        for row in rows_of([each], names, people)[titles:]:
            number += 1
            if signs := lacking("".join(str(cell) for cell in row)):
                found.append(Missing(number, each.number, tuple(signs)))
    return found


def _cell(cell: Cell, encoding: str) -> Cell:
    return replaced(cell) if encoding == "sjis" and isinstance(cell, str) else cell
