"""The in-memory executor in numpy: candidates by bit planes, points by column, the best by an upper bound first."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching import plain_points as points
from matching import plain_skills, plain_time
from matching.entry import EMPLOYED
from matching.people import Integers, People
from matching.plan import (
    AT_WANTED,
    LEAST,
    MUSTS,
    NO_SKILL,
    WANTED,
    Plan,
)
from matching.postings import LEVELS, Postings
from matching.score import GATE_IDS, OWN_GATES

Bits = npt.NDArray[np.int64]
FIRST_LOOK = 2_000  # people who are scored before the bound is drawn


class Found(NamedTuple):
    """Rows with how many required skills they meet and their scores."""

    rows: Integers
    met: Integers
    scores: Integers


class Plain:
    """An index asked with numpy alone."""

    def __init__(self, people: People, postings: Postings) -> None:
        self._people, self._postings = people, postings

    def changed(self, row: int) -> None:
        """Nothing is kept that a change could make wrong."""

    def top(self, plan: Plan, k: int) -> Found:
        """Return the best k rows in order: more required skills first, then score, then person id."""
        return _top(self._people, self._postings, plan, k)

    def count(self, plan: Plan) -> tuple[list[int], tuple[int, ...]]:
        """Return how many people each gate keeps out, as the first in order, and how many of the rest meet how much."""
        return _count(self._people, plan)

    def nbytes(self) -> int:
        """Return the bytes kept beside the people: none."""
        return 0


def _top(people: People, postings: Postings, plan: Plan, k: int) -> Found:
    numbers = plan.numbers
    meets = _meets(people, postings, plan)
    out = [row for row in (*excluded(people, plan), poster(people, plan)) if row >= 0]
    found = Found(*(np.zeros(0, np.int64) for _ in Found._fields))
    for stage in range(int(numbers[MUSTS]), int(numbers[LEAST]) - 1, -1):
        candidates = _exactly(people, meets, stage)
        for row in out:
            candidates[row >> 6] &= ~(np.int64(1) << np.int64(row & 63))
        found = best(people, plan, found, _rows(candidates), stage, k)
        if len(found.rows) == k and found.met[-1] >= stage:
            break
    return found


def excluded(people: People, plan: Plan) -> list[int]:
    """Return the rows of those whom a question leaves out by name."""
    return [row for row in map(people.row, plan.excluded) if row >= 0]


def poster(people: People, plan: Plan) -> int:
    """Return the row of who has posted the task, or -1."""
    return people.row(plan.poster) if plan.poster else -1


def _meets(people: People, postings: Postings, plan: Plan) -> list[Bits]:
    """Return counters of the required skills that each row may meet: a bit of the count in each plane."""
    numbers = plan.numbers
    counters: list[Bits] = [np.zeros_like(people.open) for _ in range(int(numbers[MUSTS]).bit_length())]
    for at in range(AT_WANTED, AT_WANTED + WANTED * int(numbers[MUSTS]), WANTED):
        carry = _holders(people, postings, int(numbers[at]), int(numbers[at + 1]))
        for digit, counter in enumerate(counters):
            counters[digit], carry = counter ^ carry, counter & carry
    return counters


def _holders(people: People, postings: Postings, skill: int, level: int) -> Bits:
    """Return a bit for each row that may have a skill from a level up."""
    if skill == NO_SKILL or skill >= postings.plane_of.size:
        return np.zeros_like(people.open)
    if postings.plane_of[skill] >= 0:
        low, mid, high = postings.planes[postings.plane_of[skill]]
        return (low | mid | high, mid | high, low & mid | high, high, low & high)[level - 1]
    has = np.zeros(len(people.open) * 64, np.bool_)
    has[postings.rows[postings.starts[skill * LEVELS + level] : postings.starts[(skill + 1) * LEVELS]]] = True
    link = postings.head[skill]
    while link >= 0:
        row, learnt, link = postings.chain[link]
        if learnt >= level:
            has[row] = True
    return np.packbits(has, bitorder="little").view(np.int64)


def _exactly(people: People, counters: list[Bits], stage: int) -> Bits:
    bits = people.open.copy()
    for at, counter in enumerate(counters):
        bits &= counter if stage >> at & 1 else ~counter
    return bits


def _rows(bits: Bits) -> Integers:
    blocks = np.flatnonzero(bits)
    inside = np.flatnonzero(np.unpackbits(bits[blocks].view(np.uint8), bitorder="little"))
    rows: Integers = blocks[inside >> 6] << 6 | inside & 63
    return rows


def best(people: People, plan: Plan, found: Found, rows: Integers, stage: int, k: int) -> Found:
    """Add the best of these rows, who meet `stage` required skills at most; those who cannot reach are not scored."""
    rows = rows[np.logical_and(*points.opened(people, plan, rows))]
    scores = points.by_hot(people, plan, rows)
    bound = scores + plain_time.most(people, plan, rows) + plain_skills.most(plan, stage)
    if len(rows) > 2 * FIRST_LOOK:
        first = np.argpartition(-bound, FIRST_LOOK)[:FIRST_LOOK]
        found = _joined(people, found, _scored(people, plan, rows[first], scores[first]), k)
        rest = np.ones(len(rows), np.bool_)
        rest[first] = False
        if len(found.rows) == k and found.met[-1] == stage:
            rest &= bound >= found.scores[-1]
        rows, scores = rows[rest], scores[rest]
    return _joined(people, found, _scored(people, plan, rows, scores), k)


def _scored(people: People, plan: Plan, rows: Integers, scores: Integers) -> Found:
    """Return who of these rows passes every gate, with all points; `scores` holds those of the hot line."""
    halves = plain_time.free_halves(people, plan, rows)
    passes = plain_time.opened(people, plan, rows, halves)
    rows, scores, halves = rows[passes], scores[passes], halves[passes]
    scores = scores + plain_time.points(people, plan, rows, halves)
    met, earned = plain_skills.points(people, plan, rows)
    enough = met >= plan.numbers[LEAST]
    return Found(rows[enough], met[enough], (scores + earned)[enough])


def _joined(people: People, one: Found, other: Found, k: int) -> Found:
    rows, met, scores = (np.concatenate(pair) for pair in zip(one, other, strict=True))
    order = np.lexsort((people.rows.low[rows], people.rows.high[rows], -scores, -met))[:k]
    return Found(rows[order], met[order], scores[order])


def _count(people: People, plan: Plan) -> tuple[list[int], tuple[int, ...]]:
    rows = people.there()
    barred = people.rows.barred[rows]
    halves = plain_time.free_halves(people, plan, rows)
    speaks, affords = points.opened(people, plan, rows)
    met, _ = plain_skills.points(people, plan, rows)
    shut = {name: barred & bit != 0 for name, bit in OWN_GATES.items()}
    shut["excluded"] = np.isin(rows, excluded(people, plan))
    shut["conflict"] = (barred & EMPLOYED != 0) | (rows == poster(people, plan))
    shut["busy"] = plain_time.busy(people, plan, rows)
    shut["language"], shut["floor"] = ~speaks, ~affords
    shut["free"] = ~plain_time.free_enough(plan, halves)
    shut["skills"] = met < plan.numbers[LEAST]
    first = np.argmax([*(shut[gate] for gate in GATE_IDS), np.ones(len(rows), np.bool_)], axis=0)
    gates = np.bincount(first, minlength=len(GATE_IDS) + 1)[:-1].tolist()
    passed = np.bincount(met[first == len(GATE_IDS)], minlength=int(plan.numbers[MUSTS]) + 1)
    return gates, tuple(passed.tolist())
