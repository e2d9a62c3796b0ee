"""The in-memory executor, compiled: candidates by bit planes, then the gates and points of those who may still win.

People are looked at by the number of required skills that they may meet, most first. Of each, the hot line gives an
upper bound; only who can still reach the list is looked at further. The bound is exact, so the answer is.
"""

import numpy as np

from matching.bits import Integers, bit_count, compiled, fetch, kept, lowest_bit
from matching.kernel_list import List, in_order, push
from matching.kernel_points import by_hot, opened
from matching.kernel_skills import by_skills, cast, clear
from matching.kernel_store import HOTS, LISTED, NICE_DIGITS, PLANES, SKILLS, STRIDE, WEEKS, WORDS, Scratch, Store
from matching.kernel_time import busy, by_time, fit, free_halves
from matching.layout import ASIDE, HOT, WEEK
from matching.plan import (
    AT_BOUNDS, AT_EXCLUDED, AT_NICE_BOUNDS, AT_WANTED, EXCLUDED, FREE_ONLY, LEAST, MUSTS, NEEDED, NICES, POSTER, WANTED,
)  # fmt: skip
from matching.availability import FULL
from matching.postings import LEVELS

MANY = 2_000  # rows of a stage from which on it pays to count their wished skills as well


@kept
def best(store: Store, scratch: Scratch, q: Integers, curves: Integers, listed: List) -> int:
    """Fill the list with the best rows, the best first, and return how many there are."""
    found, wished = np.int64(0), np.int64(0)
    scratch.looked[:] = 0
    cast(scratch.roles, q)
    tally(store, scratch, q, AT_WANTED, q[MUSTS], scratch.counters)
    for stage in range(q[MUSTS], q[LEAST] - 1, -1):
        many = pick(store, scratch, q, stage) > MANY and 0 < q[NICES] < 1 << NICE_DIGITS
        if many and not wished:
            wished = q[NICES]
            tally(store, scratch, q, AT_WANTED + q[MUSTS] * WANTED, wished, scratch.nices)
        for nices in range(wished if many else 0, -1, -1):
            bound = q[q[AT_BOUNDS] + stage] + q[q[AT_NICE_BOUNDS] + (nices if many else q[NICES])]
            choose(scratch, nices, wished if many else np.int64(0))
            found = look(store, scratch, q, curves, (stage << 32) + bound, listed, found)
        if found == len(listed.keys) and listed.keys[0] >> 32 >= stage:
            break
    clear(scratch.roles, q)
    in_order(listed, found, store)
    return found


@compiled
def tally(store: Store, scratch: Scratch, q: Integers, at: int, skills: int, counters: Integers) -> None:
    """Count for each row how many of some wanted skills it may have at their level."""
    counters[: bit_length(skills)] = 0
    for n in range(skills):
        skill, level = q[at + n * WANTED], q[at + n * WANTED + 1]
        if skill >= 0:
            find_holders(store, scratch, skill, level)
            add(counters, scratch.holders, bit_length(n + 1))


@compiled
def bit_length(number: int) -> int:
    """Return how many binary digits a number has."""
    digits = 0
    while number >> digits:
        digits += 1
    return digits


@compiled
def find_holders(store: Store, scratch: Scratch, skill: int, level: int) -> None:
    """Set a bit in `holders` for each row that may have a skill from a level up."""
    holders = scratch.holders
    if store.plane_of[skill] >= 0:
        level_up(store.planes[store.plane_of[skill]], level, holders)
        scratch.looked[PLANES] += store.planes.shape[2] * (3, 2, 3, 1, 2)[level - 1]
        return
    holders[:] = 0
    first, over = store.starts[skill * LEVELS + level], store.starts[(skill + 1) * LEVELS]
    for n in range(first, over):
        row = np.int64(store.rows[n])
        holders[row >> 6] |= np.int64(1) << (row & 63)
    link = np.int64(store.head[skill])
    while link >= 0:
        if store.chain[link, 1] >= level:
            row = np.int64(store.chain[link, 0])
            holders[row >> 6] |= np.int64(1) << (row & 63)
        link = np.int64(store.chain[link, 2])
    scratch.looked[LISTED] += over - first


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
    """Set a bit for each open row that may meet just so many required skills and is not left out; return how many."""
    bits = scratch.bits
    for w in range(len(store.open)):
        bits[w] = store.open[w]
    narrow(bits, scratch.counters, stage, q[MUSTS])
    for n in range(q[EXCLUDED]):
        row = q[q[AT_EXCLUDED] + n]
        bits[row >> 6] &= ~(np.int64(1) << (row & 63))
    if q[POSTER] >= 0:
        bits[q[POSTER] >> 6] &= ~(np.int64(1) << (q[POSTER] & 63))
    many = np.int64(0)
    for w in range(len(bits)):
        many += bit_count(bits[w])
    return many


