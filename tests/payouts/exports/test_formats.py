"""The files against the published rules of each package: columns, widths, days, sides; not import-tested."""

import csv
import io
from collections import defaultdict
from datetime import datetime

import pytest

from marketplace.core.money import yen
from marketplace.core.shift_jis import width
from payouts.exports import files, freee, money_forward, yayoi
from payouts.exports.journal import Role
from payouts.exports.mapping import Package, suggested
from payouts.exports.numbering import compare
from payouts.exports.slips import slips_of
from tests.payouts.exports.month import EXAMPLE, GOLDEN_FILES, PEOPLE, golden, journal, written

SIDES = {
    Package.FREEE: (1, 2, (4, 15, 17, 16), (18, 29, 31, 30)),
    Package.MONEY_FORWARD: (1, 0, (2, 8, 9, 6), (10, 16, 17, 14)),
    Package.YAYOI: (3, 1, (4, 8, 9, 7), (10, 14, 15, 13)),
}
"""Where a package has its day, its slip's number, and of each side the account, the amount, the tax and its class."""

COLUMNS = {Package.FREEE: 33, Package.MONEY_FORWARD: 27, Package.YAYOI: 25}


def read(package: Package, encoding: str) -> list[list[str]]:
    """Read a golden file again as the package would: without its title row."""
    content = golden(package, encoding).read_bytes()
    text = content.decode("cp932" if encoding == "sjis" else "utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return rows if package is Package.YAYOI else rows[1:]


@pytest.mark.parametrize(("package", "encoding"), GOLDEN_FILES)
def test_the_month_is_written_as_the_golden_file_to_the_byte(package: Package, encoding: str):
    assert written(package, encoding) == golden(package, encoding).read_bytes()


@pytest.mark.parametrize(("package", "encoding"), GOLDEN_FILES)
def test_every_row_has_the_columns_of_its_format_and_ends_with_crlf(package: Package, encoding: str):
    content = golden(package, encoding).read_bytes()

    assert {len(row) for row in read(package, encoding)} == {COLUMNS[package]}
    assert content.count(b"\r\n") == content.count(b"\n")
    assert content.startswith(b"\xef\xbb\xbf") is (encoding == "utf8")


def test_the_title_rows_are_the_published_ones():
    assert (len(freee.COLUMNS), freee.COLUMNS[0], freee.COLUMNS[-1]) == (33, "[表題行]", "摘要")
    assert money_forward.COLUMNS[:4] == ("取引No", "取引日", "借方勘定科目", "借方補助科目")
    assert (len(money_forward.COLUMNS), len(set(money_forward.COLUMNS))) == (27, 27)
    assert (len(yayoi.COLUMNS), yayoi.COLUMNS[0], yayoi.COLUMNS[-1]) == (25, "識別フラグ", "調整")


@pytest.mark.parametrize(("package", "encoding"), GOLDEN_FILES)
def test_read_again_a_file_has_the_same_totals_and_every_slip_balances(package: Package, encoding: str):
    on, number, left, right = SIDES[package]
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    days: defaultdict[str, set[str]] = defaultdict(set)
    for row in read(package, encoding):
        days[row[number]].add(row[on])
        for side, (account, amount, _tax, _class) in enumerate((left, right)):
            assert bool(row[account]) == bool(int(row[amount] or 0))
            sums[row[number]][side] += int(row[amount] or 0)

    assert all(debit == credit > 0 for debit, credit in sums.values())
    assert sum(debit for debit, _ in sums.values()) == journal().debits.amount
    assert all(len(found) == 1 for found in days.values())
    assert {datetime.strptime(day, "%Y/%m/%d").month for found in days.values() for day in found} == {11}  # noqa: DTZ007


@pytest.mark.parametrize(("package", "encoding"), GOLDEN_FILES)
def test_the_taxes_in_a_file_are_those_of_the_journal(package: Package, encoding: str):
    _on, _number, left, right = SIDES[package]
    rows = read(package, encoding)
    taxes = sum(int(row[left[2]] or 0) for row in rows) - sum(int(row[right[2]] or 0) for row in rows)
    alone = sum(
        int(row[side[1]] or 0) * sign
        for row in rows
        for side, sign in ((left, 1), (right, -1))
        if row[side[0]] == "仮払消費税"
    )

    assert yen(taxes + alone) == journal().moved(Role.INPUT_TAX)


def test_the_worked_example_is_three_rows_in_each_package():
    slips = compare(slips_of(EXAMPLE)[:1], {}).slips

    for package, (_on, _number, left, right) in SIDES.items():
        rows = files.rows_of(slips, suggested(package), PEOPLE)[-3:]
        assert [(row[left[0]], row[left[1]] or 0, row[left[2]] or 0) for row in rows] == [
            ("外注費", 55_000, 5_000), ("支払手数料", 8_250, 750), ("", 0, 0)
        ]  # fmt: skip
        assert [(row[right[0]], row[right[1]]) for row in rows] == [
            ("預り金", 5_105), ("未払金", 49_895), ("未払金", 8_250)
        ]  # fmt: skip


def test_yayoi_has_its_flags_and_no_field_is_wider_than_published():
    flags: defaultdict[str, list[str]] = defaultdict(list)
    for row in read(Package.YAYOI, "sjis"):
        flags[row[1]].append(row[0])
        for (name, most), value in zip(yayoi.WIDTHS, row, strict=True):
            assert width(value) <= most, name

    for found in flags.values():
        assert found in (["2111"], ["2110", "2101"]) or found == [
            "2110",
            *["2100"] * (len(found) - 2),
            "2101",
        ]


def test_money_forward_says_how_an_unregistered_payee_counts():
    rows = [row for row in read(Package.MONEY_FORWARD, "utf8") if row[2] == "外注費"]

    assert [(row[6], row[7], row[9]) for row in rows] == [
        ("課税仕入 10%", "適格", "5000"), ("課税仕入 10%", "70%控除", "5600"), ("課税仕入 10%", "70%控除", "8400")
    ]  # fmt: skip


@pytest.mark.parametrize(("package", "encoding"), GOLDEN_FILES)
def test_no_cell_begins_a_formula(package: Package, encoding: str):
    assert not [
        cell for row in read(package, encoding) for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))
    ]


