"""How long money is on its way to a bank: when a payment has to start, and when it arrives. Pure; days in Asia/Tokyo."""

from datetime import date, datetime, timedelta

from marketplace.core.bank_days import bank_day_on_or_after, bank_day_on_or_before, minus_bank_days

LEAD_BANK_DAYS = 5
TRANSFER = timedelta(days=1)  # a transfer may need a day before the person's account can use it
ONE_DAY = timedelta(days=1)


def start_on(due_on: date) -> date:
    """Return the day on which a payment has to start so that it arrives by its due date.

    Five bank days for the payout, one day before them for the transfer (docs/money.md, "Money out").
    """
    return minus_bank_days(due_on, LEAD_BANK_DAYS) - TRANSFER


def arrives_on(sent_on: date) -> date:
    """Return the day of payment of what is sent to a bank on a day: the turning-round of `start_on`.

    What is sent on a Saturday and on the Friday before it arrives together, however many bank days that takes.
    """
    day = sent_on
    for _ in range(LEAD_BANK_DAYS):
        day = bank_day_on_or_after(day + ONE_DAY)
    return day


FILE_BANK_DAYS = 1
"""A bank takes a transfer file until an hour of the bank day before the day of payment."""
FILE_DAYS_AHEAD = 30


def file_by(pay_on: date) -> date:
    """Return the last day on which a bank takes a transfer file for a day of payment."""
    return minus_bank_days(pay_on, FILE_BANK_DAYS)


def first_file_day(now: datetime, cutoff_hour: int) -> date:
    """Return the earliest day of payment of a transfer file that leaves now (a moment in Japan): it arrives on that day."""
    leaves = bank_day_on_or_after(now.date())
    if leaves == now.date() and now.hour >= cutoff_hour:
        leaves = bank_day_on_or_after(leaves + ONE_DAY)
    return bank_day_on_or_after(leaves + ONE_DAY)


def last_file_day(today: date) -> date:
    """Return the latest day of payment that a transfer file of today can name: its header has no year."""
    return bank_day_on_or_before(today + timedelta(days=FILE_DAYS_AHEAD))