@compiled
def choose(scratch: Scratch, nices: int, most: int) -> None:
    """Take of the picked rows those that may have just so many wished skills; where `most` is 0, all."""
    for w in range(len(scratch.bits)):
        scratch.chosen[w] = scratch.bits[w]
    narrow(scratch.chosen, scratch.nices, nices, most)


@compiled
def narrow(bits: Integers, counters: Integers, count: int, most: int) -> None:
    """Keep the bits of rows whose counter, which goes up to `most`, stands at a count."""
    for digit in range(bit_length(most)):
        plane, wrong = counters[digit], (count >> digit & 1) - 1
        for w in range(len(plane)):
            bits[w] &= plane[w] ^ wrong


@compiled
def look(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, bound: int, listed: List, found: int
) -> int:
    """Weigh the chosen, a batch at a time; return how many are in the list. Skills bring no key above `bound`."""
    bits, batch, full = scratch.chosen, scratch.batch, len(scratch.batch) - 64
    waiting = np.int64(0)
    for stride in range(0, len(bits), STRIDE):
        some = np.int64(0)
        for w in range(stride, stride + STRIDE):
            some |= bits[w]
        if some == 0:
            continue
        for w in range(stride, stride + STRIDE):
            left = bits[w]
            while left:
                batch[waiting] = w << 6 | lowest_bit(left)
                fetch(store.hot, HOT * batch[waiting])
                left &= left - 1
                waiting += 1
            if waiting > full:
                found = weigh(store, scratch, q, curves, bound, waiting, listed, found)
                waiting = np.int64(0)
    return weigh(store, scratch, q, curves, bound, waiting, listed, found)


@compiled
def weigh(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, bound: int, waiting: int, listed: List, found: int
) -> int:
    """Put those of the batch who pass all gates and are good enough into the list."""
    least = listed.keys[0] - bound if found == len(listed.keys) else np.int64(-1)
    left = keep_by_hot(store, scratch, q, curves, waiting, least)
    scratch.looked[HOTS] += waiting
    scratch.looked[WEEKS] += left
    left = keep_by_time(store, scratch, q, curves, left, least)
    scratch.looked[SKILLS] += left
    for n in range(left):
        row = scratch.batch[n]
        count = store.hot[row, 2] >> 48 & 0xFF
        scratch.looked[WORDS] += count
        at = store.hot[row, 3] >> 32 & 0xFFFF_FFFF
        met, points = by_skills(store.words, at, count, scratch.roles, q, curves)
        if met >= q[LEAST]:
            found = push(listed, found, met << 32 | (scratch.points[n] + points), row, store)
    return found


@compiled
def keep_by_hot(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, waiting: int, least: int
) -> int:
    """Keep whom the gates of the hot line let through and who, free the whole time, has `least` points without skills."""
    batch, points, left = scratch.batch, scratch.points, np.int64(0)
    for n in range(waiting):
        row = batch[n]
        speaks, affords = opened(store.hot, row, q)
        if speaks and affords:
            earned = by_hot(store.hot, row, store.aside, store.aside_at, q, curves)
            if earned + by_time(np.int64(FULL), store.hot[row, 2] & 0xFFFF, q, curves) >= least:
                batch[left], points[left] = row, earned
                fetch(store.week, row * WEEK)
                left += 1
    return left


@compiled
def keep_by_time(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, waiting: int, least: int
) -> int:
    """Keep who is free for the task and has `least` points without skills."""
    batch, points, left = scratch.batch, scratch.points, np.int64(0)
    for n in range(waiting):
        row = batch[n]
        line = store.hot[row, 2]
        flags, at = line >> 56, np.int64(0)
        if flags & ASIDE:
            at = np.int64(store.aside_at[row])
        halves = free_halves(store.week, row, flags, store.aside, at, q)
        if (q[FREE_ONLY] and halves < q[NEEDED]) or busy(flags, store.aside, at, q):
            continue
        earned = points[n] + by_time(fit(halves, q), line & 0xFFFF, q, curves)
        if earned >= least:
            batch[left], points[left] = row, earned
            fetch(store.words, store.hot[row, 3] >> 32 & 0xFFFF_FFFF)
            left += 1
    return left
