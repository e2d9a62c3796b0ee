"""Rows for 弥生会計: the import format with 25 columns and no title row. Pure.

Source: Yayoi's support page 「仕訳データの項目と記述形式」 of 弥生取り込み(インポート)形式 (support.yayoi-kk.co.jp, page_id 18545): the flag
is 2111 for a slip of one row, else 2110 for its first, 2100 between and 2101 for its last; accounts, sub-accounts and
departments take 24 half-width places, the description 64, the memo 180, a slip's number 6 digits, an amount 11. A side
without an account has the amount 0 and is outside of tax. Shift-JIS only. Amounts hold their tax (内税).
"""

from collections.abc import Mapping, Sequence

from marketplace.core.shift_jis import cut
from payouts.exports.journal import TaxClass
from payouts.exports.mapping import Names
from payouts.exports.rows import Half, Numbered, Row, description, fits, halves

WIDTHS = (
    ("識別フラグ", 4), ("伝票No.", 6), ("決算", 4), ("取引日付", 10),
    ("借方勘定科目", 24), ("借方補助科目", 24), ("借方部門", 24), ("借方税区分", 40), ("借方金額", 11), ("借方税金額", 11),
    ("貸方勘定科目", 24), ("貸方補助科目", 24), ("貸方部門", 24), ("貸方税区分", 40), ("貸方金額", 11), ("貸方税金額", 11),
    ("摘要", 64), ("番号", 10), ("期日", 10), ("タイプ", 1), ("生成元", 4), ("仕訳メモ", 180), ("付箋1", 1), ("付箋2", 1), ("調整", 4),
)  # fmt: skip
COLUMNS = tuple(name for name, _width in WIDTHS)
MEMO = dict(WIDTHS)["仕訳メモ"]
TRANSFER = 3
"""The type of slip (タイプ): 振替伝票."""


def rows(slips: Sequence[Numbered], names: Names, people: Mapping[str, str]) -> list[Row]:
    """Return the rows of slips; the memo holds the fact's key in our ledger."""
    found: list[Row] = []
    for each in slips:
        pairs = halves(each.slip, names, people)
        tail: Row = [
            description(each.slip, names, people),
            "",
            "",
            TRANSFER,
            "",
            cut(each.slip.key, MEMO),
            "",
            "",
            "no",
        ]
        found += [
            fits(
                [_flag(at, len(pairs)), each.number, "", f"{each.slip.on:%Y/%m/%d}", *_side(left, names), *_side(right, names), *tail],
                len(COLUMNS),
            )
            for at, (left, right) in enumerate(pairs)
        ]  # fmt: skip
    return found


def _flag(at: int, count: int) -> str:
    if count == 1:
        return "2111"
    return "2110" if at == 0 else "2101" if at == count - 1 else "2100"


def _side(half: Half, names: Names) -> Row:
    account = half.account
    if not account.name:
        return ["", "", "", names.labels[TaxClass.OUTSIDE].text, 0, ""]
    return [account.name, account.sub_account, account.department, half.label.text, half.amount, half.tax]
