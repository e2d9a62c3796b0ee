"""Yen and Japanese days as text, in both languages, without the cost of a locale library per call."""

from datetime import date, datetime, timedelta, timezone

from marketplace.core.money import Money

JST = timezone(timedelta(hours=9), "Asia/Tokyo")
"""Japan has had no summer time since 1951: a fixed offset is exact."""

WEEKDAYS_JA = "月火水木金土日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def money(value: Money) -> str:
    """Write `¥50,000`, `−¥5,105`; another currency with its code after the minor units."""
    sign = "−" if value.amount < 0 else ""
    if value.currency == "JPY":
        return f"{sign}¥{abs(value.amount):,}"
    return f"{sign}{abs(value.amount):,} {value.currency}"


def in_japan(value: datetime) -> datetime:
    """Turn a moment into Japanese wall time; a naive one is a bug."""
    if value.tzinfo is None:
        raise ValueError("a moment carries its time zone")
    return value.astimezone(JST)


def day(value: date, locale: str, *, year: bool = False) -> str:
    """Write `11月26日(木)` or `Thu 26 Nov`; with the year `2026年11月26日(木)` or `Thu 26 Nov 2026`."""
    if isinstance(value, datetime):
        value = in_japan(value).date()
    if locale == "ja":
        text = f"{value.month}月{value.day}日({WEEKDAYS_JA[value.weekday()]})"
        return f"{value.year}年{text}" if year else text
    text = f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}"
    return f"{text} {value.year}" if year else text


def moment(value: datetime, locale: str, *, year: bool = False) -> str:
    """Write `11月26日(木)18:00` or `Thu 26 Nov, 18:00` in Japanese time."""
    local = in_japan(value)
    clock = f"{local.hour}:{local.minute:02d}"
    written = day(local.date(), locale, year=year)
    return f"{written}{clock}" if locale == "ja" else f"{written}, {clock}"


def month(value: date, locale: str) -> str:
    """Write `2026年11月` or `November 2026`."""
    if locale == "ja":
        return f"{value.year}年{value.month}月"
    return f"{LONG_MONTHS_EN[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """Write `11/26`, the same in both languages: for columns of dates."""
    if isinstance(value, datetime):
        value = in_japan(value).date()
    return f"{value.month:02d}/{value.day:02d}"
