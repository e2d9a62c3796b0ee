"""Free time said where a person lives, as half hours in Japan. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from matching import availability
from matching.availability import DAY_SLOTS
from matching.model import JST, DayException

Kind = Literal["free", "busy", "ask"]
HOME = "Asia/Tokyo"
ZONES = frozenset(
    name
    for name in available_timezones()
    if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix", "right"))
)
"""The zones that are named by a place where people live."""


_QUARTERS_A_DAY = 96
_QUARTERS = 7 * _QUARTERS_A_DAY
_JAPAN = 9 * 60


class Statement(NamedTuple):
    """What somebody has said of a stretch of time: both ends aware."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime


def offset(zone: str, at: datetime) -> int:
    """Return how many minutes a zone's clocks are ahead of UTC at a moment, summer time and all."""
    ahead = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds()) // 60


def week_in_japan(spans: Iterable[tuple[int, time, time]], minutes_ahead: int) -> int:
    """Return a week typed where clocks are `minutes_ahead` of UTC as 336 half hours in Japan.

    Spans are (weekday, start, end) in whole half hours, an end of 00:00 being midnight. Zones differ by quarters of
    an hour: where a half hour of Japan is only partly covered, it is not part of the week.
    """
    typed = 0
    for weekday, starts_at, ends_at in spans:
        first = weekday * _QUARTERS_A_DAY + _quarter(starts_at)
        last = weekday * _QUARTERS_A_DAY + (_quarter(ends_at) or _QUARTERS_A_DAY)
        typed |= (1 << last) - (1 << first)
    turn = (_JAPAN - minutes_ahead) // 15 % _QUARTERS
    turned = (typed << turn | typed >> (_QUARTERS - turn)) & ((1 << _QUARTERS) - 1)
    both = turned & turned >> 1
    return sum(1 << slot for slot in range(7 * DAY_SLOTS) if both >> (2 * slot) & 1)


def _quarter(moment: time) -> int:
    return moment.hour * 4 + moment.minute // 15


def stretch(on: date, starts_at: time, ends_at: time, zone: str) -> tuple[datetime, datetime]:
    """Return a stretch of one day of a zone as moments; an end of 00:00 is the midnight after it."""
    there = ZoneInfo(zone)
    ends_on = on + timedelta(days=1) if ends_at == time() else on
    first, last = datetime.combine(on, starts_at, there), datetime.combine(ends_on, ends_at, there)
    return first.astimezone(UTC), last.astimezone(
        UTC
    )  # in a zone, Python subtracts clock faces and not moments


def painted(statements: Iterable[Statement], first_day: date) -> tuple[DayException, ...]:
    """Return the exceptions that statements make from `first_day` on, in Japan; of two about a time the later holds.

    Free and "ask me" shrink to whole half hours, busy grows to them.
    """
    days: dict[date, DayException] = {}
    for statement in statements:
        for span in availability.spans(
            statement.starts_at.astimezone(JST), statement.ends_at.astimezone(JST)
        ):
            touched = reduce(int.__or__, (1 << slot for slot, _ in span.cut), span.whole)
            mask = touched if statement.kind == "busy" else span.whole
            if mask and span.on >= first_day:
                days[span.on] = _over(days.get(span.on, DayException(span.on)), statement.kind, mask)
    return tuple(days[on] for on in sorted(days))


def _over(day: DayException, kind: Kind, mask: int) -> DayException:
    masks = {name: getattr(day, name) & ~mask for name in ("busy", "free", "ask")}
    masks[kind] |= mask
    return DayException(day.on, **masks)


def days_of(starts_at: datetime, ends_at: datetime, zone: str) -> list[tuple[date, time, time]]:
    """Return a stretch of time as parts of days where clocks show a zone's time; an end of 00:00 is midnight."""
    there = ZoneInfo(zone)
    first, last = starts_at.astimezone(there), ends_at.astimezone(there)
    parts = []
    while first < last:
        midnight = datetime.combine(first.date() + timedelta(days=1), time(), there)
        parts.append((first.date(), first.time(), min(midnight, last).time()))
        first = midnight
    return parts
