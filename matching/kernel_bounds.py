"""Upper bounds, compiled: what skills can bring at most, by which of the wanted ones a person may have.

Each of a few wanted skills has a set of bits, one for each row. The bits of one row, side by side, are its pattern;
a table says what a pattern can bring. Sets may hold too many rows, so the bound may be too high, never too low.
"""

import numpy as np

from matching.availability import FULL
from matching.bits import Integers, compiled
from matching.kernel_candidates import gather
from matching.kernel_glance import BASE_MASK, EXTRA_AT, GAIN_AT, GAIN_MASK, ODD_AT, rest
from matching.kernel_points import part
from matching.kernel_store import GLANCES, MOST_SETS, Scratch, Store
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

ROW_MASK, SKILLS_AT, SKILLS_MASK, BOUND_AT = (1 << 30) - 1, 30, (1 << 15) - 1, 45  # of one in the pool
HEAP_AT = 5  # bounds that differ by less than 32 are of one height
BEST = 8  # where the credit of the highest level stands among the numbers of a wanted skill


@compiled
def know_nothing(scratch: Scratch, q: Integers) -> int:
    """Write the table for no sets: whoever it is may have everything; return how many sets there are."""
    scratch.places[:] = -1
    scratch.table[0] = most(scratch, q, 0)
    return np.int64(0)


@compiled
def know_skills(store: Store, scratch: Scratch, q: Integers) -> int:
    """Fill the sets: who has a wanted skill at its level, then who has a required one at all; write the table."""
    sets, all_wanted = np.int64(0), q[MUSTS] + q[NICES]
    for pair in range(all_wanted + q[MUSTS]):
        again = pair >= all_wanted
        wanted = pair - all_wanted if again else pair
        skill, level = q[AT_WANTED + wanted * WANTED], q[AT_WANTED + wanted * WANTED + 1]
        if sets == MOST_SETS or (again and level == 1):
            continue
        if skill < 0:
            scratch.sets[sets] = 0
        else:
            gather(store, scratch, skill, 1 if again else level, scratch.sets[sets])
        scratch.places[wanted, 1 if again else 0] = sets
        sets += 1
    for pattern in range(1 << sets):
        scratch.table[pattern] = most(scratch, q, pattern)
    return sets


@compiled
def most(scratch: Scratch, q: Integers, pattern: int) -> int:
    """Return the points that all that skills decide can bring to a row with a pattern."""
    coverage, nice, recent = np.int64(0), np.int64(0), np.int64(0)
    years = max(q[YEARS], q[YEARS + 1], q[YEARS + 2], q[YEARS + 3])
    for wanted in range(q[MUSTS] + q[NICES]):
        at = AT_WANTED + wanted * WANTED
        met, held = may(scratch, pattern, wanted, q[at + 1])
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
def may(scratch: Scratch, pattern: int, wanted: int, level: int) -> tuple[bool, bool]:
    """Tell whether a row with a pattern may have a wanted skill at its level, and whether at any."""
    enough, some = scratch.places[wanted, 0], scratch.places[wanted, 1]
    met = enough < 0 or pattern >> enough & 1 == 1
    return met, met or (level > 1 and (some < 0 or pattern >> some & 1 == 1))


@compiled
def admit(
    store: Store, scratch: Scratch, q: Integers, sets: int, waiting: int, least: int, pooled: int
) -> int:
    """Add those of the batch who can have `least` points to the pool; return how many are in it."""
    batch, pool, words, granted = scratch.batch, scratch.pool, scratch.words, rest(q)
    where, every, known, last = scratch.parts[0], scratch.parts[1], (np.int64(1) << sets) - 1, np.int64(-1)
    scratch.looked[GLANCES] += waiting
    for n in range(waiting):
        row, pattern = np.uint64(batch[n]), np.int64(0)
        if sets:
            if batch[n] >> 6 != last:
                last = batch[n] >> 6
                for each in range(MOST_SETS):
                    words[each] = scratch.sets[each, last]
            for each in range(MOST_SETS):
                pattern |= (words[each] >> (batch[n] & 63) & 1) << each
        glance, skills = store.glance[row], scratch.table[np.uint64(pattern & known)]
        fit = scratch.fits[np.uint64((glance >> where | -(glance >> ODD_AT & 1)) & every)]
        bound = (
            granted + skills + (glance & BASE_MASK) + part(1, (glance >> GAIN_AT & GAIN_MASK) * max(fit, 0))
        )
        bound += scratch.extras[np.uint64(glance) >> np.uint64(EXTRA_AT)]
        pool[np.uint64(pooled)] = bound << BOUND_AT | skills << SKILLS_AT | batch[n]
        pooled += (fit >= 0) & (bound >= least)
    return pooled


@compiled
def high_ones(scratch: Scratch, pooled: int, enough: int) -> int:
    """Return a bound that no more of the pool reach than are enough to begin with, or a step more."""
    heaps = scratch.heaps
    heaps[:] = 0
    for n in range(pooled):
        heaps[min(scratch.pool[n] >> BOUND_AT + HEAP_AT, len(heaps) - 1)] += 1
    height, many = len(heaps), np.int64(0)
    while height > 0 and many < enough:
        height -= 1
        many += heaps[height]
    return np.int64(height) << HEAP_AT
