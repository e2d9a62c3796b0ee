"""Time as bits: weeks of half hours in Japan, overlap in minutes, and how far an old statement is trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from matching.model import JST, SLOT_MINUTES, Availability, DayException, Window

DAY_SLOTS = 48
DAY_MASK = (1 << DAY_SLOTS) - 1
WEEK_MASK = (1 << (7 * DAY_SLOTS)) - 1
FULL = 10_000
HORIZON_DAYS = 92  # a week's pattern says little about a day further away; it also bounds the work per person


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The part of one day in Japan that is asked for: whole half hours as a mask, and minutes of cut ones."""

    on: date
    whole: int
    cut: tuple[tuple[int, int], ...]


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


def spans(starts_at: datetime, ends_at: datetime) -> tuple[DaySpan, ...]:
    """Part a stretch of time into days in Japan, up to the horizon; empty when it ends before it starts."""
    start, end = starts_at.astimezone(JST), ends_at.astimezone(JST)
    days = min((end.date() - start.date()).days, HORIZON_DAYS)
    return tuple(_span(start.date() + timedelta(days=n), start, end) for n in range(days + 1))


def _span(on: date, start: datetime, end: datetime) -> DaySpan:
    midnight = datetime.combine(on, time(), JST)
    first = max(0, int((start - midnight).total_seconds()) // 60)
    last = min(24 * 60, int((end - midnight).total_seconds()) // 60)
    whole, cut = 0, []
    for slot in range(first // SLOT_MINUTES, -(-last // SLOT_MINUTES)):
        minutes = min(last, (slot + 1) * SLOT_MINUTES) - max(first, slot * SLOT_MINUTES)
        if minutes == SLOT_MINUTES:
            whole |= 1 << slot
        elif minutes > 0:
            cut.append((slot, minutes))
    return DaySpan(on, whole, tuple(cut))


def free_minutes(availability: Availability, asked: Iterable[DaySpan], busy: Iterable[Window] = ()) -> int:
    """Return how many of the asked minutes count as free, by week, exceptions and concluded work.

    A minute of "ask me" counts half, rounded down over the whole.
    """
    free, ask = open_minutes(availability, asked, busy)
    return free + ask // 2


def open_minutes(
    availability: Availability, asked: Iterable[DaySpan], busy: Iterable[Window] = ()
) -> tuple[int, int]:
    """Return how many of the asked minutes are free, and how many are "ask me"."""
    taken = _taken(busy)
    exceptions = {exception.on: exception for exception in availability.exceptions}
    free_total, ask_total = 0, 0
    for span in asked:
        free, ask = day_masks(availability, span.on, exceptions.get(span.on))
        open_half_hours = ~taken.get(span.on, 0)
        free_total += _minutes_in(span, free & open_half_hours)
        ask_total += _minutes_in(span, ask & open_half_hours)
    return free_total, ask_total


def day_masks(availability: Availability, on: date, exception: DayException | None) -> tuple[int, int]:
    """Return the free and the "ask me" half hours of a date, which share none: its week as its exception changes it."""
    shift = on.weekday() * DAY_SLOTS
    free, ask = availability.week >> shift & DAY_MASK, availability.ask >> shift & DAY_MASK
    if exception:
        free = free & ~(exception.busy | exception.ask) | exception.free
        ask = ask & ~exception.busy | exception.ask
    return free, ask & ~free


def _minutes_in(span: DaySpan, half_hours: int) -> int:
    cut = sum(minutes for slot, minutes in span.cut if half_hours >> slot & 1)
    return SLOT_MINUTES * (half_hours & span.whole).bit_count() + cut


def _taken(busy: Iterable[Window]) -> dict[date, int]:
    """A half hour that concluded work touches at all is taken."""
    taken: dict[date, int] = {}
    for window in busy:
        for span in spans(window.starts_at, window.ends_at):
            touched = span.whole | sum(1 << slot for slot, _ in span.cut)
            taken[span.on] = taken.get(span.on, 0) | touched
    return taken


def asked_minutes(asked: Iterable[DaySpan]) -> int:
    """Return the length of the spans in minutes."""
    return sum(
        SLOT_MINUTES * span.whole.bit_count() + sum(minutes for _, minutes in span.cut) for span in asked
    )


def week_hours(week: int) -> int:
    """Return the whole free hours of a week."""
    return (week & WEEK_MASK).bit_count() * SLOT_MINUTES // 60


def whole_days(since: datetime, now: datetime) -> int:
    """Return the whole days that have passed, never below zero."""
    return max(0, (now - since).days)


def freshness(days: int, fresh_days: int, stale_days: int) -> int:
    """Return trust in basis points: full until `fresh_days`, then falling evenly to none at `stale_days`."""
    if days <= fresh_days:
        return FULL
    return max(0, FULL * (stale_days - days) // (stale_days - fresh_days))
