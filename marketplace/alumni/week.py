"""A week as hours that one can tick, and as spans that are kept. Pure."""

from collections.abc import Iterable, Mapping
from datetime import time
from itertools import pairwise
from typing import NamedTuple

HOURS = range(24)
DAYS = range(7)


class Span(NamedTuple):
    """Free time of one weekday (0 = Monday) in whole half hours; an end of 00:00 is midnight."""

    weekday: int
    starts_at: time
    ends_at: time


PRESETS: Mapping[str, frozenset[tuple[int, int]]] = {
    "evenings": frozenset((day, hour) for day in range(5) for hour in range(19, 22)),
    "weekends": frozenset((day, hour) for day in (5, 6) for hour in range(10, 18)),
    "daytime": frozenset((day, hour) for day in range(5) for hour in range(9, 18)),
    "none": frozenset(),
}
"""Weeks that many people have: one tap sets them."""


def spans(hours: Iterable[tuple[int, int]]) -> list[Span]:
    """Join ticked (weekday, hour) pairs into spans. Raises ValueError for a pair that no week has."""
    ticked = sorted(set(hours))
    if any(day not in DAYS or hour not in HOURS for day, hour in ticked):
        raise ValueError("no week has such an hour")
    found: list[Span] = []
    begins = ticked[:1]
    for before, here in pairwise([*ticked, (7, 0)]):
        if here != (before[0], before[1] + 1):
            found.append(Span(before[0], time(begins[-1][1]), time((before[1] + 1) % 24)))
            begins.append(here)
    return found


def hours(week: Iterable[tuple[int, time, time]]) -> set[tuple[int, int]]:
    """Return the whole hours that the spans (weekday, start, end) of a kept week cover."""
    halves = {
        (weekday, half)
        for weekday, starts_at, ends_at in week
        for half in range(_half(starts_at), _half(ends_at) or 48)
    }
    return {(day, half // 2) for day, half in halves if half % 2 == 0 and (day, half + 1) in halves}


def _half(moment: time) -> int:
    return moment.hour * 2 + moment.minute // 30
