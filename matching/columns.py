"""A whole company as columns: the way into the in-memory index for whoever has many people at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.layout import (
    ASK,
    DAYS,
    FLOOR_HOUR,
    HEADS,
    MORE,
    SKILL_AT,
    TAKEN,
    UNLIKE,
    WEEK,
    WISH_HOUR,
    WORK,
    Numbers,
)
from matching.people import People, Rows
from matching.pool import Pool, ragged

MANY = 1 << 21  # above the ids of skills
Column = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Some values for each person: those of person i are values[starts[i] : starts[i + 1]]."""

    starts: Column
    values: npt.NDArray[np.unsignedinteger]

    @property
    def counts(self) -> Column:
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Columns:
    """Entries (`matching.entry`) by person, ascending by id (`high`, `low` half); wish and floor are in yen.

    week    21 words of 16 bits for each person, three for each day from Monday
    asking  (row, 21 words) of those who have hours to ask about: rows, words
    days    (day, three words free, three words ask) of days unlike the week, `taken` (day, three words): values
            are lines of 7 and of 4 words
    skills  skill id << 11 | level << 8 | use, ascending
    """

    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    barred: npt.NDArray[np.uint8]
    week: npt.NDArray[np.uint16]
    asking: tuple[Column, npt.NDArray[np.uint16]]
    days: Ragged
    taken: Ragged
    skills: Ragged
    units: Ragged
    sites: Ragged
    confirmed: Column
    active: Column
    languages: Column
    wish: Column
    wish_hourly: npt.NDArray[np.bool_]
    floor: Column
    floor_hourly: npt.NDArray[np.bool_]
    remote: npt.NDArray[np.bool_]
    prefecture: Column
    reliability: Column
    response: Column
    load: Column
    exposure: Column


def people_of(columns: Columns) -> People:
    """Lay columns out as rows. Raises ValueError when the ids do not ascend."""
    high, low = columns.high, columns.low
    if not np.all((high[:-1] < high[1:]) | (high[:-1] == high[1:]) & (low[:-1] < low[1:])):
        raise ValueError("people come in the order of their ids, each once")
    if not high.size:
        return People.nobody()
    skills, skill_numbers = _renumbered(columns.skills.values >> np.uint32(SKILL_AT), 0)
    units, unit_numbers = _renumbered(columns.units.values, 1)
    sites, site_numbers = _renumbered(columns.sites.values, 1)
    words = skills << np.uint32(SKILL_AT) | columns.skills.values.astype(np.uint32) & np.uint32(
        (1 << SKILL_AT) - 1
    )
    aside, aside_at, flags = _aside(columns, units, sites)
    hot = _hot(columns, flags, _firsts(columns.units, units), _firsts(columns.sites, sites))
    rows = Rows(hot, columns.week, high, low, columns.barred, aside_at)
    return People(rows, len(high), Pool(words), Pool(aside), (skill_numbers, unit_numbers, site_numbers))


def _renumbered(things: npt.NDArray[Any], first: int) -> tuple[npt.NDArray[np.uint32], Numbers]:
    if things.size and int(things.max()) < MANY:  # skills: counting is faster than sorting
        known, inverse = np.flatnonzero(np.bincount(things)), None
    else:
        known, inverse = np.unique(things, return_inverse=True)
    numbers = Numbers(first)
    given = np.array([numbers[int(thing)] for thing in known], np.uint32)
    if inverse is not None:
        return given[inverse], numbers
    table = np.zeros(int(known[-1]) + 1, np.uint32)
    table[known] = given
    return table[things], numbers


def _firsts(things: Ragged, numbers: npt.NDArray[np.uint32]) -> Column:
    first = np.zeros(things.counts.size, np.int64)
    some = things.counts > 0
    first[some] = numbers[things.starts[:-1][some]]
    return first


def _hot(columns: Columns, flags: Column, units: Column, sites: Column) -> Column:
    hot = np.empty((len(flags), 4), np.int64)
    hot[:, 0] = columns.reliability | columns.response << 14 | columns.load << 28 | columns.exposure << 42
    hot[:, 0] |= columns.prefecture << 56 | columns.remote.astype(np.int64) << 62
    hot[:, 1] = columns.wish | columns.floor << 32
    hot[:, 2] = columns.confirmed | columns.active << 16 | columns.languages << 32
    hot[:, 2] |= columns.skills.counts << 48 | flags << 56
    hot[:, 3] = units | sites << 16 | columns.skills.starts[:-1] << 32
    return hot


def _aside(
    columns: Columns, units: npt.NDArray[np.uint32], sites: npt.NDArray[np.uint32]
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32], Column]:
    """Return the cells aside, where each person's start, and the flags."""
    more = [np.maximum(things.counts - 1, 0) for things in (columns.units, columns.sites)]
    days, taken = columns.days.counts, columns.taken.counts
    asks = np.zeros(days.size, np.bool_)
    asks[columns.asking[0]] = True
    flags = ASK * asks | DAYS * (days > 0) | WORK * (taken > 0) | MORE * (more[0] + more[1] > 0)
    parts = np.array([HEADS * (flags > 0), WEEK * asks, UNLIKE * days, TAKEN * taken, *more])
    ends = np.cumsum(parts.sum(0))
    at = ends - parts.sum(0) + np.cumsum(parts, 0) - parts
    cells = np.zeros(ends[-1] if ends.size else 0, np.uint16)
    some = np.flatnonzero(flags)
    cells[at[0][some]] = days[some] | taken[some] << 8
    cells[at[0][some] + 1] = more[0][some] | more[1][some] << 8
    cells[at[1][columns.asking[0]][:, None] + np.arange(WEEK)] = columns.asking[1]
    cells[ragged(at[2], parts[2])] = columns.days.values.reshape(-1)
    cells[ragged(at[3], parts[3])] = columns.taken.values.reshape(-1)
    cells[ragged(at[4], more[0])] = units[ragged(columns.units.starts[:-1] + 1, more[0])]
    cells[ragged(at[5], more[1])] = sites[ragged(columns.sites.starts[:-1] + 1, more[1])]
    flags |= WISH_HOUR * columns.wish_hourly | FLOOR_HOUR * columns.floor_hourly
    return cells, at[0].astype(np.uint32), flags.astype(np.int64)
