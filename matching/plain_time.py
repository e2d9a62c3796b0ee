"""The specification once more, many rows at a time: free time and agreed work."""

import numpy as np
import numpy.typing as npt

from matching.availability import DAY_MASK, FULL
from matching.layout import ASK, DAY, DAYS, TAKEN, UNLIKE, WEEK, WORK
from matching.people import Integers, People
from matching.plain_points import Flags, asides
from matching.plan import (
    AVAILABILITY,
    FIRST,
    FREE_ONLY,
    HOURS,
    LAST,
    NEEDED,
    TIME_UNKNOWN,
    TODAY,
    TRUST,
    WAYS,
    WEEKDAYS,
    Plan,
    listed,
)
from matching.pool import ragged

Cells = npt.NDArray[np.uint16]


def free_halves(people: People, plan: Plan, rows: Integers) -> Integers:
    """Return the half hours of what is asked that are free, twice; those to ask about count once."""
    flags = people.rows.hot[rows, 2] >> 56
    some = np.flatnonzero(flags & DAYS)
    aside = asides(people, rows[some], flags[some])
    owner = np.repeat(some, aside.days)
    at = ragged(aside.days_at, aside.days * UNLIKE)[::UNLIKE]
    days = people.aside.data[at].astype(np.int64)
    total = np.zeros(len(rows), np.int64)
    for day, weekday, mask in listed(plan, HOURS, 3):
        here = _of_week(people, rows, flags, weekday, mask)
        same = days == day
        here[owner[same]] = _of_days(people, at[same], mask)
        total += here
    asked = (days >= plan.numbers[FIRST]) & (days <= plan.numbers[LAST])
    for weekday, (times,) in enumerate(listed(plan, WEEKDAYS, 1)):
        here = _of_week(people, rows, flags, weekday, DAY_MASK)
        total += times * here
        same = asked & ((days + 3) % 7 == weekday)
        np.add.at(total, owner[same], _of_days(people, at[same], DAY_MASK) - here[owner[same]])
    return total


def _of_week(people: People, rows: Integers, flags: Integers, weekday: int, mask: int) -> Integers:
    halves = 2 * _bits(people.rows.week.reshape(-1), rows * WEEK + weekday * DAY, mask)
    asking = np.flatnonzero(flags & ASK)
    at = asides(people, rows[asking], flags[asking]).ask_at
    halves[asking] += _bits(people.aside.data, at + weekday * DAY, mask)
    return halves


def _of_days(people: People, at: Integers, mask: int) -> Integers:
    return 2 * _bits(people.aside.data, at + 1, mask) + _bits(people.aside.data, at + 1 + DAY, mask)


def _bits(cells: Cells, at: Integers, mask: int) -> Integers:
    """Count the bits of a mask that are set in the three cells from each place on."""
    parts = [np.bitwise_count(cells[at + n] & np.uint16(mask >> 16 * n & 0xFFFF)) for n in range(DAY)]
    return sum(parts).astype(np.int64)


def opened(people: People, plan: Plan, rows: Integers, halves: Integers) -> Flags:
    """Return who passes the gates of free time and of agreed work."""
    return free_enough(plan, halves) & ~busy(people, plan, rows)


def free_enough(plan: Plan, halves: Integers) -> Flags:
    """Return who passes the gate of free time."""
    return halves >= (plan.numbers[NEEDED] if plan.numbers[FREE_ONLY] else 0)


def busy(people: People, plan: Plan, rows: Integers) -> Flags:
    """Return who has agreed work at the time, or on the way."""
    taken = np.zeros(len(rows), np.bool_)
    ways = listed(plan, WAYS, 2)
    flags = people.rows.hot[rows, 2] >> 56
    some = np.flatnonzero(flags & WORK) if ways else np.zeros(0, np.int64)
    aside = asides(people, rows[some], flags[some])
    at = ragged(aside.work_at, aside.work * TAKEN)[::TAKEN]
    owner, days = np.repeat(some, aside.work), people.aside.data[at]
    for day, mask in ways:
        same = days == day
        taken[owner[same][_bits(people.aside.data, at[same] + 1, mask) > 0]] = True
    return taken


def points(people: People, plan: Plan, rows: Integers, halves: Integers) -> Integers:
    """Return the points of availability."""
    needed = max(int(plan.numbers[NEEDED]), 1)
    fit = np.minimum(FULL, FULL * halves // needed) if plan.numbers[NEEDED] else np.zeros(len(rows), np.int64)
    return _points(people, plan, rows, fit)


def most(people: People, plan: Plan, rows: Integers) -> Integers:
    """Return the points of availability for whoever is free the whole time, as old as the statement is."""
    return _points(people, plan, rows, np.full(len(rows), FULL))


def _points(people: People, plan: Plan, rows: Integers, fit: Integers) -> Integers:
    numbers = plan.numbers
    confirmed = people.rows.hot[rows, 2] & 0xFFFF
    trust = plan.curves[np.clip(numbers[TODAY] - confirmed, 0, numbers[TRUST] - 1)]
    share = (fit * trust + numbers[TIME_UNKNOWN] * (FULL - trust)) // FULL
    return numbers[AVAILABILITY] * np.where(confirmed == 0, numbers[TIME_UNKNOWN], share) // FULL
