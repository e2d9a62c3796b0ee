"""Who has a skill at a level: three bit planes for a common skill, a list of rows for a rarer one.

Lists may name people who no longer have the skill (whoever reads them verifies), but never leave one out.
Common skills are kept exact. What is learnt after the lists were built waits in a chain for each skill.
"""

import numpy as np
import numpy.typing as npt

from matching.layout import LEVEL_AT, SKILL_AT
from matching.pool import cells

COMMON = 48  # a skill that more than one of so many has is kept in planes: 3 bits of everybody
LEVELS = 8
SPARE = 64  # further skills that come between two builds without moving an array


class Postings:
    """Rows by skill and level.

    planes    int64[common, 3, words]: bit r of plane b is bit b of the level of row r (0: not held)
    plane_of  int32[skill]: which planes, or -1
    starts    int32[skill * 8 + level]: where the rows with that level start in `rows`, ascending by level
    chain     int32[link, 3]: row, level, next link or -1; head[skill] is the last link, `links` are used
    """

    def __init__(self, words: npt.NDArray[np.uint32], rows: npt.NDArray[np.uint32], people: int) -> None:
        """Build from each held skill's word (`layout`) and its row; `people` rows have room."""
        self.room = people
        codes = words >> LEVEL_AT
        order = np.argsort(codes, kind="stable")
        codes, rows = codes[order], rows[order]
        skills = int(codes[-1] >> (SKILL_AT - LEVEL_AT)) + 1 if codes.size else 0
        bounds = np.searchsorted(codes, np.arange(skills * LEVELS + 1, dtype=np.uint32)).astype(np.int64)
        counts = np.diff(bounds[::LEVELS])
        common = np.flatnonzero(counts * COMMON > people)
        self.plane_of = np.full(skills + SPARE, -1, np.int32)
        self.plane_of[common] = np.arange(common.size)
        self.planes = np.zeros((common.size, 3, _blocks(people)), np.int64)
        for plane, skill in enumerate(common):
            self._fill(plane, rows, bounds[skill * LEVELS : (skill + 1) * LEVELS + 1])
        self._keep_lists(rows, bounds, common)
        self.head = np.full(skills + SPARE, -1, np.int32)
        self.chain = np.empty((SPARE, 3), np.int32)
        self.links = 0
        self._hold()

    def _hold(self) -> None:
        """Look at the arrays as Python does it fastest, one cell at a time."""
        self._cells = cells(self.planes.reshape(-1).view(np.uint64))
        self._links, self._heads = cells(self.chain.reshape(-1)), cells(self.head)
        self._plane_of = cells(self.plane_of)

    def _fill(self, plane: int, rows: npt.NDArray[np.uint32], bounds: npt.NDArray[np.int64]) -> None:
        has = np.zeros(self.planes.shape[2] * 64, np.bool_)
        for bit in range(3):
            has[:] = False
            for level in range(LEVELS):
                if level >> bit & 1:
                    has[rows[bounds[level] : bounds[level + 1]]] = True
            self.planes[plane, bit] = np.packbits(has, bitorder="little").view(np.int64)

    def _keep_lists(
        self, rows: npt.NDArray[np.uint32], bounds: npt.NDArray[np.int64], common: npt.NDArray[np.int64]
    ) -> None:
        lengths = np.diff(bounds)
        kept = np.ones(lengths.size // LEVELS, np.bool_)
        kept[common] = False
        self.rows = rows[np.repeat(np.repeat(kept, LEVELS), lengths)]
        lengths[np.repeat(~kept, LEVELS)] = 0
        self.starts = np.zeros((self.plane_of.size) * LEVELS + 1, np.int32)
        self.starts[1 : lengths.size + 1] = np.cumsum(lengths)
        self.starts[lengths.size + 1 :] = self.rows.size

    def learn(self, row: int, skill: int, level: int, before: int) -> None:
        """Take in that a row has a skill at a level (0: no longer), after having had it at `before`."""
        if skill >= self.plane_of.size:
            self._make_room(skill)
        plane = self._plane_of[skill]
        if plane >= 0:
            blocks, bit = self.planes.shape[2], 1 << (row & 63)
            for digit in range(3):
                cell = (3 * plane + digit) * blocks + (row >> 6)
                self._cells[cell] = self._cells[cell] & ~bit | (bit if level >> digit & 1 else 0)
        elif level > before:
            if self.links == len(self.chain):
                self.chain = np.concatenate((self.chain, np.empty_like(self.chain)))
                self._hold()
            at = 3 * self.links
            self._links[at], self._links[at + 1], self._links[at + 2] = row, level, self._heads[skill]
            self._heads[skill] = self.links
            self.links += 1

    def _make_room(self, skill: int) -> None:
        more = skill + SPARE - self.plane_of.size
        none = np.full(more, -1, np.int32)
        self.plane_of, self.head = np.concatenate((self.plane_of, none)), np.concatenate((self.head, none))
        last = np.full(more * LEVELS, self.rows.size, np.int32)
        self.starts = np.concatenate((self.starts, last))
        self._hold()

    def widen(self, people: int) -> None:
        """Give the planes room for so many rows."""
        self.room = people
        more = _blocks(people) - self.planes.shape[2]
        self.planes = np.pad(self.planes, ((0, 0), (0, 0), (0, more)))
        self._hold()

    def nbytes(self) -> int:
        """Return the bytes that the arrays take."""
        arrays = (self.planes, self.plane_of, self.starts, self.rows, self.head, self.chain)
        return sum(array.nbytes for array in arrays)


def _blocks(people: int) -> int:
    return (people + 63) // 64
