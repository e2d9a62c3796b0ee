"""Due dates: lawful, on a bank day, and early enough to arrive."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.due import (
    DueRule,
    compensation_due_on,
    legal_maximum,
    pay_on,
    payment_on,
    stated_due_on,
)
from marketplace.core.bank_days import is_bank_day

GOLDEN = Path(__file__).parents[1] / "golden" / "due_dates.csv"
DAYS = st.dates(date(2024, 11, 1), date(2035, 12, 31))
RULES = st.sampled_from([DueRule.DAY60, DueRule.MONTH_CLOSE])


def golden():
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", golden(), ids=lambda row: f"{row['receipt']}-{row['rule']}")
def test_due_dates_equal_the_golden_table(row):
    limit = legal_maximum(date.fromisoformat(row["receipt"]), DueRule(row["rule"]))

    assert limit == date.fromisoformat(row["legal_max"])
    assert pay_on(limit) == date.fromisoformat(row["pay_on"])


def test_a_redelegated_contract_counts_from_the_prime_due_date():
    received = date(2026, 11, 1)

    assert legal_maximum(received, DueRule.REDELEGATED, prime_due_on=date(2026, 12, 1)) == date(2026, 12, 30)
    with pytest.raises(ValueError, match="prime client"):
        legal_maximum(received, DueRule.REDELEGATED)


@given(DAYS, RULES)
def test_the_stated_day_is_lawful_and_a_bank_day(receipt, rule):
    stated = stated_due_on(receipt, rule)

    assert receipt < stated <= legal_maximum(receipt, rule) <= receipt + timedelta(days=61)
    assert is_bank_day(stated)


@given(DAYS, st.integers(-40, 40), RULES)
def test_payment_is_never_after_the_stated_day_nor_the_legal_maximum(planned, shift, rule):
    received = planned + timedelta(days=shift)

    paid = payment_on(stated_due_on(planned, rule), received, rule)

    assert is_bank_day(paid)
    assert paid <= stated_due_on(planned, rule)
    assert paid <= legal_maximum(received, rule)


@pytest.mark.parametrize(
    ("received", "paid"),
    [
        (date(2026, 11, 28), date(2026, 12, 30)),  # early: the month before closes first
        (date(2026, 12, 10), date(2027, 1, 29)),  # on time: the stated day
        (date(2027, 1, 5), date(2027, 1, 29)),  # late: the stated day stands
    ],
)
def test_early_timely_and_late_receipts_keep_the_earlier_day(received, paid):
    stated = stated_due_on(date(2026, 12, 10))

    assert stated == date(2027, 1, 29)
    assert payment_on(stated, received) == paid


def test_an_early_receipt_under_the_60_day_rule_pulls_payment_forward():
    stated = stated_due_on(date(2026, 12, 10), DueRule.DAY60)

    assert payment_on(stated, date(2026, 12, 1), DueRule.DAY60) == date(2027, 1, 29)
    assert stated == date(2027, 2, 5)  # 2027-02-07 is a Sunday


def test_compensation_is_due_sixty_days_from_the_cancellation():
    assert compensation_due_on(date(2026, 12, 1)) == date(2027, 1, 29)
    assert compensation_due_on(date(2026, 12, 31)) == date(2027, 2, 26)
