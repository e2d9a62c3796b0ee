"""When the law wants a contract paid (when the money has to start for that: `payouts.lead`).

All days are calendar days in Asia/Tokyo. The law counts from the *receipt* of the work and looks at arrival.
"""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from marketplace.core.bank_days import bank_day_on_or_before

DAY_60 = timedelta(days=59)  # the day of receipt is day 1
REDELEGATED = timedelta(days=29)  # the prime client's due date is day 1 of 30
DECEMBER = 12


class DueRule(StrEnum):
    """The stated rule by which a due date is found."""

    DAY60 = "day60"
    MONTH_CLOSE = "month_close_next_month_end"
    REDELEGATED = "redelegated"


def legal_maximum(receipt_on: date, rule: DueRule, *, prime_due_on: date | None = None) -> date:
    """Return the latest lawful day, not yet moved to a bank day (Freelance Act art. 4).

    Month-close/next-month-end is accepted, up to 62 days. A re-delegated contract counts from the prime
    client's due date, which it then needs: ValueError without it.
    """
    if rule is DueRule.DAY60:
        return receipt_on + DAY_60
    if rule is DueRule.MONTH_CLOSE:
        return _end_of_next_month(receipt_on)
    if prime_due_on is None:
        raise ValueError("a re-delegated contract names the prime client's due date")
    return prime_due_on + REDELEGATED


def pay_on(limit: date) -> date:
    """Return the day to pay on: the limit, or the bank day before it; never later."""
    return bank_day_on_or_before(limit)


def stated_due_on(
    planned_receipt_on: date, rule: DueRule = DueRule.MONTH_CLOSE, *, prime_due_on: date | None = None
) -> date:
    """Return the calendar day that the terms state, from the planned receipt.

    An addendum for a late receipt by the alumnus's fault states its new day with this too.
    """
    return pay_on(legal_maximum(planned_receipt_on, rule, prime_due_on=prime_due_on))


def payment_on(
    stated_on: date,
    receipt_on: date,
    rule: DueRule = DueRule.MONTH_CLOSE,
    *,
    prime_due_on: date | None = None,
) -> date:
    """Return the day to pay on once received: the earlier of the stated day and the legal maximum.

    `stated_on` is the day of the terms or of their latest acknowledged addendum.
    """
    return pay_on(min(stated_on, legal_maximum(receipt_on, rule, prime_due_on=prime_due_on)))


def compensation_due_on(cancelled_on: date) -> date:
    """Return the day to pay compensation on: day 60 from the cancellation, or the bank day before."""
    return pay_on(cancelled_on + DAY_60)


def _end_of_next_month(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == DECEMBER else (day.year, day.month + 1)
    return date(year, month, calendar.monthrange(year, month)[1])
