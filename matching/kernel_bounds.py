"""Upper bounds, compiled: what skills can bring at most, by which of the wanted ones a person may have.

Each of a few wanted skills has a set of bits, one for each row. The bits of one row, side by side, are its pattern;
a table says what a pattern can bring. Sets may hold too many rows, so the bound may be too high, never too low.
"""

import numpy as np

from matching.availability import FULL
from matching.bits import Integers, compiled
from matching.kernel_candidates import gather
from matching.kernel_points import part
from matching.kernel_store import MOST_SETS, Scratch, Store
from matching.plan import (
    ADJACENCY,
    AT_WANTED,
    MUST_SUM,
    MUSTS,
    NICE_SKILLS,
    NICE_SUM,
    NICES,
    RECENCY,
    SKILLS,
    WANTED,
    YEARS,
)

BEST = 8  # where the credit of the highest level stands among the numbers of a wanted skill


@compiled
def know_nothing(scratch: Scratch, q: Integers) -> int:
    """Write the table for no sets: whoever it is may have everything; return how many sets there are."""
    scratch.table[0] = most(scratch, q, 0, 0)
    return np.int64(0)


@compiled
def know_skills(store: Store, scratch: Scratch, q: Integers) -> int:
    """Fill the sets: who has a wanted skill at its level, then who has a required one at all; write the table."""
    sets = np.int64(0)
    for pair in range(q[MUSTS] + q[NICES] + q[MUSTS]):
        wanted = pair if pair < q[MUSTS] + q[NICES] else pair - q[MUSTS] - q[NICES]
        skill, level = q[AT_WANTED + wanted * WANTED], q[AT_WANTED + wanted * WANTED + 1]
        again = pair != wanted
        if sets == MOST_SETS or (again and level == 1):
            continue
        if skill < 0:
            scratch.sets[sets] = 0
        else:
            gather(store, scratch, skill, 1 if again else level, scratch.sets[sets])
        scratch.meaning[sets, 0], scratch.meaning[sets, 1] = wanted, again
        sets += 1
    for pattern in range(1 << sets):
        scratch.table[pattern] = most(scratch, q, sets, pattern)
    return sets


@compiled
def most(scratch: Scratch, q: Integers, sets: int, pattern: int) -> int:
    """Return the points that all that skills decide can bring to a row with a pattern."""
    coverage, nice, recent = np.int64(0), np.int64(0), np.int64(0)
    years = max(q[YEARS], q[YEARS + 1], q[YEARS + 2], q[YEARS + 3])
    for wanted in range(q[MUSTS] + q[NICES]):
        at = AT_WANTED + wanted * WANTED
        met, held = may(scratch, q, sets, pattern, wanted)
        credit = q[at + BEST] + years if met else q[at + 2 + q[at + 1]] if held else 0
        if wanted < q[MUSTS]:
            coverage += q[at + 2] * credit
            recent += q[at + 2] * FULL if held else 0
        else:
            nice += q[at + 2] * credit
    points = part(q[NICE_SKILLS], nice // q[NICE_SUM]) if q[NICES] else q[NICE_SKILLS]
    if not q[MUSTS]:
        return points + q[SKILLS] + q[ADJACENCY] + q[RECENCY]
    return (
        points
        + q[ADJACENCY]
        + part(q[SKILLS], coverage // q[MUST_SUM])
        + part(q[RECENCY], recent // q[MUST_SUM])
    )


@compiled
def may(scratch: Scratch, q: Integers, sets: int, pattern: int, wanted: int) -> tuple[bool, bool]:
    """Tell whether a row with a pattern may have a wanted skill at its level, and whether at any."""
    met, held = True, True
    for n in range(sets):
        if scratch.meaning[n, 0] == wanted and not pattern >> n & 1:
            met = False
            held = held and not scratch.meaning[n, 1] and q[AT_WANTED + wanted * WANTED + 1] > 1
    return met, held


@compiled
def bound_all(scratch: Scratch, sets: int, waiting: int) -> None:
    """Write for each row of the batch what skills can bring to it."""
    for n in range(waiting):
        row, pattern = scratch.batch[n], np.int64(0)
        for each in range(sets):
            pattern |= (scratch.sets[each, row >> 6] >> (row & 63) & 1) << each
        scratch.bounds[n] = scratch.table[pattern]
