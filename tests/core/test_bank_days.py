"""When banks in Japan are open."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.bank_days import (
    bank_day_on_or_after,
    bank_day_on_or_before,
    is_bank_day,
    minus_bank_days,
    nth_bank_day,
)
from marketplace.core.dated import in_force, required
from payouts.tax import DEDUCTIBLE_SHARES

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 12, 30), True),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2029, 1, 2), False),  # a Tuesday
        (date(2029, 1, 3), False),  # a Wednesday
        (date(2027, 1, 4), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # Labour Thanksgiving Day
        (date(2027, 3, 22), False),  # substitute holiday
        (date(2026, 9, 22), False),  # between two holidays
    ],
)
def test_banks_close_on_weekends_holidays_and_around_new_year(day, is_open):
    assert is_bank_day(day) is is_open


@given(DAYS)
def test_the_nearest_bank_days_enclose_a_day_with_none_between(day):
    before, after = bank_day_on_or_before(day), bank_day_on_or_after(day)

    assert before <= day <= after
    assert is_bank_day(before)
    assert is_bank_day(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(is_bank_day(each) for each in between)


@given(DAYS, st.integers(0, 15))
def test_going_back_bank_days_counts_each_of_them(day, count):
    back = minus_bank_days(day, count)

    passed = [back + timedelta(days=n) for n in range((day - back).days)]
    assert is_bank_day(back)
    expected = count if is_bank_day(day) or count else 1
    assert sum(is_bank_day(each) for each in passed) == expected


def test_going_forward_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        minus_bank_days(date(2026, 12, 1), -1)


def test_a_dated_table_answers_for_each_day_and_is_silent_before_its_time():
    assert in_force(DEDUCTIBLE_SHARES, date(2026, 9, 30)).share == 8000
    assert in_force(DEDUCTIBLE_SHARES, date(2026, 10, 1)).share == 7000
    assert in_force(DEDUCTIBLE_SHARES, date(2023, 9, 30)) is None
    with pytest.raises(LookupError):
        required(DEDUCTIBLE_SHARES, date(2023, 9, 30))


@pytest.mark.parametrize(
    ("first", "third"),
    [
        (date(2027, 1, 1), date(2027, 1, 6)),
        (date(2026, 5, 1), date(2026, 5, 8)),
        (date(2026, 12, 1), date(2026, 12, 3)),
    ],
)
def test_the_third_bank_day_counts_neither_holidays_nor_the_days_around_new_year(first: date, third: date):
    assert nth_bank_day(first, 3) == third
