"""The rows of the in-memory index: one for each person, found by id, written in place, renewed now and then."""

from array import array
from bisect import bisect_left
from typing import NamedTuple
from uuid import UUID, SafeUUID

import numpy as np
import numpy.typing as npt

from matching.entry import Entry
from matching.layout import (
    ASIDE,
    ASK,
    GONE,
    HEADS,
    HOT,
    SKILL_AT,
    TAKEN,
    UNLIKE,
    WEEK,
    Numbers,
    aside_bytes,
    flags_of,
    hot_bytes,
)
from matching.pool import Pool, cells, ragged

HALF = (1 << 64) - 1
NEW, PUT, SAY = object.__new__, vars(UUID)["int"].__set__, vars(UUID)["is_safe"].__set__
WASTE = 8  # cells that are not read any more weigh as much as one person
Integers = npt.NDArray[np.int64]


class Rows(NamedTuple):
    """One cell, or one short line, for each row: see `layout`. `ids` are two halves, the high one first."""

    hot: npt.NDArray[np.int64]
    week: npt.NDArray[np.uint16]
    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    barred: npt.NDArray[np.uint8]
    aside_at: npt.NDArray[np.uint32]

    @classmethod
    def empty(cls, rows: int) -> "Rows":
        return cls(
            np.zeros((rows, HOT), np.int64),
            np.zeros((rows, WEEK), np.uint16),
            np.zeros(rows, np.uint64),
            np.zeros(rows, np.uint64),
            np.full(rows, GONE, np.uint8),
            np.zeros(rows, np.uint32),
        )


