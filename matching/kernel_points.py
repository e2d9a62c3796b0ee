"""The specification once more, compiled, one row at a time: what the hot line of a person decides."""

import numpy as np

from matching.availability import FULL
from matching.bits import Cells, Integers, bit_count, compiled
from matching.layout import ASK, FLOOR_HOUR, HEADS, MORE, TAKEN, UNLIKE, WEEK, WISH_HOUR
from matching.plan import (
    ACTIVITY,
    ALIVE,
    EXPOSURE,
    FRESH,
    LANGUAGE,
    LANGUAGES,
    LOAD,
    MINUTES,
    NICE_LANGUAGE_COUNT,
    NICE_LANGUAGES,
    ONLINE,
    PLACE,
    PRICE,
    RATE,
    RATE_UNSTATED,
    RATE_ZERO,
    RELIABILITY,
    RESPONSE,
    SAME_SITE,
    SITE,
    TEXT,
    TODAY,
    TRUST,
    UNIT,
    UNIT_POINTS,
)  # fmt: skip


@compiled
def part(points: int, share: int) -> int:
    """Return a share, in basis points, of some points, rounded down."""
    return np.int64(np.uint64(points * share) // np.uint64(FULL))


@compiled
def by_hot(hot: Integers, r: int, aside: Cells, aside_at: Integers, q: Integers, curves: Integers) -> int:
    """Return the points of everything but time, skills, and a person's own."""
    first, line = hot[r, 0], hot[r, 2]
    total = q[TEXT] + part(q[RATE], rate(hot[r, 1] & 0xFFFFFFFF, line >> 56 & WISH_HOUR, q))
    if q[ONLINE]:
        total += q[PLACE] * (first >> 62 & 1)
    else:
        total += part(q[PLACE], curves[q[TRUST] + q[ALIVE] + q[FRESH] + (first >> 56 & 63)])
    if q[NICE_LANGUAGE_COUNT]:
        shared = bit_count(line >> 32 & 0xFFFF & q[NICE_LANGUAGES])
        total += part(q[LANGUAGE], FULL * shared // q[NICE_LANGUAGE_COUNT])
    else:
        total += q[LANGUAGE]
    if q[UNIT]:
        total += part(q[UNIT_POINTS], unit(hot[r, 3], line >> 56, aside, aside_at[r], q))
    else:
        total += q[UNIT_POINTS]
    return total


@compiled
def own(hot: Integers, r: int, q: Integers, curves: Integers) -> int:
    """Return the points that are a person's own whatever the task."""
    first, active = hot[r, 0], hot[r, 2] >> 16 & 0xFFFF
    total = part(q[RELIABILITY], first & 0x3FFF) + part(q[RESPONSE], first >> 14 & 0x3FFF)
    total += part(q[LOAD], first >> 28 & 0x3FFF) + part(q[EXPOSURE], first >> 42 & 0x3FFF)
    if active:
        total += part(q[ACTIVITY], curves[q[TRUST] + min(max(q[TODAY] - active, 0), q[ALIVE] - 1)])
    return total


@compiled
def rate(wish: int, hourly: int, q: Integers) -> int:
    """Return the share of the price against the wish."""
    if wish == 0:
        return q[RATE_UNSTATED]
    offered, wished = q[PRICE], wish
    if hourly:
        offered, wished = q[PRICE] * 60, wish * q[MINUTES]
    if offered >= wished:
        return FULL
    over = FULL * offered // wished - q[RATE_ZERO]
    return FULL * over // (FULL - q[RATE_ZERO]) if over > 0 else 0


@compiled
def days_at(flags: int, at: int) -> int:
    """Return where days unlike the week start aside."""
    return at + HEADS + (WEEK if flags & ASK else 0)


@compiled
def work_at(flags: int, aside: Cells, at: int) -> int:
    """Return where agreed work starts aside."""
    return days_at(flags, at) + UNLIKE * (np.int64(aside[at]) & 0xFF)


@compiled
def unit(home: int, flags: int, aside: Cells, at: int, q: Integers) -> int:
    """Return the share of former unit and site."""
    of_unit, of_site = home & 0xFFFF == q[UNIT], home >> 16 & 0xFFFF == q[SITE]
    if flags & MORE and not of_unit:
        units, sites = np.int64(aside[at + 1]) & 0xFF, np.int64(aside[at + 1]) >> 8
        start = work_at(flags, aside, at) + TAKEN * (np.int64(aside[at]) >> 8)
        for n in range(units):
            of_unit |= aside[start + n] == q[UNIT]
        for n in range(sites):
            of_site |= aside[start + units + n] == q[SITE]
    if of_unit:
        return FULL
    return q[SAME_SITE] if of_site and q[SITE] else 0


@compiled
def opened(hot: Integers, r: int, q: Integers) -> tuple[bool, bool]:
    """Tell whether the gate of language is open, and whether that of the least price is."""
    line, floor = hot[r, 2], hot[r, 1] >> 32 & 0xFFFF_FFFF
    speaks = q[LANGUAGES] & ~(line >> 32) == 0
    if line >> 56 & FLOOR_HOUR:
        return speaks, q[PRICE] * 60 >= floor * q[MINUTES]
    return speaks, q[PRICE] >= floor
