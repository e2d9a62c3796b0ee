"""Bank days of Japan: when money can arrive.

Closed are Saturdays, Sundays, national holidays and 31 December to 3 January (Banking Act order art. 5).
"""

from datetime import date, timedelta
from functools import lru_cache

import jpholiday

NEW_YEAR_CLOSED = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def is_bank_day(day: date) -> bool:
    """Tell whether banks in Japan are open on a day."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in NEW_YEAR_CLOSED:
        return False
    return not jpholiday.is_holiday(day)


def bank_day_on_or_before(day: date) -> date:
    """Return the day itself if banks are open, else the last bank day before it."""
    while not is_bank_day(day):
        day -= ONE_DAY
    return day


def bank_day_on_or_after(day: date) -> date:
    """Return the day itself if banks are open, else the first bank day after it."""
    while not is_bank_day(day):
        day += ONE_DAY
    return day


@lru_cache(maxsize=4096)
def minus_bank_days(day: date, count: int) -> date:
    """Return the bank day that lies `count` bank days before a day; zero is the last bank day up to it."""
    if count < 0:
        raise ValueError("the count of bank days is not negative")
    if count == 0:
        return bank_day_on_or_before(day)
    for _ in range(count):
        day = bank_day_on_or_before(day - ONE_DAY)
    return day


def nth_bank_day(month: date, count: int) -> date:
    """Return the bank day number `count`, from 1, of the month whose first day is given."""
    if count < 1:
        raise ValueError("bank days of a month are counted from one")
    day = bank_day_on_or_after(month)
    for _ in range(count - 1):
        day = bank_day_on_or_after(day + ONE_DAY)
    return day