class People:
    """Everybody of one company. Rows up to `sorted` ascend by person id; who came later is in `late`.

    `open` has a bit for each row that no gate of the person's own shuts.
    """

    def __init__(
        self,
        rows: Rows,
        used: int,
        skills: Pool[np.uint32],
        aside: Pool[np.uint16],
        numbers: tuple[Numbers, Numbers, Numbers],
    ) -> None:
        """Hold these arrays from now on. `numbers` are those of skills, units and sites."""
        self.used = self.sorted = used
        self.dropped = 0
        self.skills, self.aside = skills, aside
        self.numbers = self.skill_numbers, self.unit_numbers, self.site_numbers = numbers
        self.late: dict[UUID, int] = {}
        self._hold(rows)

    @classmethod
    def nobody(cls) -> "People":
        """Return an index's rows before anyone is in it."""
        pools = Pool(np.zeros(0, np.uint32)), Pool(np.zeros(0, np.uint16))
        return cls(Rows.empty(64), 0, *pools, (Numbers(0), Numbers(1), Numbers(1)))

    def _hold(self, rows: Rows) -> None:
        self.rows = rows
        bits = np.zeros(-(-len(rows.barred) // 64) * 64, np.bool_)
        bits[: len(rows.barred)] = rows.barred == 0
        self.open = np.packbits(bits, bitorder="little").view(np.int64)
        self._hot, self._week = cells(rows.hot).cast("B"), cells(rows.week).cast("B")
        self._lines, self._places = self._hot.cast("q"), self._hot.cast("I")
        self._barred = cells(rows.barred)
        self._high, self._low = cells(rows.high), cells(rows.low)
        self._open, self._aside_at = cells(self.open.view(np.uint64)), cells(rows.aside_at)

    def row(self, person_id: UUID) -> int:
        """Return the row of a person, or -1."""
        number = person_id.int
        high, low = number >> 64, number & HALF
        at = bisect_left(self._high, high, 0, self.sorted)
        while at < self.sorted and self._high[at] == high:
            if self._low[at] == low:
                return at
            at += 1
        return self.late.get(person_id, -1)

    def write(self, entry: Entry) -> tuple[int, bytes, bytes]:
        """Write an entry into its row; return the row and the words of its skills, before and now.

        Raises ValueError, and changes nothing, for what the layout cannot hold.
        """
        known = self.skill_numbers
        words = array(
            "I", [known[skill] << SKILL_AT | level << 8 | use for skill, level, use in entry.skills]
        )
        flags, packed, week = flags_of(entry), words.tobytes(), entry.week.to_bytes(2 * WEEK, "little")
        units = list(map(self.unit_numbers.__getitem__, entry.units))
        sites = list(map(self.site_numbers.__getitem__, entry.sites))
        hot = hot_bytes(entry, flags, units[0] if units else 0, sites[0] if sites else 0)
        rarer = aside_bytes(entry, units[1:], sites[1:]) if flags & ASIDE else b""
        row = self.row(entry.person_id)
        if row < 0:
            row = self._new_row(entry.person_id)
        line, place = self._lines[row * HOT + 2], self._places[row * 8 + 7]
        count = line >> 48 & 0xFF
        before = self.skills.read(place, count)
        if before != packed:
            self._places[row * 8 + 7] = self.skills.write(packed, place, count)
        if rarer:
            at = self._aside_at[row]
            self._aside_at[row] = self.aside.write(rarer, at, self._aside_cells(at, line >> 56))
        self._hot[row * 32 : row * 32 + len(hot)] = hot
        self._week[row * 42 : row * 42 + 42] = week
        if entry.barred != self._barred[row]:
            self._bar(row, entry.barred)
        return row, before, packed

    def _aside_cells(self, at: int, flags: int) -> int:
        if not flags & ASIDE:
            return 0
        days, taken, units, sites = self.aside.read(at, HEADS)
        return HEADS + (WEEK if flags & ASK else 0) + UNLIKE * days + TAKEN * taken + units + sites

    def drop(self, person_id: UUID) -> bool:
        """Let nobody find a person any more; return whether there was one."""
        row = self.row(person_id)
        if row < 0 or self._barred[row] == GONE:
            return False
        self._bar(row, GONE)
        self.dropped += 1
        return True

    def burden(self) -> int:
        """Return about how many people's worth of gaps, waste and late comers there is."""
        return len(self.late) + self.dropped + (self.skills.waste + self.aside.waste) // WASTE

    def _bar(self, row: int, barred: int) -> None:
        self._barred[row] = barred
        bit = 1 << (row & 63)
        self._open[row >> 6] = self._open[row >> 6] & ~bit | (0 if barred else bit)

    def _new_row(self, person_id: UUID) -> int:
        row = self.used
        if row == len(self.rows.barred):
            more = Rows.empty(row // 16 + 64)
            self._hold(Rows._make(np.concatenate(list(pair)) for pair in zip(self.rows, more, strict=True)))
        self.used = row + 1
        self.late[person_id] = row
        self._high[row], self._low[row] = person_id.int >> 64, person_id.int & HALF
        return row

    def ids(self, rows: Integers) -> list[UUID]:
        """Return the ids of rows."""
        made = []
        for high, low in zip(self.rows.high[rows].tolist(), self.rows.low[rows].tolist(), strict=True):
            one = NEW(UUID)  # UUID(int=...) in a fifth of the time: these were UUIDs before
            PUT(one, high << 64 | low)
            SAY(one, SafeUUID.unknown)
            made.append(one)
        return made

    def there(self) -> Integers:
        """Return the rows in which somebody is."""
        return np.flatnonzero(self.rows.barred[: self.used] != GONE)

    def held(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Return the word of every skill that somebody has, and the row of each."""
        line, place = self.rows.hot[: self.used, 2], self.rows.hot[: self.used, 3] >> 32 & 0xFFFF_FFFF
        counts = line >> 48 & 0xFF
        counts[self.rows.barred[: self.used] == GONE] = 0
        rows = np.repeat(np.arange(self.used, dtype=np.uint32), counts)
        return self.skills.data[ragged(place, counts)], rows

    def renewed(self) -> "People":
        """Return the same people without gaps and waste, in the order of their ids."""
        there = self.there()
        order = there[np.lexsort((self.rows.low[there], self.rows.high[there]))]
        if not order.size:
            return People.nobody()
        rows = Rows._make(column[order] for column in self.rows)
        counts = rows.hot[:, 2] >> 48 & 0xFF
        skills = self.skills.data[ragged(rows.hot[:, 3] >> 32 & 0xFFFF_FFFF, counts)]
        rows.hot[:, 3] = rows.hot[:, 3] & 0xFFFF_FFFF | (np.cumsum(counts) - counts) << 32
        cells = self._cells_aside(rows)
        aside = self.aside.data[ragged(rows.aside_at.astype(np.int64), cells)]
        rows.aside_at[:] = np.cumsum(cells) - cells
        return People(rows, len(order), Pool(skills), Pool(aside), self.numbers)

    def _cells_aside(self, rows: Rows) -> Integers:
        flags = rows.hot[:, 2] >> 56 & 0xFF
        at = np.where(flags & ASIDE, rows.aside_at, 0).astype(np.int64)
        if not self.aside.used:
            return np.zeros(len(at), np.int64)
        first, second = (self.aside.data[at + head].astype(np.int64) for head in (0, 1))
        cells = HEADS + np.where(flags & ASK, WEEK, 0) + UNLIKE * (first & 0xFF) + TAKEN * (first >> 8)
        cells += (second & 0xFF) + (second >> 8)
        return np.where(flags & ASIDE, cells, 0)

    def nbytes(self) -> int:
        """Return the bytes that the arrays take."""
        arrays = (*self.rows, self.open, self.skills.data, self.aside.data)
        return sum(array.nbytes for array in arrays)
