"""Read the bytes of a CSV file as people in Japan send them: its encoding, its delimiter, its records with their lines."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.core.errors import N_, Invalid, Message

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
_DELIMITERS = ",\t;"
_LONGEST_CELL = 10_000
_ISO_2022_JP = b"\x1b$"
"""How that encoding turns to Japanese signs."""

_HALF_WIDTH_OR_BROKEN = re.compile("[\uff61-\uff9f\ufffd]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the line of the file on which it begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class CsvText:
    """Decoded text, and how it was written."""

    text: str
    encoding: str
    delimiter: str


def refuse(text: str, **params: object) -> Invalid:
    """Return the refusal of a whole file, shown beside the field that chose it."""
    return Invalid(fields={"file": Message(text, params)})


def decode(content: bytes) -> CsvText:
    """Decode UTF-8 (with or without BOM) or Shift-JIS as Windows writes it (cp932). Raises Invalid with what to do."""
    if not content.strip():
        raise refuse(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise refuse(
            N_("This file is larger than %(most)s MB. Please divide it."), most=MOST_BYTES // 1_000_000
        )
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise refuse(
            N_("This file is written in UTF-16. In Excel, save it as “CSV UTF-8 (comma delimited)”.")
        )
    if content[:2] == b"PK" or b"\x00" in content:
        raise refuse(
            N_("This is not a text file. In Excel, save the sheet as “CSV UTF-8 (comma delimited)”.")
        )
    text, encoding = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    return CsvText(text, encoding, max(_DELIMITERS, key=first.count))


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(content, "utf-8-sig"), "UTF-8 (BOM)"
    if _ISO_2022_JP in content:
        raise _refuse_encoding("ISO-2022-JP")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        codec = "utf-8" if _is_mostly_utf8(content) else "cp932"
    if codec == "cp932" and _is_euc(content):
        raise _refuse_encoding("EUC-JP")
    return _strictly(content, codec), "Shift-JIS"


def _is_euc(content: bytes) -> bool:
    """Tell EUC-JP, as older systems write it, from Shift-JIS: as the latter it is rubbish of half-width katakana."""
    try:
        content.decode("euc_jis_2004")
    except UnicodeDecodeError:
        return False
    text = content.decode("cp932", "replace")
    return 2 * len(_HALF_WIDTH_OR_BROKEN.findall(text)) > len(text) - len(text.encode("ascii", "ignore"))


def _refuse_encoding(name: str) -> Invalid:
    return refuse(
        N_(
            "This file is written in %(encoding)s. Save it in UTF-8; in Excel as “CSV UTF-8 (comma delimited)”."
        ),
        encoding=name,
    )


def _is_mostly_utf8(content: bytes) -> bool:
    """Tell a damaged UTF-8 file from a Shift-JIS one: nearly any bytes decode as the latter, to rubbish."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) > 2 * broken


def _strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as problem:
        raise refuse(
            N_(
                "Line %(line)s is written neither in UTF-8 nor in Shift-JIS. "
                "In Excel, save the sheet as “CSV UTF-8 (comma delimited)”."
            ),
            line=content.count(b"\n", 0, problem.start) + 1,
        ) from None


def records(source: CsvText) -> Iterator[Record]:
    """Yield the records that hold anything. Raises Invalid naming the line where the quotes do not close."""
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=source.delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(line, [cell[:_LONGEST_CELL] for cell in cells])
            line = reader.line_num + 1
    except csv.Error:
        raise refuse(
            N_("The record that begins on line %(line)s cannot be read: a quotation mark is not closed."),
            line=line,
        ) from None
