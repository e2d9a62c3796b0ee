"""Months of Japan as their first day: pure."""

from datetime import date, datetime, timedelta

from marketplace.core.formats import JST

DECEMBER = 12


def first_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // DECEMBER, month.month % DECEMBER + 1, 1)


def before(month: date) -> date:
    """Return the first day of the month before."""
    return first_of(first_of(month) - timedelta(days=1))


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return after(month) - timedelta(days=1)


def has_ended(month: date, today: date) -> bool:
    """Tell whether nothing can be approved in a month any more."""
    return after(month) <= today


def last_moment(month: date) -> datetime:
    """Return the last moment of a month in Japan: what belongs to the month and is found out later is dated so."""
    end = after(month)
    return datetime(end.year, end.month, end.day, tzinfo=JST) - timedelta(microseconds=1)
