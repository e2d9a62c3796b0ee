"""Withholding, consumption tax and interest against golden numbers and by their properties."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.bank_days import is_bank_day
from marketplace.core.money import Money, yen
from payouts import registration, tax
from payouts.tax_category import CATEGORIES, Blocked, NotWithheld, Payee, Withheld, treatment

GOLDEN = Path(__file__).parents[1] / "golden"
DAY = date(2026, 12, 25)


def rows(name):
    with (GOLDEN / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("withholding.csv"), ids=lambda row: row["base"])
def test_what_is_withheld_equals_the_golden_number(row):
    assert tax.withholding(yen(int(row["base"])), on=DAY) == yen(int(row["tax"]))


@given(st.integers(0, 10**9), st.integers(0, 10**7))
def test_withholding_grows_with_its_base_and_never_exceeds_it(base, more):
    lower, higher = tax.withholding(yen(base), on=DAY), tax.withholding(yen(base + more), on=DAY)

    assert yen(0) <= lower <= higher
    assert lower <= yen(base)


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=6))
def test_payments_together_never_bear_less_than_apart(bases):
    payments = [
        tax.Payment("acme", "bob", DAY, yen(base), tax.withholding(yen(base), on=DAY)) for base in bases
    ]

    (group,) = tax.grouped(payments)

    assert group.due == tax.withholding(yen(sum(bases)), on=DAY)
    assert group.more >= yen(0)


def test_two_fees_of_600_000_on_one_day_are_one_base():
    fee = tax.Payment("acme", "bob", DAY, yen(600_000), yen(61_260))

    (group,) = tax.grouped([fee, fee])

    assert (group.withheld, group.due, group.more) == (yen(122_520), yen(142_940), yen(20_420))


def test_another_payer_payee_or_day_is_another_base():
    fees = [
        tax.Payment("acme", "bob", DAY, yen(600_000), yen(61_260)),
        tax.Payment("beta", "bob", DAY, yen(600_000), yen(61_260)),
        tax.Payment("acme", "carol", DAY, yen(600_000), yen(61_260)),
        tax.Payment("acme", "bob", date(2026, 12, 28), yen(600_000), yen(61_260)),
    ]

    assert [group.more for group in tax.grouped(fees)] == [yen(0)] * 4


def test_a_disputed_part_paid_on_its_own_day_gives_back_what_the_upper_bracket_took():
    part = tax.Payment("acme", "bob", DAY, yen(1_200_000), yen(183_780))  # 60 % of 306,300

    (group,) = tax.grouped([part])

    assert group.more == yen(-40_840)


def test_no_tax_is_guessed_outside_the_table_or_the_currency():
    with pytest.raises(LookupError):
        tax.withholding(yen(100), on=date(2038, 1, 1))
    with pytest.raises(ValueError, match="yen"):
        tax.withholding(Money(100, "USD"), on=DAY)
    with pytest.raises(ValueError, match="zero or more"):
        tax.withholding(yen(-1), on=DAY)


@pytest.mark.parametrize(
    ("paid_on", "due_on"),
    [
        (date(2026, 12, 25), date(2027, 1, 12)),
        (date(2026, 11, 30), date(2026, 12, 10)),
        (date(2027, 3, 1), date(2027, 4, 12)),
    ],
)
def test_withheld_tax_is_remitted_by_the_tenth_or_the_next_bank_day(paid_on, due_on):
    assert tax.remittance_due_on(paid_on) == due_on
    assert is_bank_day(due_on)


@pytest.mark.parametrize("category", ["design", "writing", "translation", "lecture", "management_consulting"])
def test_listed_work_of_individuals_is_withheld_from(category):
    assert isinstance(treatment(category, Payee.INDIVIDUAL, on=DAY), Withheld)


@pytest.mark.parametrize("category", ["coding", "site_building", "clerical"])
def test_other_known_work_is_not_withheld_from(category):
    assert isinstance(treatment(category, Payee.INDIVIDUAL, on=DAY), NotWithheld)


def test_nothing_is_withheld_from_corporations():
    for category in [*(row.category for row in CATEGORIES), "unheard of", None]:
        assert isinstance(treatment(category, Payee.CORPORATION, on=DAY), NotWithheld)


@pytest.mark.parametrize(
    ("category", "payee", "on"),
    [
        ("unheard of", Payee.INDIVIDUAL, DAY),
        (None, Payee.INDIVIDUAL, DAY),
        ("", Payee.INDIVIDUAL, DAY),
        ("design", None, DAY),
        ("design", Payee.NON_RESIDENT, DAY),
        ("design", Payee.INDIVIDUAL, date(2012, 12, 31)),
    ],
)
def test_what_is_unknown_blocks_and_says_why(category, payee, on):
    result = treatment(category, payee, on=on)

    assert isinstance(result, Blocked)
    assert str(result.reason)


def test_tax_is_rounded_once_per_rate_per_document():
    lines = [(yen(105), 1000)] * 3 + [(yen(99), 800)] * 2

    totals = tax.tax_by_rate(lines)

    assert totals == [tax.RateTotal(1000, yen(315), yen(31)), tax.RateTotal(800, yen(198), yen(15))]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_one_rounding_never_gives_less_than_one_per_line(nets):
    (total,) = tax.tax_by_rate([(yen(net), 1000) for net in nets])

    each = sum(net // 10 for net in nets)
    assert each <= total.tax.amount < each + len(nets)


@pytest.mark.parametrize(
    ("on", "deducted"),
    [
        (date(2026, 9, 30), 8_000),
        (date(2026, 10, 1), 7_000),
        (date(2028, 9, 30), 7_000),
        (date(2028, 10, 1), 5_000),
        (date(2030, 9, 30), 5_000),
        (date(2030, 10, 1), 3_000),
        (date(2031, 9, 30), 3_000),
        (date(2031, 10, 1), 0),
    ],
)
def test_the_deductible_share_falls_by_its_dates(on, deducted):
    inside = tax.tax_included(yen(110_000), 1000)

    assert inside == yen(10_000)
    assert tax.deductible_tax(inside, on=on) == yen(deducted)


def test_the_unregistered_payee_of_the_walk_leaves_3_500_of_5_000():
    assert tax.deductible_tax(yen(5_000), on=date(2026, 11, 30)) == yen(3_500)


def test_late_interest_starts_the_day_after_the_due_date():
    owed = {"due_on": date(2026, 12, 1), "table": tax.SUBCONTRACT_INTEREST}

    assert tax.late_interest(yen(330_000), paid_on=date(2026, 12, 31), **owed) == yen(3_960)
    assert tax.late_interest(yen(330_000), paid_on=date(2026, 12, 2), **owed) == yen(132)
    assert tax.late_interest(yen(330_000), paid_on=date(2026, 12, 1), **owed) == yen(0)
    assert tax.late_interest(yen(330_000), paid_on=date(2026, 11, 30), **owed) == yen(0)
    assert tax.late_interest(
        yen(365_000), due_on=date(2026, 12, 1), paid_on=date(2026, 12, 11), table=tax.CIVIL_INTEREST
    ) == yen(300)


@pytest.mark.parametrize("row", rows("registration_numbers.csv"), ids=lambda row: row["number"])
def test_the_check_digit_tells_registration_numbers_apart(row):
    assert registration.is_valid(row["number"]) is (row["valid"] == "true")


@pytest.mark.parametrize(
    "typed",
    ["t7123456789012", "Ｔ７１２３４５６７８９０１２", " T7-1234-5678-9012 ", "ｔ７１２３　4567‐89012"],
)
def test_however_it_is_typed_a_number_has_one_form(typed):
    assert registration.normalise(typed) == "T7123456789012"


@pytest.mark.parametrize(
    "number", ["", "T", "7123456789012", "T712345678901", "T71234567890123", "T７123456789012"]
)
def test_a_number_of_another_form_is_not_valid(number):
    assert not registration.is_valid(number)


@given(st.integers(10**11, 10**12 - 1), st.integers(0, 11), st.integers(0, 9))
def test_a_changed_digit_is_noticed_unless_nine_lies_between(body, place, new):
    number = next(f"T{check}{body}" for check in range(1, 10) if registration.is_valid(f"T{check}{body}"))
    digits = list(number)
    old = int(digits[place + 2])
    digits[place + 2] = str(new)

    assert registration.is_valid("".join(digits)) is ((new - old) % 9 == 0)
