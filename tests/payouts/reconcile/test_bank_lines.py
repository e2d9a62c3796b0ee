"""What a bank writes is read as it is meant; what is cut off, hostile or unclear is refused with its place."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from payouts.reconcile.bank_lines import (
    Layout,
    day_in,
    fingerprints,
    is_zengin,
    read_csv,
    read_zengin,
    yen_in,
)
from tests.payouts.reconcile.bank import zengin

TODAY = date(2026, 11, 23)
FEE, TOPUP = (date(2026, 11, 20), -330, "ﾃｽｳﾘﾖｳ", ""), (date(2026, 11, 21), 63_250, "ｱｸﾒ(ｶ", "PO123")


def _refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_zengin(content, today=TODAY)
    return refused.value.fields["file"].text


@pytest.mark.parametrize("era", [True, False])
def test_records_of_200_bytes_are_read_with_their_sign_day_and_names(era: bool):
    content = zengin(FEE, TOPUP, era=era)

    lines = read_zengin(content, today=TODAY)

    assert is_zengin(content)
    assert [(line.day, line.amount) for line in lines] == [(FEE[0], -330), (TOPUP[0], 63_250)]
    assert [line.counterparty for line in lines] == ["テスウリヨウ", "アクメ(カ"]
    assert lines[1].reference == "PO123 00000002"
    assert lines[0].description == "フリコミ"


def test_records_without_line_breaks_read_the_same():
    content = zengin(FEE, TOPUP)

    joined = read_zengin(content.replace(b"\r\n", b""), today=TODAY)

    assert joined == read_zengin(content, today=TODAY)


def test_a_file_that_is_cut_off_is_refused():
    records = zengin(FEE, TOPUP).split(b"\r\n")

    assert "cut off" in _refusal(b"\r\n".join(records[:-2]))
    assert "200 bytes" in _refusal(zengin(FEE)[:-10])


def test_a_line_that_was_changed_shows_in_the_sums():
    assert "sums" in _refusal(zengin(FEE, TOPUP).replace(b"000000063250", b"000000093250", 1))


@pytest.mark.parametrize(
    "spoilt", [b"", b"\x00" * 400, b"1" * 6_000_000, zengin(FEE).replace(b"\r\n2", b"\r\n7")]
)
def test_a_hostile_file_is_refused(spoilt: bytes):
    assert _refusal(spoilt)


@given(st.binary(max_size=900))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused_and_never_crash(content: bytes):
    for read in (
        lambda: read_zengin(content, today=TODAY),
        lambda: read_csv(content, Layout({"day": 0, "amount": 1}, 0), today=TODAY),
    ):
        with contextlib.suppress(Invalid):
            assert all(line.amount for line in read())


def test_a_csv_is_read_by_its_columns_in_both_encodings():
    text = '取引日,お預り金額,お支払金額,残高,摘要\r\n2026/11/20,,330,999670,手数料\r\nR8.11.21,"63,250",,1062920,アクメ(カ\r\n'
    layout = Layout({"day": 0, "paid_in": 1, "paid_out": 2, "balance": 3, "description": 4}, 1)

    lines = read_csv(text.encode("cp932"), layout, today=TODAY)

    assert [(line.day, line.amount, line.balance) for line in lines] == [
        (date(2026, 11, 20), -330, 999_670),
        (date(2026, 11, 21), 63_250, 1_062_920),
    ]
    assert read_csv(b"\xef\xbb\xbf" + text.encode(), layout, today=TODAY) == lines


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,234", 1234),
        ("¥1,234", 1234),
        ("-1,234", -1234),
        ("△1,234", -1234),
        ("(1,234)", -1234),
        ("1.5", None),
        ("", None),
    ],
)
def test_yen_are_read_as_banks_write_them(written: str, meant: int | None):
    assert yen_in(written) == meant


@pytest.mark.parametrize(
    "written", ["2026/11/23", "20261123", "2026年11月23日", "R8.11.23", "令和8年11月23日"]
)
def test_days_are_read_as_banks_write_them(written: str):
    assert day_in(written, TODAY) == TODAY


@pytest.mark.parametrize("written", ["2026/13/01", "23", "1626/01/01", "=1+1", "明日"])
def test_what_is_no_day_is_none(written: str):
    assert day_in(written, TODAY) is None


def test_equal_lines_of_one_file_are_two_and_of_two_files_the_same():
    first = read_zengin(zengin(FEE, FEE), today=TODAY)
    csv = [line.__class__(line.line, line.day, line.amount) for line in first]

    assert len(set(fingerprints(csv))) == 2
    assert fingerprints(csv) == fingerprints(csv)
