"""Candidates, compiled: who may meet how many of the required skills, 64 people at a time."""

import numpy as np

from matching.bits import Integers, bit_count, compiled
from matching.kernel_store import LISTED, PLANES, Scratch, Store
from matching.plan import AT_WANTED, MUSTS, WANTED
from matching.postings import LEVELS

FEW = 4  # required skills from which on the counters have more than two digits


@compiled
def tally(store: Store, scratch: Scratch, q: Integers) -> int:
    """Count for each row how many of the required skills it may have at their level.

    Return how many rows are named in `several`: all who may have two or more; or -1 where they are not known.
    """
    for digit in range(digits_of(q)):
        scratch.counters[digit] = 0
    whole = np.int64(0)
    for n in range(q[MUSTS]):
        skill, level = q[AT_WANTED + n * WANTED], q[AT_WANTED + n * WANTED + 1]
        if skill >= 0 and not is_listed(store, skill):
            gather(store, scratch, skill, level, scratch.holders)
            whole += 1
            add(scratch.counters, scratch.holders, bit_length(whole))
    several = np.int64(0) if whole <= 1 and q[MUSTS] < FEW else np.int64(-1)
    for n in range(q[MUSTS]):
        skill, level = q[AT_WANTED + n * WANTED], q[AT_WANTED + n * WANTED + 1]
        if skill >= 0 and is_listed(store, skill):
            several = add_listed(store, scratch, skill, level, several)
    return several


@compiled
def is_listed(store: Store, skill: int) -> bool:
    """Tell whether those who have a skill stand in a list, each once."""
    return store.plane_of[skill] < 0 and store.head[skill] < 0


@compiled
def digits_of(q: Integers) -> int:
    """Return how many binary digits the counters have, two at least."""
    return max(2, bit_length(q[MUSTS]))


@compiled
def add_listed(store: Store, scratch: Scratch, skill: int, level: int, several: int) -> int:
    """Add one to the counter of each row that is listed for a skill from a level up; return how many have two so far."""
    counters = scratch.counters
    first, over = np.int64(store.starts[skill * LEVELS + level]), np.int64(store.starts[(skill + 1) * LEVELS])
    scratch.looked[LISTED] += over - first
    for n in range(first, over):
        row = np.int64(store.rows[n])
        w, carry, digit = row >> 6, np.int64(1) << (row & 63), 0
        if counters[0, w] & carry and several >= 0 and not counters[1, w] & carry:
            scratch.several[several] = row
            several += 1
            if several == len(scratch.several):
                several = np.int64(-1)
        while carry:
            before = counters[digit, w]
            counters[digit, w] = before ^ carry
            carry &= before
            digit += 1
    return several


@compiled
def is_of(store: Store, scratch: Scratch, row: int, stage: int) -> bool:
    """Tell whether a row is open and may meet just so many required skills, of fewer than FEW."""
    w, bit = row >> 6, row & 63
    wrong = (scratch.counters[0, w] >> bit ^ stage) | (scratch.counters[1, w] >> bit ^ stage >> 1)
    return (store.open[w] >> bit & ~wrong & 1) == 1


@compiled
def gather(store: Store, scratch: Scratch, skill: int, level: int, holders: Integers) -> None:
    """Set a bit for each row that may have a skill from a level up, and no other."""
    if store.plane_of[skill] >= 0:
        level_up(store.planes[store.plane_of[skill]], level, holders)
        scratch.looked[PLANES] += store.planes.shape[2] * (3, 2, 3, 1, 2)[level - 1]
        return
    holders[:] = 0
    first, over = store.starts[skill * LEVELS + level], store.starts[(skill + 1) * LEVELS]
    scratch.looked[LISTED] += over - first
    for n in range(first, over):
        row = np.int64(store.rows[n])
        holders[row >> 6] |= np.int64(1) << (row & 63)
    link = np.int64(store.head[skill])
    while link >= 0:
        if store.chain[link, 1] >= level:
            row = np.int64(store.chain[link, 0])
            holders[row >> 6] |= np.int64(1) << (row & 63)
        link = np.int64(store.chain[link, 2])


@compiled
def bit_length(number: int) -> int:
    """Return how many binary digits a number has."""
    digits = 0
    while number >> digits:
        digits += 1
    return digits


@compiled
def level_up(planes: Integers, level: int, holders: Integers) -> None:
    """Read the levels from one up out of three bit planes."""
    low, mid, high = planes[0], planes[1], planes[2]
    for w in range(planes.shape[1]):
        if level == 1:
            holders[w] = low[w] | mid[w] | high[w]
        elif level == 2:  # noqa: PLR2004
            holders[w] = mid[w] | high[w]
        elif level == 3:  # noqa: PLR2004
            holders[w] = low[w] & mid[w] | high[w]
        elif level == 4:  # noqa: PLR2004
            holders[w] = high[w]
        else:
            holders[w] = low[w] & high[w]


@compiled
def add(counters: Integers, carry: Integers, digits: int) -> None:
    """Add one to the binary counter of each row whose bit is set; counters lie in planes, `carry` is used up."""
    for digit in range(digits):
        plane = counters[digit]
        for w in range(len(carry)):
            both = plane[w] & carry[w]
            plane[w] ^= carry[w]
            carry[w] = both


@compiled
def pick(store: Store, scratch: Scratch, q: Integers, stage: int) -> int:
    """Set a bit for each open row that may meet just so many required skills; return how many."""
    bits, low, high = scratch.bits, scratch.counters[0], scratch.counters[1]
    no_low, no_high = (stage & 1) - 1, (stage >> 1 & 1) - 1
    for w in range(len(store.open)):
        bits[w] = store.open[w] & (low[w] ^ no_low) & (high[w] ^ no_high)
    for digit in range(2, digits_of(q)):
        plane, wrong = scratch.counters[digit], (stage >> digit & 1) - 1
        for w in range(len(plane)):
            bits[w] &= plane[w] ^ wrong
    many = np.int64(0)
    for w in range(len(bits)):
        many += bit_count(bits[w])
    return many
