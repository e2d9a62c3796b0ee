"""What the three formats share: slips with their numbers, pairs of lines, cells that no spreadsheet runs, descriptions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from marketplace.core.shift_jis import cut
from payouts.exports.journal import Posting, Side, Slip, TaxClass, folded
from payouts.exports.mapping import BOUNDS, Account, Label, Names

Cell = str | int
Row = list[Cell]

_RUNS = {"=": "＝", "+": "＋", "-": "－", "@": "＠"}
"""Signs that begin a formula in a spreadsheet, and the same at full width, which is only text."""

KINDS = {
    "approve": "検収",
    "settle": "支払充当",
    "topup": "チャージ",
    "cancel": "キャンセル補償",
    "withhold_adjust": "源泉徴収の調整",
    "invoice": "成功報酬",
    "invoice_paid": "成功報酬の支払",
    "credit_note": "成功報酬の返還",
    "vest": "紹介報奨の確定",
    "netted": "紹介報奨の返還",
    "chargeback": "カード決済の取消",
    "refund": "残高の返金",
    "platform_invoice": "利用手数料の消費税差額",
    "remittance": "源泉所得税の納付",
    "unexplained": "要確認",
}
"""What a slip is called in the files, which are Japanese as the packages are."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A slip with its number in its month."""

    number: int
    slip: Slip


@dataclass(frozen=True, slots=True)
class Half:
    """One side of a row in a company's own names; all blank where the slip has no line there."""

    account: Account
    label: Label
    amount: Cell
    tax: Cell
    party: str


BLANK = Half(Account(""), Label(""), "", "", "")


def halves(slip: Slip, names: Names, people: Mapping[str, str]) -> list[tuple[Half, Half]]:
    """Return a slip's rows as pairs of its left and right lines; the shorter side ends blank."""
    lines = folded(slip)
    left = [_half(line, names, people) for line in lines if line.side is Side.DEBIT]
    right = [_half(line, names, people) for line in lines if line.side is Side.CREDIT]
    return list(zip_longest(left, right, fillvalue=BLANK))


def _half(line: Posting, names: Names, people: Mapping[str, str]) -> Half:
    tax = line.tax.amount if line.tax_class is not TaxClass.OUTSIDE else ""
    return Half(
        _account(names.accounts[line.role]),
        _label(names.labels[line.tax_class]),
        line.amount.amount,
        tax,
        safe(people.get(line.party, "")),
    )


@lru_cache(maxsize=256)
def _account(one: Account) -> Account:
    return Account(safe(one.name), safe(one.sub_account), safe(one.code), safe(one.department))


@lru_cache(maxsize=256)
def _label(one: Label) -> Label:
    return Label(safe(one.text), safe(one.invoice))


def texts(slip: Slip, names: Names, people: Mapping[str, str]) -> str:
    """Return every text that a slip's rows can hold, to be looked through at once."""
    used = [names.accounts[line.role] for line in slip.lines]
    written = [text for one in used for text in (one.name, one.sub_account, one.code, one.department)]
    written += [people.get(line.party, "") for line in slip.lines]
    return "".join([slip.title, slip.document, *written])


def description(slip: Slip, names: Names, people: Mapping[str, str]) -> str:
    """Return what a slip is for: its kind, with whom, about what, and its document; as much as the package takes."""
    parties = [
        people[line.party] for line in slip.lines if line.party.startswith("person:") and line.party in people
    ]
    parts = [KINDS[slip.kind], *parties[:1], slip.title, slip.document]
    return cut(safe(" ".join(part for part in parts if part)), BOUNDS[names.package].description)


@lru_cache(maxsize=4096)
def safe(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula; nothing is added to it."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return _RUNS.get(line[:1], line[:1]) + line[1:]


def fits(row: Sequence[Cell], columns: int) -> Row:
    """Return a row after making sure that it has the columns of its format. Raises ValueError."""
    if len(row) != columns:
        raise ValueError(f"{len(row)} columns where the format has {columns}")
    return list(row)
