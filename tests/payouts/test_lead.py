"""How long money is on its way: one rule for the start, and the same rule turned round for the day of payment."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.bank_days import bank_day_on_or_before
from payouts.lead import TRANSFER, arrives_on, start_on

DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))


def test_a_payment_starts_five_bank_days_and_a_day_before():
    assert start_on(date(2026, 12, 30)) == date(2026, 12, 22)
    assert start_on(date(2027, 1, 8)) == date(2026, 12, 29)


@given(DAYS)
def test_what_starts_on_its_day_arrives_on_the_bank_day_that_was_meant(day):
    due = bank_day_on_or_before(day)

    assert arrives_on(start_on(due) + TRANSFER) == due


@given(DAYS)
def test_what_is_sent_earlier_never_arrives_later(day):
    assert arrives_on(day) <= arrives_on(day + timedelta(days=1))


def test_what_is_sent_before_a_weekend_and_on_it_arrives_together():
    friday = date(2026, 12, 4)

    days = [arrives_on(friday + timedelta(days=later)) for later in range(4)]

    assert days == [date(2026, 12, 11)] * 3 + [date(2026, 12, 14)]
