"""Rows for マネーフォワード クラウド会計: the journal (仕訳帳) with its 27 columns. Pure.

Source: Money Forward's guide 「仕訳帳」をインポートする (biz.moneyforward.com, tax-return/guide/import-books/ib01) and
「インポート」の使い方 (ac-plus/guide/journal2/import2: columns A to AA, the first row stays as it is). Rows of one number
(取引No) and one day whose sides are equal are one slip. Names of accounts, sub-accounts, classes of tax and departments
have to be registered letter for letter; counterparties too, so that theirs stands in the description. The invoice
columns take 適格, 80%控除 and so on. The last four columns belong to the package's own exports and stay empty.
"""

from collections.abc import Mapping, Sequence

from payouts.exports.mapping import Names
from payouts.exports.rows import Half, Numbered, Row, description, fits, halves

_SIDE = ("勘定科目", "補助科目", "部門", "取引先", "税区分", "インボイス", "金額(円)", "税額")
COLUMNS = (
    "取引No", "取引日", *(f"借方{name}" for name in _SIDE), *(f"貸方{name}" for name in _SIDE),
    "摘要", "仕訳メモ", "タグ", "MF仕訳タイプ", "決算整理仕訳", "作成日時", "作成者", "最終更新日時", "最終更新者",
)  # fmt: skip


def rows(slips: Sequence[Numbered], names: Names, people: Mapping[str, str]) -> list[Row]:
    """Return the title row and the rows of slips; the memo holds the fact's key in our ledger."""
    found: list[Row] = [list(COLUMNS)]
    for each in slips:
        told = [description(each.slip, names, people), each.slip.key, "", "", "", "", "", "", ""]
        found += [
            fits([each.number, f"{each.slip.on:%Y/%m/%d}", *_side(left), *_side(right), *told], len(COLUMNS))
            for left, right in halves(each.slip, names, people)
        ]
    return found


def _side(half: Half) -> Row:
    account, label = half.account, half.label
    return [
        account.name, account.sub_account, account.department, "", label.text, label.invoice, half.amount, half.tax,
    ]  # fmt: skip
