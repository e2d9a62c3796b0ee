"""Read the busy times out of an iCalendar file (RFC 5545); run as a program of its own, with bounds on time and memory.

A repeating event can be written so that counting its days takes years, and no look at the text tells all of these
apart: the program is ended by the system instead. It gets the bytes on its input and writes JSON on its output.
"""

import json
import resource
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from marketplace.core.errors import N_

SECONDS = 10
MEMORY = 1_500_000_000  # bytes of address space; the libraries alone map a third of it
MOST_EVENTS = 5_000
MOST_OCCURRENCES = 20_000
_HALF_HOUR = timedelta(minutes=30)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FREE = {"TRANSP": {"TRANSPARENT"}, "STATUS": {"CANCELLED"}, "X-MICROSOFT-CDO-BUSYSTATUS": {"FREE", "WORKINGELSEWHERE"}}  # fmt: skip
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What the libraries raise over events that no calendar has written; the other events still count."""

_TOO_FINE = {"SECONDLY", "MINUTELY"}

Stretch = tuple[datetime, datetime]


class Refused(Exception):
    """The file cannot be used; the text is a sentence for its owner."""

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text)
        self.text, self.params = text, params


class Asked(NamedTuple):
    """For whom and for when to read: the zone of times that name none, the person's own address, the days."""

    zone: str
    mail: str
    starts_at: datetime
    ends_at: datetime


class Read(NamedTuple):
    """Busy times in whole half hours, in order and apart; how many events were busy, free, not readable."""

    busy: list[Stretch]
    events: int
    free: int
    broken: int


