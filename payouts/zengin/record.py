"""A bank transfer file (総合振込) as values, and as the bytes that a bank reads: the same values give the same bytes. Pure.

One header (1), one data record (2) for each transfer, a trailer (8) with count and total, an end (9). Layout and source:
`layout.py`. The two customer codes of a data record carry our own numbers, its place in the file and the file's: with
them a bank's result names the transfer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Invalid, Message
from payouts.zengin.layout import DATA, ENCODING, END, HEADER, RECORD, TRAILER, Place, read, write

TRANSFERS = "21"
BY_WIRE = "7"
MOST_ROWS = 1_000
MOST_BYTES = (MOST_ROWS + 3) * (RECORD + 2) + 2
KINDS = (1, 2, 4)
"""Kinds of a payee's account: ordinary (普通), current (当座), savings (貯蓄)."""
OWN_KINDS = (1, 2, 9)
"""Kinds of the payer's account: ordinary, current, other."""


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account with the names that a file prints: bank of 4 digits, branch of 3, number of 7."""

    bank: str
    bank_name: str
    branch: str
    branch_name: str
    kind: int
    number: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pays: the code that the bank gave, the name, and the account that is debited."""

    client_code: str
    name: str
    account: Account


@dataclass(frozen=True, slots=True)
class Row:
    """One transfer: to whom, whole yen, its place in the file (from 1); `result` is what a bank's answer says of it."""

    account: Account
    holder: str
    amount: int
    position: int
    result: str = ""


@dataclass(frozen=True, slots=True)
class TransferFile:
    """A file: who pays on which day, the file's number with us, and its transfers."""

    sender: Sender
    pay_on: date
    number: int
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        """What the bank debits, in yen."""
        return sum(row.amount for row in self.rows)


def generate(file: TransferFile, *, newline: bool = True) -> bytes:
    """Write a file in Shift-JIS, each record followed by CRLF or by nothing.

    Raises Invalid with every field that cannot be written, named `<record>.<field>`, for example `3.holder`.
    """
    wrong: dict[str, Message] = {}
    records = []
    for make in _records(file):
        try:
            records.append(write(*make))
        except Invalid as refusal:
            wrong |= refusal.fields
    wrong |= {f"{row.position}.amount": _NOTHING for row in file.rows if row.amount <= 0}
    if wrong:
        raise Invalid(fields=wrong)
    end = b"\r\n" if newline else b""
    return b"".join(record + end for record in records)


_NOTHING = Message(N_("A transfer is of one yen or more."))


Values = dict[str, str | int]


def _records(file: TransferFile) -> Iterator[tuple[Sequence[Place], Values, str]]:
    header: Values = {"record": "1", "type": TRANSFERS, "code": "0", "day": f"{file.pay_on:%m%d}"}
    sender: Values = {"client_code": file.sender.client_code, "name": file.sender.name}
    yield HEADER, header | sender | _told(file.sender.account), "header"
    for row in file.rows:
        told: Values = {"record": "2", "holder": row.holder, "amount": row.amount, "new": "0"}
        told |= {"position": row.position, "file": file.number, "designation": BY_WIRE, "result": row.result}
        yield DATA, told | _told(row.account), str(row.position)
    yield TRAILER, {"record": "8", "count": len(file.rows), "total": file.total}, "trailer"
    yield END, {"record": "9"}, "end"


def _told(account: Account) -> Values:
    return {
        "bank": account.bank, "bank_name": account.bank_name, "branch": account.branch,
        "branch_name": account.branch_name, "kind": account.kind, "number": account.number,
    }  # fmt: skip


def refuse(text: str, **params: object) -> Invalid:
    """Return the refusal of a file, on its field."""
    return Invalid(fields={"file": Message(text, params)})


def is_transfer_file(content: bytes) -> bool:
    """Tell a file of bank transfers by its header: record 1, kind 21, code 0."""
    return content.startswith(b"1210")


def parse(content: bytes, *, near: date) -> TransferFile:
    """Read a file, with line ends or without; its day of the year lies in the year that brings it nearest to `near`.

    Raises Invalid on `file` for what is no such file, is cut off, or has sums that do not agree.
    """
    records = _split(content)
    if [record[:1] for record in (records[0], *records[-2:])] != ["1", "8", "9"]:
        raise refuse(N_("The file is cut off: its header, its trailer or its end is missing."))
    header, trailer = read(HEADER, records[0]), read(TRAILER, records[-2])
    if header["type"] != TRANSFERS:
        raise refuse(N_("This is no file of bank transfers."))
    data = [(number, read(DATA, record)) for number, record in enumerate(records[1:-2], 2)]
    rows = tuple(_row(values, number) for number, values in data)
    said = [_whole(trailer[name], len(records) - 1) for name in ("count", "total")]
    if said != [len(rows), sum(row.amount for row in rows)]:
        raise refuse(N_("The sums of the file do not agree with its lines."))
    files = {_whole(values["file"], number) for number, values in data}
    if len(files) > 1:
        raise refuse(N_("The file holds transfers of several files."))
    sender = Sender(header["client_code"], header["name"], _account(header))
    return TransferFile(sender, _day(header["day"], near), min(files, default=0), rows)


_SINGLE = re.compile(f"[ -~｡-ﾟ]{{{RECORD}}}")
"""A record holds characters of one byte only: banks write more of them than we do."""


def _split(content: bytes) -> list[str]:
    if not content:
        raise refuse(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise refuse(N_("This file has more than %(most)s lines."), most=MOST_ROWS)
    try:
        text = content.decode(ENCODING).rstrip("\x1a\r\n")
    except UnicodeDecodeError:
        raise refuse(N_("The file is not written in Shift-JIS.")) from None
    records = re.split("\r\n|\n|\r", text)
    if len(records) == 1:
        records = [text[at : at + RECORD] for at in range(0, len(text), RECORD)]
    for number, record in enumerate(records, 1):
        if _SINGLE.fullmatch(record) is None:
            raise refuse(N_("Record %(number)s is not 120 bytes long."), number=number)
    return records


def _row(values: dict[str, str], number: int) -> Row:
    if values["record"] != "2":
        raise refuse(N_("Record %(number)s is of no known kind."), number=number)
    amount, position = _whole(values["amount"], number), _whole(values["position"], number)
    return Row(_account(values), values["holder"], amount, position, values["result"])


def _account(values: dict[str, str]) -> Account:
    kind = int(values["kind"]) if values["kind"].isdigit() else 0
    return Account(
        values["bank"], values["bank_name"], values["branch"], values["branch_name"], kind, values["number"]
    )


def _whole(text: str, number: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise refuse(N_("Record %(number)s has something else where digits belong."), number=number)
    return int(text)


def _day(digits: str, near: date) -> date:
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(date(year, int(digits[:2]), int(digits[2:])))
        except ValueError:
            continue
    if not found:
        raise refuse(N_("The header of the file has no day."))
    return min(found, key=lambda day: abs(day - near))
