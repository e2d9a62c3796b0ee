"""What a bank says of the transfers of a file: its result in the records of 120 bytes, or our list as CSV with a word. Pure.

There is no published record for results of 総合振込. A file in the same layout is read as paid where its result place
(the first of the seven dummy places) is empty or 0; the digits are those of `CODES`. Not tried at a bank.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Message
from payouts.reconcile.bank_lines import rows_of, yen_in
from payouts.zengin.record import is_transfer_file, parse, refuse

PAID = ""
"""The code of a transfer that arrived."""
CODES = {
    "no_account": N_("No such account"),
    "incorrect_account_holder_name": N_("The name of the holder differs"),
    "account_closed": N_("The account is closed"),
    "recalled": N_("Called back (組戻し)"),
    "could_not_process": N_("Refused for another reason"),
}
"""Why a transfer did not arrive, in the words of `payouts.holds`, where there is one."""
_DIGITS = {
    "": PAID, "0": PAID, "1": "no_account", "2": "incorrect_account_holder_name", "3": "account_closed",
    "8": "recalled", "9": "could_not_process",
}  # fmt: skip
_WORDS = {
    PAID: ("済", "振込済", "paid", "ok"),
    "no_account": ("口座なし", "該当口座なし", "不能", "noaccount"),
    "incorrect_account_holder_name": ("名義相違", "名義人相違", "name"),
    "account_closed": ("解約", "解約済", "closed"),
    "recalled": ("組戻", "組戻し", "recalled"),
    "could_not_process": ("その他", "資金返却", "returned", "failed"),
}
COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What the bank says of one transfer: its place in our file, whole yen, and the code (empty: it arrived)."""

    line: int
    position: int
    amount: int
    code: str


def read(content: bytes, *, number: int, near: date) -> list[Told]:
    """Read a bank's answer to our file of a number. Raises Invalid on `file`, naming the line that is wrong."""
    told = _records(content, number, near) if is_transfer_file(content) else _cells(content)
    if not told:
        raise refuse(N_("The file tells nothing of any transfer."))
    seen: dict[int, int] = {}
    for one in told:
        if one.position in seen:
            raise refuse(
                N_("Line %(line)s names transfer %(position)s again, which line %(first)s has named."),
                line=one.line, position=one.position, first=seen[one.position],
            )  # fmt: skip
        seen[one.position] = one.line
    return told


def _records(content: bytes, number: int, near: date) -> list[Told]:
    file = parse(content, near=near)
    if file.number != number:
        raise refuse(
            N_("This is the result of file %(other)s, not of file %(number)s."),
            other=file.number,
            number=number,
        )
    unknown = [row for row in file.rows if row.result not in _DIGITS]
    if unknown:
        raise refuse(
            N_("Transfer %(position)s has a result that nobody knows: %(code)s"),
            position=unknown[0].position,
            code=unknown[0].result,
        )
    return [
        Told(line, row.position, row.amount, _DIGITS[row.result]) for line, row in enumerate(file.rows, 2)
    ]


def _cells(content: bytes) -> list[Told]:
    """Read a list with headings; a line whose last cell is empty tells nothing yet."""
    return [_line(cells, line) for line, cells in enumerate(rows_of(content)[1:], 2) if cells and cells[-1]]


def _line(cells: Sequence[str], line: int) -> Told:
    if len(cells) < COLUMNS or not cells[0].isdigit():
        raise refuse(N_("Line %(line)s does not begin with the number of a transfer."), line=line)
    amount, code = yen_in(cells[-2]), code_of(cells[-1])
    if amount is None:
        raise refuse(N_("Line %(line)s has no amount where one belongs."), line=line)
    if code is None:
        raise refuse(
            N_("Line %(line)s has a result that nobody knows: %(code)s"),
            line=line,
            code=cells[-1][:40] or "–",
        )
    return Told(line, int(cells[0][:9]), amount, code)


def code_of(word: str) -> str | None:
    """Return the code of a word or digit in a list; None for one that says nothing."""
    text = unicodedata.normalize("NFKC", word).strip().casefold().replace(" ", "")
    if text in _DIGITS and text:
        return _DIGITS[text]
    return next((code for code, words in _WORDS.items() if text in (*words, code) and text), None)


@dataclass(frozen=True, slots=True)
class Held:
    """A transfer as our file has it: whole yen, its state and the code that was told."""

    amount: int
    status: str
    code: str


def news(told: Iterable[Told], held: Mapping[int, Held]) -> tuple[dict[int, str], dict[int, int]]:
    """Compare what is told with our file: the news by place, and the amounts that differ by place.

    What is known already is no news. Raises Invalid on `file` for a transfer that the file has not, and for one that
    was refused and is now said to have arrived.
    """
    fresh: dict[int, str] = {}
    different: dict[int, int] = {}
    for one in told:
        ours = held.get(one.position)
        if ours is None:
            raise refuse(
                N_("Line %(line)s names transfer %(position)s, which is not in this file."),
                line=one.line,
                position=one.position,
            )
        if ours.amount != one.amount:
            different[one.position] = one.amount
        elif ours.status == "sent" or (ours.status == "paid" and one.code != PAID):
            fresh[one.position] = one.code
        elif ours.status in {"failed", "returned"} and one.code == PAID:
            raise refuse(
                N_("Line %(line)s says that transfer %(position)s has arrived, but it came back before."),
                line=one.line,
                position=one.position,
            )
    return fresh, different


def name_of(code: str) -> Message:
    """Return the words of a code."""
    return Message(CODES.get(code, CODES["could_not_process"]))
