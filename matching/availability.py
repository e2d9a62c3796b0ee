"""Time as bits: weeks and days of half hours in Japan, and how far an old statement is trusted."""

from collections.abc import Iterable

from matching.model import SLOT_MINUTES

DAY_SLOTS = 48
DAY_MASK = (1 << DAY_SLOTS) - 1
WEEK_MASK = (1 << (7 * DAY_SLOTS)) - 1
FULL = 10_000
HORIZON_DAYS = 92  # a week's pattern says little about a day further away; it also bounds the work per person


def week_mask(patterns: Iterable[tuple[int, str, str]]) -> int:
    """Build a week from `(weekday, "HH:MM", "HH:MM")` with Monday = 0.

    An end at or before its start runs past midnight into the next day ("22:00" to "02:00"; "24:00" ends a
    day). Only whole half hours count: odd minutes shrink inwards. Raises ValueError for no time of day.
    """
    mask = 0
    for weekday, start, end in patterns:
        if weekday not in range(7):
            raise ValueError(f"weekday {weekday} is not 0 (Monday) to 6 (Sunday)")
        first, last = _minute(start), _minute(end)
        if last <= first:
            last += 24 * 60
        for slot in range(-(-first // SLOT_MINUTES), last // SLOT_MINUTES):
            mask |= 1 << ((weekday * DAY_SLOTS + slot) % (7 * DAY_SLOTS))
    return mask


def day_mask(start: str, end: str) -> int:
    """Build one day's mask for an exception from "HH:MM" to "HH:MM", within the day ("24:00" ends it)."""
    first, last = _minute(start), _minute(end)
    if last <= first:
        raise ValueError("an exception ends after it starts, on the same day")
    return sum(1 << slot for slot in range(-(-first // SLOT_MINUTES), last // SLOT_MINUTES))


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    minute = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= minute <= 24 * 60):  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"{text} is not a time of day")
    return minute


def week_hours(week: int) -> int:
    """Return the whole free hours of a week."""
    return (week & WEEK_MASK).bit_count() * SLOT_MINUTES // 60


def freshness(days: int, fresh_days: int, stale_days: int) -> int:
    """Return trust in basis points: full until `fresh_days`, then falling evenly to none at `stale_days`."""
    if days <= fresh_days:
        return FULL
    return max(0, FULL * (stale_days - days) // (stale_days - fresh_days))
