"""Rows for freee会計: the journal file of 「仕訳データのインポート」, which makes transfer slips (振替伝票). Pure.

Source: freee's help page on bringing journals over from other packages (support.freee.co.jp, article 204847430) and the
template that it links: a title row that begins with [表題行], then a row for each pair of lines that begins with [明細行].
Rows of one day and one slip number are one slip; a slip has as many lines on each side as it likes. freee's other
format, for deals (取引), has one side only and no place for three credits, so that journals do not go through it.
Amounts hold their tax, which stands beside them; freee parts it as the company keeps its books.
"""

from collections.abc import Mapping, Sequence

from payouts.exports.mapping import Names
from payouts.exports.rows import Half, Numbered, Row, description, fits, halves

_SIDE = (
    "勘定科目", "科目コード", "補助科目", "取引先", "取引先コード", "部門", "品目", "メモタグ",
    "セグメント1", "セグメント2", "セグメント3", "金額", "税区分", "税額",
)  # fmt: skip
COLUMNS = (
    "[表題行]", "日付", "伝票番号", "決算整理仕訳",
    *(f"借方{name}" for name in _SIDE), *(f"貸方{name}" for name in _SIDE), "摘要",
)  # fmt: skip


def rows(slips: Sequence[Numbered], names: Names, people: Mapping[str, str]) -> list[Row]:
    """Return the title row and the rows of slips."""
    found: list[Row] = [list(COLUMNS)]
    for each in slips:
        told = description(each.slip, names, people)
        found += [
            fits(
                ["[明細行]", f"{each.slip.on:%Y/%m/%d}", each.number, "", *_side(left), *_side(right), told],
                len(COLUMNS),
            )
            for left, right in halves(each.slip, names, people)
        ]
    return found


def _side(half: Half) -> Row:
    account = half.account
    return [
        account.name, account.code, account.sub_account, half.party, "", account.department, "", "", "", "", "",
        half.amount, half.label.text, half.tax,
    ]  # fmt: skip
