"""Statements to the yen: one rounding per rate and document, what is paid is what was agreed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money, yen
from payouts.statements import months
from payouts.statements.lines import Line, Registered, line_of, parted, rate_of
from payouts.statements.statement import sums
from payouts.statements.transition import cap_of, is_near, share_on, year_begins
from payouts.tax import withholding

NOVEMBER = date(2026, 11, 10)


def line(base: int, *, kind: str = "fee", withheld: int = 0, on: date = NOVEMBER, netted: int = 0) -> Line:
    tax = base // 10 if kind == "fee" else 0
    return Line(
        f"{kind}{base}{on}", kind, on, "Design", "contract:1", "1", 0 if kind == "compensation" else 1000,
        kind == "bounty", yen(base), yen(tax), yen(withheld), yen(netted),
    )  # fmt: skip


def test_the_worked_example_reaches_the_alumnus_with_49_895():
    found = sums([line(50_000, withheld=5_105)], registered=True, on=NOVEMBER)

    assert (found.work, found.tax, found.withheld, found.net) == (
        yen(50_000), yen(5_000), yen(5_105), yen(49_895),
    )  # fmt: skip
    assert (found.document_tax, found.deductible, found.difference) == (yen(5_000), yen(5_000), yen(0))


def test_three_lines_of_105_bear_31_on_the_document_and_30_in_the_contracts():
    found = sums([line(105) for _ in range(3)], registered=True, on=NOVEMBER)

    assert [(rate.base, rate.tax) for rate in found.rates] == [(yen(315), yen(31))]
    assert (found.tax, found.document_tax, found.difference) == (yen(30), yen(31), yen(1))
    assert found.net == yen(345)


def test_a_bounty_holds_its_tax_and_a_compensation_is_outside_of_it():
    found = sums(
        [line(50_000), line(110_000, kind="bounty"), line(30_000, kind="compensation")],
        registered=True,
        on=NOVEMBER,
    )

    assert [(rate.rate, rate.base, rate.tax) for rate in found.rates] == [
        (1000, yen(150_000), yen(15_000)),
        (0, yen(30_000), yen(0)),
    ]
    assert found.net == yen(195_000)
    assert found.difference == yen(0)


def test_prices_with_and_without_tax_are_rounded_once_together():
    found = sums([line(105), line(104, kind="bounty")], registered=True, on=NOVEMBER)

    # 10.5 + 9.4545… = 19.95: one rounding gives 19, two would give 19 and lose .95 in two places
    assert found.rates[0].tax == yen(19)
    assert found.rates[0].total == yen(105 + 10 + 104)


@pytest.mark.parametrize(
    ("on", "deducts"),
    [
        (date(2026, 9, 30), 8_000),
        (date(2026, 10, 1), 7_000),
        (date(2028, 9, 30), 7_000),
        (date(2028, 10, 1), 5_000),
        (date(2030, 10, 1), 3_000),
        (date(2031, 9, 30), 3_000),
        (date(2031, 10, 1), 0),
    ],
)
def test_of_an_unregistered_payees_tax_the_buyer_deducts_the_share_of_the_day(on, deducts):
    found = sums([line(100_000, on=on)], registered=False, on=on)

    assert found.deductible == yen(deducts)
    assert found.net == yen(110_000)
    assert share_on(on) == deducts


@pytest.mark.parametrize(
    ("begins", "cap"),
    [
        (date(2026, 4, 1), 1_000_000_000),
        (date(2026, 9, 1), 1_000_000_000),
        (date(2026, 10, 1), 100_000_000),
        (date(2027, 4, 1), 100_000_000),
    ],
)
def test_the_cap_of_a_supplier_is_the_one_in_force_when_the_business_year_begins(begins: date, cap: int):
    assert cap_of(begins) == yen(cap)
    assert cap_of(date(2031, 10, 1)) is None


@pytest.mark.parametrize(
    ("month", "first", "begins"),
    [
        (date(2026, 11, 1), 4, date(2026, 4, 1)),
        (date(2027, 3, 1), 4, date(2026, 4, 1)),
        (date(2027, 4, 1), 4, date(2027, 4, 1)),
        (date(2026, 12, 1), 1, date(2026, 1, 1)),
    ],
)
def test_a_month_lies_in_the_business_year_that_began_last(month: date, first: int, begins: date):
    assert year_begins(month, first) == begins


@pytest.mark.parametrize(
    ("room", "covered", "deducts"),
    [(None, 10_000, 7_000), (110_000, 10_000, 7_000), (55_000, 5_000, 3_500), (0, 0, 0), (-1, 0, 0)],
)
def test_above_the_cap_nothing_is_deducted_of_an_unregistered_payees_tax(
    room: int | None, covered: int, deducts: int
):
    left = None if room is None else yen(room)

    found = sums([line(100_000)], registered=False, on=NOVEMBER, room=left)

    assert (found.rates[0].covered, found.deductible) == (yen(covered), yen(deducts))
    assert found.net == yen(110_000)


def test_what_the_first_rate_uses_of_the_cap_is_gone_for_the_next_and_what_bears_no_tax_uses_none():
    lines = [line(100_000), line(100_000, kind="compensation")]

    found = sums(lines, registered=False, on=NOVEMBER, room=yen(110_000))

    assert found.deductible == yen(7_000)


def test_a_registered_payees_tax_is_deducted_above_the_cap_too():
    assert sums([line(100_000)], registered=True, on=NOVEMBER, room=yen(0)).deductible == yen(10_000)


@pytest.mark.parametrize(("paid", "near"), [(79_999_999, False), (80_000_000, True), (100_000_001, True)])
def test_finance_is_warned_from_four_fifths_of_the_cap_on(paid: int, near: bool):
    assert is_near(yen(paid), yen(100_000_000)) is near


def test_a_registration_that_lapses_within_the_month_splits_the_lines():
    periods = [Registered("T7123456789012", date(2023, 10, 1), date(2026, 11, 15))]
    early, last, late = (line(100, on=date(2026, 11, day)) for day in (2, 15, 16))

    found = parted([late, last, early], periods)

    assert found == {"T7123456789012": [early, last], "": [late]}


def test_a_registration_that_begins_within_the_month_comes_first_on_the_list():
    early, late = (line(100, on=date(2026, 11, day)) for day in (2, 16))

    found = parted([early, late], [Registered("T7123456789012", date(2026, 11, 16))])

    assert list(found.items()) == [("T7123456789012", [late]), ("", [early])]


def test_a_fee_agreed_without_tax_is_outside_and_one_too_small_to_bear_a_yen_is_not():
    assert rate_of("fee", 50_000, 0, on=NOVEMBER) == 0
    assert rate_of("fee", 9, 0, on=NOVEMBER) == 1000
    assert rate_of("fee", 50_000, 5_000, on=NOVEMBER) == 1000
    assert rate_of("compensation", 50_000, 0, on=NOVEMBER) == 0


def test_what_was_adjusted_on_the_way_is_withheld_on_the_line():
    row = {
        "id": "a", "kind": "fee", "on_day": NOVEMBER, "title": "Design", "reference": "contract:1", "part": "1",
        "base_amount": 600_000, "tax_amount": 60_000, "withheld_amount": 61_260, "adjusted_amount": 20_420,
        "netted_amount": 0, "corrected_amount": 0, "currency": "JPY",
    }  # fmt: skip

    assert line_of(row).net == yen(600_000 + 60_000 - 61_260 - 20_420)


amounts = st.integers(1, 3_000_000)
some_lines = st.lists(
    st.tuples(amounts, st.sampled_from(["fee", "bounty", "compensation"]), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(some_lines)
def test_the_sums_are_those_of_the_lines_and_the_rates_explain_them(given_lines):
    lines = [
        line(
            base,
            kind=kind,
            withheld=withholding(yen(base), on=NOVEMBER).amount if kept and kind == "fee" else 0,
        )
        for base, kind, kept in given_lines
    ]

    found = sums(lines, registered=True, on=NOVEMBER)

    assert found.net == found.work + found.bounties + found.tax - found.withheld - found.netted
    assert Money.total(each.net for each in lines) == found.net
    rates = Money.total(rate.total for rate in found.rates)
    assert rates == found.work + found.bounties + found.tax + found.difference
    assert yen(0) <= found.difference <= yen(len(lines))


def test_months_end_in_japan_also_at_the_ends_of_years():
    assert months.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert months.before(date(2027, 1, 31)) == date(2026, 12, 1)
    assert months.last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert months.last_day(date(2027, 3, 1)) == date(2027, 3, 31)
    assert months.last_moment(date(2026, 12, 1)).isoformat() == "2026-12-31T23:59:59.999999+09:00"
    assert not months.has_ended(date(2026, 11, 1), date(2026, 11, 30))
    assert months.has_ended(date(2026, 11, 1), date(2026, 12, 1))
