"""How long money is on its way to a bank: when a payment has to start, and when it arrives. Pure; days in Asia/Tokyo."""

from datetime import date, timedelta

from marketplace.core.bank_days import bank_day_on_or_after, minus_bank_days

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
