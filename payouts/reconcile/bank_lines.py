"""Read what a bank says moved: 全銀 入出金取引明細 (200-byte records), or a bank's CSV by a mapping of its columns. Pure.

The records are those of the 全国銀行協会 (全銀協規定ファイル・フォーマット, 入出金取引明細, kind 03). A data record is, in bytes:
データ区分 1, 照会番号 8, 勘定日 6, 預入・払出日 6, 入払区分 1, 取引区分 2, 取引金額 12, うち他店券金額 12, 交換呈示日 6, 不渡返還日 6,
手形・小切手区分 1, 手形・小切手番号 7, 僚店番号 3, 振込依頼人コード 10, 振込依頼人名または契約者番号 48, 仕向銀行名 15, 仕向店名 15, 摘要内容 20,
EDI情報 20, ダミー 1; a trailer: データ区分 1, 入金件数 6, 入金額合計 13, 出金件数 6, 出金額合計 13, 貸越区分 1, 取引後残高 14, データ・レコード件数 7.
Confirmed against the header as a bank prints it (きらぼし銀行, 入出金明細(全銀) 明細ファイル・フォーマット, 2018-05-01: years of the
era) and against the fields and places of two readers that were written independently of this one; no bank's own file was read yet.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.errors import N_, Invalid, Message

MOST_BYTES = 5_000_000
MOST_LINES = 50_000
MOST_COLUMNS = 64
MOST_CELL = 500
RECORD = 200
REIWA = 2018
"""The year before the first of the era in which the records count."""

COLUMNS = ("day", "amount", "paid_in", "paid_out", "balance", "counterparty", "description", "reference")
"""What a column may mean; the amount stands in one signed column or in two."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on a bank account: plus is money in, whole yen; `line` is its place in the file."""

    line: int
    day: date
    amount: int
    balance: int | None = None
    counterparty: str = ""
    description: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column (from 0) means what, under so many rows of headings."""

    columns: Mapping[str, int]
    header_rows: int


def refuse(text: str, **params: object) -> Invalid:
    """Return the refusal of a file, on its field."""
    return Invalid(fields={"file": Message(text, params)})


def is_zengin(content: bytes) -> bool:
    """Tell a file of 200-byte records from a CSV by its header: record 1, kind 03, code 0 or 1."""
    return re.match(rb"103[01]\d{18}", content) is not None


def read_zengin(content: bytes, *, today: date) -> list[Line]:
    """Read the data records of every account in the file; its trailers and its end must agree with them.

    Raises Invalid on `file`. Years count in the era; a file that writes the two digits of the western year is read so
    where that lies nearer to today.
    """
    records = list(_records(content))
    lines: list[Line] = []
    start = 0
    for number, record in enumerate(records, 1):
        match record[:1]:
            case b"1":
                start = len(lines)
            case b"2":
                lines.append(_data(record, number, today))
            case b"8":
                _agree(record, lines[start:], number)
            case b"9":
                if _whole(record[1:11], number) != len(records):
                    raise refuse(N_("The file is cut off: its end counts other records than there are."))
            case _:
                raise refuse(N_("Record %(number)s is of no known kind."), number=number)
    if not records or records[-1][:1] != b"9":
        raise refuse(N_("The file is cut off: its end is missing."))
    return lines


def _records(content: bytes) -> Iterator[bytes]:
    _bounded(content)
    lines = re.split(rb"\r\n|\n|\r", content.rstrip(b"\x1a\r\n"))
    if len(lines) == 1:
        lines = [content[at : at + RECORD] for at in range(0, len(lines[0]), RECORD)]
    if len(lines) > MOST_LINES:
        raise refuse(N_("This file has more than %(most)s lines."), most=MOST_LINES)
    for number, line in enumerate(lines, 1):
        if len(line) != RECORD:
            raise refuse(N_("Record %(number)s is not 200 bytes long."), number=number)
        yield line


def _bounded(content: bytes) -> None:
    if not content:
        raise refuse(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise refuse(N_("This file is larger than %(most)s MB."), most=MOST_BYTES // 1_000_000)
    if b"\x00" in content:
        raise refuse(N_("This is no text file."))


def _data(record: bytes, number: int, today: date) -> Line:
    sign = {b"1": 1, b"2": -1}.get(record[21:22])
    if sign is None:
        raise refuse(N_("Record %(number)s says neither in nor out."), number=number)
    amount = _whole(record[24:36], number)
    if not amount:
        raise refuse(N_("Record %(number)s has no amount."), number=number)
    return Line(
        line=number,
        day=_day(_text(record[9:15], number), number, today),
        amount=sign * amount,
        counterparty=_text(record[81:129], number),
        description=_text(record[159:179], number),
        reference=f"{_text(record[179:199], number)} {_text(record[1:9], number)}".strip(),
    )


def _agree(record: bytes, lines: Sequence[Line], number: int) -> None:
    """Check the counts and sums of a trailer against the records before it."""
    paid_in = [line.amount for line in lines if line.amount > 0]
    paid_out = [-line.amount for line in lines if line.amount < 0]
    said = [_whole(record[at:to], number) for at, to in ((1, 7), (7, 20), (20, 26), (26, 39))]
    if said != [len(paid_in), sum(paid_in), len(paid_out), sum(paid_out)]:
        raise refuse(N_("The sums of the file do not agree with its lines."))


def _whole(raw: bytes, number: int) -> int:
    text = raw.strip()
    if not text:
        return 0
    if not text.isdigit():
        raise refuse(N_("Record %(number)s has something else where digits belong."), number=number)
    return int(text)


def _text(raw: bytes, number: int) -> str:
    try:
        return unicodedata.normalize("NFKC", raw.decode("cp932")).strip()
    except UnicodeDecodeError:
        raise refuse(N_("Record %(number)s is not written in Shift-JIS."), number=number) from None


def _day(digits: str, number: int, today: date) -> date:
    found = []
    for base in (REIWA, 2000):
        try:
            found.append(date(base + int(digits[:2]), int(digits[2:4]), int(digits[4:6])))
        except ValueError:
            continue
    if not found:
        raise refuse(N_("Record %(number)s has no day."), number=number)
    return min(found, key=lambda day: abs(day - today))


def decode(content: bytes) -> str:
    """Read a CSV's bytes as UTF-8 or Shift-JIS. Raises Invalid on `file`."""
    _bounded(content)
    if content.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"<")):
        raise refuse(N_("This is no CSV file."))
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(N_("This file is written neither in UTF-8 nor in Shift-JIS."))


