"""The in-memory executor, compiled: candidates by bit planes, then the gates and points of those who may still win.

People are looked at by the number of required skills that they may meet, most first. Upper bounds, ever closer ones,
say who can still reach the list: first from the points of their own and the skills that they may have, then from the
hot line, then with their time. The bounds are exact, so the answer is.
"""

import numpy as np

from matching.bits import Integers, compiled, fetch, kept, lowest_bit
from matching.kernel_bounds import (
    BOUND_AT,
    ROW_MASK,
    SKILLS_AT,
    SKILLS_MASK,
    admit,
    high_ones,
    know_nothing,
    know_skills,
)
from matching.kernel_candidates import is_of, pick, tally
from matching.kernel_glance import BASE_MASK, GAIN_AT, GAIN_MASK, ask
from matching.kernel_list import List, in_order, push, strike, struck
from matching.kernel_points import by_hot, opened
from matching.kernel_skills import by_skills, cast, clear
from matching.kernel_store import BATCH, HOTS, POOL, SKILLS, STRIDE, WEEKS, WORDS, Scratch, Store
from matching.kernel_time import busy, fit, free_halves, time_gain
from matching.layout import ASIDE, HOT, WEEK
from matching.plan import (
    FREE_ONLY,
    LEAST,
    MUSTS,
    NEEDED,
)

FIRST = 4  # times as many as are asked for are weighed before the others
MANY = 1_000  # rows of a stage from which on it pays to learn which of the wanted skills each may have


@kept
def best(store: Store, scratch: Scratch, q: Integers, curves: Integers, listed: List) -> int:
    """Fill the list with the best rows, the best first, and return how many there are."""
    found = np.int64(0)
    scratch.looked[:] = 0
    cast(scratch.roles, q)
    several = tally(store, scratch, q)
    ask(scratch, q)
    strike(listed, scratch.marks)
    sets = know_nothing(scratch, q)
    for stage in range(q[MUSTS], q[LEAST] - 1, -1):
        named = stage > 1 and several >= 0
        if (several if named else pick(store, scratch, q, stage)) > MANY and not sets:
            sets = know_skills(store, scratch, q)
        if named:
            pooled = glance_at(store, scratch, q, sets, several, stage, worst(listed, found, stage << 32))
            found = sift(store, scratch, q, curves, stage << 32, pooled, listed, found)
        else:
            found = look(store, scratch, q, curves, stage << 32, sets, listed, found)
        if found == len(listed.keys) and listed.keys[0] >> 32 >= stage:
            break
    clear(scratch.roles, q)
    in_order(listed, found, store)
    return found


@compiled
def glance_at(
    store: Store, scratch: Scratch, q: Integers, sets: int, several: int, stage: int, least: int
) -> int:
    """Put into the pool whoever of those named for two skills may meet `stage`; return how many are in it."""
    batch, waiting, pooled = scratch.batch, np.int64(0), np.int64(0)
    for n in range(several):
        batch[waiting] = scratch.several[n]
        fetch(store.glance, batch[waiting])
        waiting += is_of(store, scratch, batch[waiting], stage)
        if waiting == BATCH:
            pooled = admit(store, scratch, q, sets, waiting, least, pooled)
            waiting = np.int64(0)
    return admit(store, scratch, q, sets, waiting, least, pooled)


@compiled
def look(
    store: Store,
    scratch: Scratch,
    q: Integers,
    curves: Integers,
    key: int,
    sets: int,
    listed: List,
    found: int,
) -> int:
    """Glance at everybody whose bit is set, and weigh who may come into the list; return how many are in it.

    `key` is what the number of required skills that they may meet puts before the score.
    """
    bits, batch, full = scratch.bits, scratch.batch, len(scratch.batch) - 64
    waiting, pooled = np.int64(0), np.int64(0)
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
                fetch(store.glance, batch[waiting])
                left &= left - 1
                waiting += 1
            if waiting > full:
                pooled = admit(store, scratch, q, sets, waiting, worst(listed, found, key), pooled)
                waiting = np.int64(0)
                if pooled > POOL - BATCH:
                    found = sift(store, scratch, q, curves, key, pooled, listed, found)
                    pooled = np.int64(0)
    pooled = admit(store, scratch, q, sets, waiting, worst(listed, found, key), pooled)
    return sift(store, scratch, q, curves, key, pooled, listed, found)


