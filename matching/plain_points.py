"""The specification once more, many rows at a time: what the hot line of a person decides."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.availability import FULL
from matching.layout import ASK, FLOOR_HOUR, HEADS, MORE, TAKEN, UNLIKE, WEEK, WISH_HOUR
from matching.people import Integers, People
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
    Plan,
)  # fmt: skip
from matching.pool import ragged

Flags = npt.NDArray[np.bool_]


class Asides(NamedTuple):
    """Where the rarer things of some rows start, and how many there are."""

    ask_at: Integers
    days_at: Integers
    days: Integers
    work_at: Integers
    work: Integers
    units_at: Integers
    units: Integers
    sites: Integers


def asides(people: People, rows: Integers, flags: Integers) -> Asides:
    """Read the heads of rows that have something aside."""
    ask_at = people.rows.aside_at[rows].astype(np.int64) + HEADS
    head = people.aside.data[ask_at - 2].astype(np.int64)
    more = people.aside.data[ask_at - 1].astype(np.int64)
    days_at = ask_at + np.where(flags & ASK, WEEK, 0)
    work_at = days_at + UNLIKE * (head & 0xFF)
    units_at = work_at + TAKEN * (head >> 8)
    return Asides(ask_at, days_at, head & 0xFF, work_at, head >> 8, units_at, more & 0xFF, more >> 8)


def opened(people: People, plan: Plan, rows: Integers) -> tuple[Flags, Flags]:
    """Return who passes the gate of language, and who that of the least price."""
    numbers = plan.numbers
    line = people.rows.hot[rows, 2]
    floor = people.rows.hot[rows, 1] >> 32 & 0xFFFF_FFFF
    hourly = (line >> 56 & FLOOR_HOUR) != 0
    under = np.where(hourly, numbers[PRICE] * 60 < floor * numbers[MINUTES], numbers[PRICE] < floor)
    return numbers[LANGUAGES] & ~(line >> 32) == 0, ~under


def by_hot(people: People, plan: Plan, rows: Integers) -> Integers:
    """Return the points of everything but time and skills."""
    numbers = plan.numbers
    first, money, line, home = people.rows.hot[rows].T
    total = np.full(len(rows), numbers[TEXT])
    for name, at in ((RELIABILITY, 0), (RESPONSE, 14), (LOAD, 28), (EXPOSURE, 42)):
        total += numbers[name] * (first >> at & 0x3FFF) // FULL
    total += numbers[LANGUAGE] * _language(plan, line >> 32 & 0xFFFF) // FULL
    total += numbers[RATE] * _rate(plan, money & 0xFFFF_FFFF, (line >> 56 & WISH_HOUR) != 0) // FULL
    total += numbers[PLACE] * _place(plan, first) // FULL
    total += numbers[UNIT_POINTS] * _unit(people, plan, rows, line, home) // FULL
    total += numbers[ACTIVITY] * _activity(plan, line >> 16 & 0xFFFF) // FULL
    return total


def _language(plan: Plan, spoken: Integers) -> Integers:
    count = plan.numbers[NICE_LANGUAGE_COUNT]
    if not count:
        return np.full(len(spoken), FULL)
    shared: Integers = np.bitwise_count(spoken & plan.numbers[NICE_LANGUAGES]).astype(np.int64)
    return FULL * shared // count


def _rate(plan: Plan, wish: Integers, hourly: Flags) -> Integers:
    numbers = plan.numbers
    offered = np.where(hourly, numbers[PRICE] * 60, numbers[PRICE])
    wished = np.where(hourly, wish * numbers[MINUTES], wish)
    zero = numbers[RATE_ZERO]
    share = np.maximum(0, FULL * (FULL * offered // np.maximum(wished, 1) - zero) // (FULL - zero))
    return np.where(wish == 0, numbers[RATE_UNSTATED], np.where(offered >= wished, FULL, share))


def _place(plan: Plan, first: Integers) -> Integers:
    if plan.numbers[ONLINE]:
        return FULL * (first >> 62 & 1)
    places = plan.curves[plan.numbers[TRUST] + plan.numbers[ALIVE] + plan.numbers[FRESH] :]
    return places[first >> 56 & 63]


def _unit(people: People, plan: Plan, rows: Integers, line: Integers, home: Integers) -> Integers:
    unit, site, same_site = plan.numbers[[UNIT, SITE, SAME_SITE]]
    if not unit:
        return np.full(len(rows), FULL)
    of_unit, of_site = home & 0xFFFF == unit, home >> 16 & 0xFFFF == site
    more = np.flatnonzero(line >> 56 & MORE)
    aside = asides(people, rows[more], line[more] >> 56)
    of_unit[more] |= _among(people, aside.units_at, aside.units, unit)
    of_site[more] |= _among(people, aside.units_at + aside.units, aside.sites, site)
    return np.where(of_unit, FULL, np.where(of_site & (site > 0), same_site, 0))


def _among(people: People, starts: Integers, counts: Integers, number: int) -> Flags:
    """Return whose cells hold a number."""
    same = people.aside.data[ragged(starts, counts)] == number
    return np.bincount(np.repeat(np.arange(counts.size), counts)[same], minlength=counts.size) > 0


def _activity(plan: Plan, active: Integers) -> Integers:
    alive = plan.curves[plan.numbers[TRUST] :][: plan.numbers[ALIVE]]
    share = alive[np.clip(plan.numbers[TODAY] - active, 0, len(alive) - 1)]
    return np.where(active == 0, 0, share)
