"""The specification once more, compiled, one row at a time: free time, agreed work, skills."""

import numpy as np

from matching.availability import DAY_MASK, FULL
from matching.bits import Cells, Integers, bit_count, compiled
from matching.kernel_points import days_at, part, work_at
from matching.layout import ASK, DAY, DAYS, HEADS, TAKEN, UNLIKE, WEEK, WORK
from matching.plan import (
    AT_HOURS,
    AT_WAYS,
    AT_WEEKDAYS,
    AVAILABILITY,
    FIRST,
    HOURS,
    LAST,
    NEEDED,
    TIME_UNKNOWN,
    TODAY,
    TRUST,
    WAYS,
    WEEKDAYS,
)  # fmt: skip


@compiled
def three(cells: Cells, at: int) -> int:
    """Return the 48 bits of the three cells from a place on."""
    return np.int64(cells[at]) | np.int64(cells[at + 1]) << 16 | np.int64(cells[at + 2]) << 32


@compiled
def of_week(week: Cells, r: int, flags: int, aside: Cells, at: int, weekday: int, mask: int) -> int:
    """Return twice the free half hours of a weekday in a mask, and once those to ask about."""
    halves = 2 * bit_count(three(week, r * WEEK + weekday * DAY) & mask)
    if flags & ASK:
        halves += bit_count(three(aside, at + HEADS + weekday * DAY) & mask)
    return halves


@compiled
def of_day(aside: Cells, at: int, mask: int) -> int:
    """Return the same of a day unlike the week."""
    return 2 * bit_count(three(aside, at + 1) & mask) + bit_count(three(aside, at + 1 + DAY) & mask)


@compiled
def free_halves(week: Cells, r: int, flags: int, aside: Cells, at: int, q: Integers) -> int:
    """Return the half hours of what is asked that are free, twice; those to ask about count once."""
    if not q[HOURS]:
        return free_days(week, r, flags, aside, at, q)
    total = 0
    for h in range(q[AT_HOURS], q[AT_HOURS] + q[HOURS], 3):
        day, weekday, mask = q[h], q[h + 1], q[h + 2]
        unlike = -1
        if flags & DAYS:
            start = days_at(flags, at)
            for d in range(start, start + UNLIKE * (np.int64(aside[at]) & 0xFF), UNLIKE):
                if aside[d] == day:
                    unlike = d
        if unlike >= 0:
            total += of_day(aside, unlike, mask)
        else:
            total += of_week(week, r, flags, aside, at, weekday, mask)
    return total


@compiled
def free_days(week: Cells, r: int, flags: int, aside: Cells, at: int, q: Integers) -> int:
    """Return the same where whole days are asked."""
    total = 0
    for weekday in range(q[WEEKDAYS]):
        times = q[q[AT_WEEKDAYS] + weekday]
        total += times * of_week(week, r, flags, aside, at, weekday, DAY_MASK)
    if flags & DAYS:
        start = days_at(flags, at)
        for d in range(start, start + UNLIKE * (np.int64(aside[at]) & 0xFF), UNLIKE):
            day = np.int64(aside[d])
            if q[FIRST] <= day <= q[LAST]:
                usual = of_week(week, r, flags, aside, at, (day + 3) % 7, DAY_MASK)
                total += of_day(aside, d, DAY_MASK) - usual
    return total


@compiled
def busy(flags: int, aside: Cells, at: int, q: Integers) -> bool:
    """Tell whether agreed work meets the time or the way."""
    if not flags & WORK:
        return False
    start = work_at(flags, aside, at)
    for w in range(q[AT_WAYS], q[AT_WAYS] + q[WAYS], 2):
        for t in range(start, start + TAKEN * (np.int64(aside[at]) >> 8), TAKEN):
            if aside[t] == q[w] and three(aside, t + 1) & q[w + 1]:
                return True
    return False


@compiled
def fit(halves: int, q: Integers) -> int:
    """Return the share of the time asked that so many halves are."""
    return min(FULL, FULL * halves // q[NEEDED]) if q[NEEDED] else 0


@compiled
def by_time(free: int, confirmed: int, q: Integers, curves: Integers) -> int:
    """Return the points of availability for the share of the time asked that is free."""
    if confirmed == 0:
        return part(q[AVAILABILITY], q[TIME_UNKNOWN])
    trust = curves[min(max(q[TODAY] - confirmed, 0), q[TRUST] - 1)]
    return part(q[AVAILABILITY], part(1, free * trust + q[TIME_UNKNOWN] * (FULL - trust)))


@compiled
def time_gain(free: int, confirmed: int, q: Integers, curves: Integers) -> int:
    """Return by how much a share that is free beats none."""
    if confirmed == 0:
        return np.int64(0)
    return by_time(free, confirmed, q, curves) - by_time(np.int64(0), confirmed, q, curves)