@compiled
def worst(listed: List, found: int, key: int) -> int:
    """Return the points from which on one may come into the list."""
    return listed.keys[0] - key if found == len(listed.keys) else np.int64(0)


@compiled
def sift(
    store: Store,
    scratch: Scratch,
    q: Integers,
    curves: Integers,
    key: int,
    pooled: int,
    listed: List,
    found: int,
) -> int:
    """Weigh those of the pool who can have most first: the list gets good at once, and few of the others are left."""
    pool, batch, bounds = scratch.pool, scratch.batch, scratch.bounds
    low = high_ones(scratch, pooled, FIRST * len(listed.keys))
    high = np.int64(1) << 30
    for _ in range(2):
        waiting = np.int64(0)
        for n in range(pooled):
            one = pool[n]
            batch[waiting], bounds[waiting] = one & ROW_MASK, one >> SKILLS_AT & SKILLS_MASK
            waiting += (one >> BOUND_AT >= low) & (one >> BOUND_AT < high)
            if waiting == BATCH:
                found = weigh(store, scratch, q, curves, key, waiting, listed, found)
                low, waiting = max(low, worst(listed, found, key)), np.int64(0)
        found = weigh(store, scratch, q, curves, key, waiting, listed, found)
        low, high = worst(listed, found, key), low
    return found


@compiled
def weigh(
    store: Store,
    scratch: Scratch,
    q: Integers,
    curves: Integers,
    key: int,
    waiting: int,
    listed: List,
    found: int,
) -> int:
    """Put those of the batch who pass all gates and are good enough into the list."""
    least = worst(listed, found, key)
    for n in range(waiting):
        fetch(store.hot, HOT * scratch.batch[n])
    scratch.looked[HOTS] += waiting
    left = keep_by_hot(store, scratch, q, curves, waiting, least)
    scratch.looked[WEEKS] += left
    left = keep_by_time(store, scratch, q, curves, left, least)
    scratch.looked[SKILLS] += left
    for n in range(left):
        row = scratch.batch[n]
        count = store.hot[row, 2] >> 48 & 0xFF
        scratch.looked[WORDS] += count
        at = store.hot[row, 3] >> 32 & 0xFFFF_FFFF
        met, points = by_skills(store.words, at, count, scratch.roles, q, curves)
        score = met << 32 | (scratch.points[n] + points)
        if (
            met >= q[LEAST]
            and score >= worst(listed, found, 0)
            and not struck(listed, scratch.marks, row, store)
        ):
            found = push(listed, found, score, row, store)
    return found


@compiled
def keep_by_hot(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, waiting: int, least: int
) -> int:
    """Keep whom the gates of the hot line let through and who, free the whole time, can have `least` points."""
    batch, bounds, points, left = scratch.batch, scratch.bounds, scratch.points, np.int64(0)
    for n in range(waiting):
        row, bound = batch[n], bounds[n]
        speaks, affords = opened(store.hot, row, q)
        glance = store.glance[row]
        earned = by_hot(store.hot, row, store.aside, store.aside_at, q, curves) + (glance & BASE_MASK)
        most = earned + bound + (glance >> GAIN_AT & GAIN_MASK)
        batch[left], bounds[left], points[left] = row, bound, earned
        left += speaks & affords & (most >= least)
    for n in range(left):
        fetch(store.week, WEEK * batch[n])
        if store.hot[batch[n], 2] >> 56 & ASIDE:
            fetch(store.aside, np.int64(store.aside_at[batch[n]]))
    return left


@compiled
def keep_by_time(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, waiting: int, least: int
) -> int:
    """Keep who is free for the task and can have `least` points."""
    batch, bounds, points, left = scratch.batch, scratch.bounds, scratch.points, np.int64(0)
    for n in range(waiting):
        row = batch[n]
        line = store.hot[row, 2]
        flags, at = line >> 56, np.int64(0)
        if flags & ASIDE:
            at = np.int64(store.aside_at[row])
        halves = free_halves(store.week, row, flags, store.aside, at, q)
        if (q[FREE_ONLY] and halves < q[NEEDED]) or busy(flags, store.aside, at, q):
            continue
        earned = points[n] + time_gain(fit(halves, q), line & 0xFFFF, q, curves)
        batch[left], points[left] = row, earned
        left += earned + bounds[n] >= least
    for n in range(left):
        fetch(store.words, store.hot[batch[n], 3] >> 32 & 0xFFFF_FFFF)
    return left