def rows_of(content: bytes) -> list[list[str]]:
    """Return the cells of a CSV, bounded in lines, columns and length. Raises Invalid on `file`."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(decode(content), newline=""), strict=True):
            if len(rows) >= MOST_LINES:
                raise refuse(N_("This file has more than %(most)s lines."), most=MOST_LINES)
            if len(row) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in row):
                raise refuse(N_("Line %(line)s is too long."), line=len(rows) + 1)
            rows.append([unicodedata.normalize("NFKC", cell).strip() for cell in row])
    except csv.Error:
        raise refuse(N_("Line %(line)s cannot be read as CSV."), line=len(rows) + 1) from None
    if not rows:
        raise refuse(N_("This file is empty."))
    return rows


def read_csv(content: bytes, mapping: Layout, *, today: date) -> list[Line]:
    """Read a bank's CSV by its mapping. Raises Invalid on `file` with the first line that cannot be read."""
    lines = []
    for number, row in enumerate(rows_of(content), 1):
        if number > mapping.header_rows and any(row):
            lines.append(_line(row, number, mapping.columns, today))
    return [line for line in lines if line.amount]


def _line(row: Sequence[str], number: int, columns: Mapping[str, int], today: date) -> Line:
    def cell(name: str) -> str:
        place = columns.get(name)
        return row[place] if place is not None and place < len(row) else ""

    day = day_in(cell("day"), today)
    if day is None:
        raise refuse(
            N_("Line %(line)s has no day where one belongs: %(cell)s"), line=number, cell=cell("day")
        )
    if "amount" in columns:
        amount = yen_in(cell("amount"))
    else:
        paid_in, paid_out = yen_in(cell("paid_in") or "0"), yen_in(cell("paid_out") or "0")
        amount = None if paid_in is None or paid_out is None else paid_in - abs(paid_out)
    if amount is None:
        raise refuse(N_("Line %(line)s has no amount where one belongs."), line=number)
    balance = yen_in(cell("balance")) if cell("balance") else None
    return Line(number, day, amount, balance, cell("counterparty"), cell("description"), cell("reference"))


_WESTERN = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?")
_ERA = re.compile(r"(?:R|令和)\.?(\d{1,2})\D(\d{1,2})\D(\d{1,2})日?", re.IGNORECASE)


def day_in(text: str, today: date) -> date | None:
    """Read a day as banks write it: 2026/11/23, 20261123, 2026年11月23日, R8.11.23, 令和8年11月23日."""
    for pattern, base in ((_ERA, REIWA), (_WESTERN, 0)):
        if found := pattern.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
            try:
                read = date(base + year, month, day)
            except ValueError:
                return None
            return read if abs(read - today) < timedelta(days=20 * 366) else None
    return None


def yen_in(text: str) -> int | None:
    """Read whole yen as banks write them: 1,234, ¥1,234, -1,234, △1,234, (1,234)."""
    found = re.fullmatch(r"([-−△▲(]?)[¥\\]?([-−]?)([\d,]+)円?\)?", text)
    if found is None:
        return None
    amount = int(found[3].replace(",", "") or "0")
    return -amount if found[1] or found[2] else amount


def fingerprints(lines: Sequence[Line]) -> list[str]:
    """Return what tells each line from every other of its account; equal ones of one file are counted."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        said = "\x1f".join(
            (
                line.day.isoformat(),
                str(line.amount),
                str(line.balance),
                line.counterparty,
                line.description,
                line.reference,
            )
        )
        seen[said] += 1
        found.append(hashlib.sha256(f"{said}\x1f{seen[said]}".encode()).hexdigest())
    return found
