"""How long a company may inspect: silence approves, and never moves the payment."""

from datetime import date, datetime, time, timedelta

from marketplace.core.clock import JST, day_of
from payouts import lead


def last_on(received_on: date, days: int, pay_on: date) -> date:
    """Return the last day of inspection: `days` after receipt, but before the payment has to start."""
    return min(received_on + timedelta(days=days), before_payment(pay_on, today=received_on))


def before_payment(pay_on: date, *, today: date) -> date:
    """Return the last day before a payment has to start; the company always has the day after `today`."""
    return max(lead.start_on(pay_on) - timedelta(days=1), today + timedelta(days=1))


def last_day(inspect_by: datetime) -> date:
    """Return the last whole day of an inspection that ends at this moment: what people are told."""
    return day_of(inspect_by - timedelta(seconds=1))


def end_of(day: date) -> datetime:
    """Return the end of a day in Japan: the first moment of the next one."""
    return datetime.combine(day + timedelta(days=1), time(), JST)
