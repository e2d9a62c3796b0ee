"""Free time said where a person lives, as half hours in Japan. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from matching import entry
from matching.availability import DAY_SLOTS
from matching.model import DayException

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
_HALF_HOUR = timedelta(minutes=30)
_START = datetime(2000, 1, 1, tzinfo=UTC)


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
        for number, mask in entry.touched(*_whole(statement)):
            on = date.fromordinal(number + entry.EPOCH)
            if on >= first_day:
                days[on] = _over(days.get(on, DayException(on)), statement.kind, mask)
    return tuple(days[on] for on in sorted(days))


def _whole(statement: Statement) -> tuple[datetime, datetime]:
    """Return the half hours that a statement covers as a whole, or, busy, that it touches at all."""
    if statement.kind == "busy":
        return statement.starts_at, statement.ends_at
    late, early = -((_START - statement.starts_at) // _HALF_HOUR), (statement.ends_at - _START) // _HALF_HOUR
    return _START + late * _HALF_HOUR, _START + early * _HALF_HOUR


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


def hours(starts_at: time, ends_at: time) -> str:
    """Return a stretch of a day as both languages write it."""
    return f"{starts_at:%H:%M}–{'24:00' if ends_at == time() else f'{ends_at:%H:%M}'}"