def test_a_name_that_looks_like_a_formula_is_only_text():
    slips = compare(slips_of(EXAMPLE), {}).slips

    rows = files.rows_of(slips, suggested(Package.FREEE), {**PEOPLE, "person:1": "=1+1\r\n"})

    assert rows[1][7] == "＝1+1"


def test_what_shift_jis_lacks_is_listed_with_its_row_and_replaced_in_the_file():
    slips = compare(journal().slips, {}).slips

    found = files.missing(slips, suggested(Package.YAYOI), PEOPLE)

    rows = read(Package.YAYOI, "sjis")
    assert {sign for one in found for sign in one.signs} == {"𠮷"}
    assert found
    assert [number for number, row in enumerate(rows, start=1) if "〓" in "".join(row)] == [
        one.row for one in found
    ]
    assert [rows[one.row - 1][1] for one in found] == [str(one.slip) for one in found]
    assert "𠮷田 結衣" in written(Package.FREEE, "utf8").decode("utf-8-sig")


def test_yayoi_reads_no_utf_8():
    slips = compare(journal().slips, {}).slips

    with pytest.raises(ValueError, match="does not read"):
        files.write(slips, suggested(Package.YAYOI), PEOPLE, "utf8")


def test_a_long_description_is_cut_to_yayois_width_and_never_in_half_a_character():
    long = "長い題名" * 40
    slips = compare([slip for slip in journal().slips if slip.key == "cancel:c4"], {}).slips
    told = {**PEOPLE, "person:1": long}

    (row,) = files.rows_of(slips, suggested(Package.YAYOI), told)

    assert width(str(row[16])) <= 64
    assert width(str(row[16])) > 62