def main() -> None:
    """Read as the arguments ask: zone, mail address, first and last moment."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    zone, mail, starts_at, ends_at = sys.argv[1:5]
    asked = Asked(zone, mail, datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))
    try:
        found = read(sys.stdin.buffer.read(), asked)
    except Refused as refusal:
        said: dict[str, Any] = {"refused": refusal.text, "params": refusal.params}
    else:
        said = {
            **found._asdict(),
            "busy": [[moment.isoformat() for moment in stretch] for stretch in found.busy],
        }
    sys.stdout.write(json.dumps(said))


def read(content: bytes, asked: Asked) -> Read:
    """Return the busy times of a file within the asked days. Raises Refused."""
    busy: list[Stretch] = []
    events = free = broken = 0
    for calendar in _calendars(content):
        for series in _series(calendar):
            try:
                found = _found(calendar, series, asked)
            except _STUMBLES:
                broken += 1
                continue
            taken = [stretch for stretch, is_free in found if not is_free]
            busy += taken
            events, free = events + len(taken), free + len(found) - len(taken)
            if events + free > MOST_OCCURRENCES:
                raise Refused(N_("This calendar has more than %(most)s events in the next three months."), most=MOST_OCCURRENCES)  # fmt: skip
        busy += _published(calendar, asked)
    if broken and not events and not free:
        raise Refused(N_("None of the events in this file can be read."))
    return Read(joined(busy), events, free, broken)


def _calendars(content: bytes) -> list[icalendar.Calendar]:
    try:
        found = icalendar.Calendar.from_ical(content, multiple=True)
    except (*_STUMBLES, RecursionError) as error:
        raise Refused(
            N_("This file cannot be read as a calendar. Please export it again as .ics.")
        ) from error
    calendars = [each for each in found if each.name == "VCALENDAR"]
    if not calendars:
        raise Refused(N_("This file cannot be read as a calendar. Please export it again as .ics."))
    if sum(len(each.walk("VEVENT")) for each in calendars) > MOST_EVENTS:
        raise Refused(N_("This calendar has more than %(most)s events. Please export a shorter period."), most=MOST_EVENTS)  # fmt: skip
    return calendars


def _series(calendar: icalendar.Component) -> Iterable[list[icalendar.Component]]:
    """Return the events by what they repeat: an exception of a series shares its UID."""
    found: dict[str, list[icalendar.Component]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        found[str(event.get("UID", number))].append(event)
    return found.values()


def _must_be_usable(event: icalendar.Component) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if isinstance(rule, dict) and _TOO_FINE & {str(each).upper() for each in rule.get("FREQ", [])}:
            raise Refused(N_("An event of this calendar repeats every minute or second. Please take it out."))
    for name in ("DTSTART", "DTEND"):
        said = event.get(name)
        named = getattr(said, "params", {}).get("TZID")
        if named and "T" in str(said.to_ical()) and getattr(said.dt, "tzinfo", None) is None:
            raise Refused(N_("This calendar names a time zone that we do not know: %(zone)s"), zone=str(named)[:60])  # fmt: skip


def _found(
    calendar: icalendar.Component, series: list[icalendar.Component], asked: Asked
) -> list[tuple[Stretch, bool]]:
    """Return when a series happens within the asked days, and whether its owner is free all the same."""
    for event in series:
        _must_be_usable(event)
    found = []
    for occurrence in _occurrences(calendar, series, asked):
        starts_at, ends_at = (_moment(occurrence, name, asked.zone) for name in ("DTSTART", "DTEND"))
        if stretch := _within((starts_at, ends_at), asked):
            found.append((stretch, _is_free(occurrence, asked.mail)))
    return found


def _occurrences(
    calendar: icalendar.Component, series: list[icalendar.Component], asked: Asked
) -> list[icalendar.Component]:
    alone = icalendar.Calendar()
    if zone := calendar.get("X-WR-TIMEZONE"):
        alone.add("X-WR-TIMEZONE", zone)
    alone.subcomponents = series
    there = ZoneInfo(asked.zone)
    day = timedelta(days=1)  # one more on both sides: a time without a zone is read as the owner's only later
    window = asked.starts_at.astimezone(there) - day, asked.ends_at.astimezone(there) + day
    found: Iterator[icalendar.Component] = recurring_ical_events.of(alone).between(*window)
    return list(islice(found, MOST_OCCURRENCES + 1))


def _is_free(event: icalendar.Component, mail: str) -> bool:
    if any(str(event.get(name, "")).upper() in values for name, values in _FREE.items()):
        return True
    guests = event.get("ATTENDEE", [])
    own = f"mailto:{mail}".casefold()
    return any(
        str(guest).casefold() == own and str(getattr(guest, "params", {}).get("PARTSTAT", "")).upper() == "DECLINED"
        for guest in (guests if isinstance(guests, list) else [guests])
    )  # fmt: skip


def _moment(event: icalendar.Component, name: str, zone: str) -> datetime:
    stated: Any = event[name]
    return _aware(stated.dt, zone)


def _aware(said: date, zone: str) -> datetime:
    """Return a moment; a day begins at the midnight where its owner lives, and so does a time without a zone."""
    moment = said if isinstance(said, datetime) else datetime.combine(said, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _within(stretch: Stretch, asked: Asked) -> Stretch | None:
    starts_at, ends_at = max(stretch[0], asked.starts_at), min(stretch[1], asked.ends_at)
    return (starts_at, ends_at) if starts_at < ends_at else None


def _published(calendar: icalendar.Component, asked: Asked) -> list[Stretch]:
    """Return the busy periods of free/busy entries; a period says free only by its type."""
    found: list[Stretch] = []
    for entry in calendar.walk("VFREEBUSY"):
        periods = entry.get("FREEBUSY", [])
        period: Any
        for period in periods if isinstance(periods, list) else [periods]:
            if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                moments = _aware(period.start, asked.zone), _aware(period.end, asked.zone)
                stretch = _within(moments, asked)
                found += [stretch] if stretch else []
    return found


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time in whole half hours, in order, joined where it touches."""
    slots = sorted(
        ((start - _EPOCH) // _HALF_HOUR, -((_EPOCH - end) // _HALF_HOUR)) for start, end in stretches
    )
    found: list[tuple[int, int]] = []
    for first, last in slots:
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return [(_EPOCH + first * _HALF_HOUR, _EPOCH + last * _HALF_HOUR) for first, last in found]


if __name__ == "__main__":
    main()
