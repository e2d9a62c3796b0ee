"""The in-memory executor, compiled: candidates by bit planes, then the gates and points of those who may still win.

People are looked at by the number of required skills that they may meet, most first. Upper bounds, ever closer ones,
say who can still reach the list: first from the points of their own and the skills that they may have, then from the
hot line, then with their time. The bounds are exact, so the answer is.
"""

import numpy as np

from matching.availability import FULL
from matching.bits import Integers, compiled, fetch, kept, lowest_bit
from matching.kernel_bounds import bound_all, know_nothing, know_skills
from matching.kernel_candidates import pick, tally
from matching.kernel_list import List, in_order, push
from matching.kernel_points import by_hot, opened, own
from matching.kernel_skills import by_skills, cast, clear
from matching.kernel_store import HOTS, OWN, SKILLS, STRIDE, WEEKS, WORDS, Scratch, Store
from matching.kernel_time import busy, by_time, fit, free_halves
from matching.layout import ASIDE, HOT, WEEK
from matching.plan import (
    FREE_ONLY,
    LANGUAGE,
    LEAST,
    MUSTS,
    NEEDED,
    PLACE,
    RATE,
    TEXT,
    UNIT_POINTS,
)

MANY = 1_000  # rows of a stage from which on it pays to learn which of the wanted skills each may have


@kept
def best(store: Store, scratch: Scratch, q: Integers, curves: Integers, listed: List) -> int:
    """Fill the list with the best rows, the best first, and return how many there are."""
    found = np.int64(0)
    scratch.looked[:] = 0
    cast(scratch.roles, q)
    tally(store, scratch, q)
    sets = know_nothing(scratch, q)
    for stage in range(q[MUSTS], q[LEAST] - 1, -1):
        if pick(store, scratch, q, stage) > MANY and not sets:
            sets = know_skills(store, scratch, q)
        found = look(store, scratch, q, curves, stage << 32, sets, listed, found)
        if found == len(listed.keys) and listed.keys[0] >> 32 >= stage:
            break
    clear(scratch.roles, q)
    in_order(listed, found, store)
    return found


@kept
def stand(store: Store, used: int, q: Integers, curves: Integers) -> None:
    """Write the points of everybody that no task changes, availability as if free the whole time."""
    for row in range(used):
        confirmed = store.hot[row, 2] & 0xFFFF
        store.still[row] = own(store.hot, row, q, curves) + by_time(np.int64(FULL), confirmed, q, curves)


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
    """Weigh everybody whose bit is set, a batch at a time; return how many are in the list.

    `key` is what the number of required skills that they may meet puts before the score.
    """
    bits, batch, full = scratch.bits, scratch.batch, len(scratch.batch) - 64
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
                left &= left - 1
                waiting += 1
            if waiting > full:
                found = weigh(store, scratch, q, curves, key, sets, waiting, listed, found)
                waiting = np.int64(0)
    return weigh(store, scratch, q, curves, key, sets, waiting, listed, found)


@compiled
def weigh(
    store: Store,
    scratch: Scratch,
    q: Integers,
    curves: Integers,
    key: int,
    sets: int,
    waiting: int,
    listed: List,
    found: int,
) -> int:
    """Put those of the batch who pass all gates and are good enough into the list."""
    least = listed.keys[0] - key if found == len(listed.keys) else np.int64(0)
    bound_all(scratch, sets, waiting)
    left = keep_by_own(store, scratch, q, waiting, least)
    scratch.looked[OWN] += waiting
    scratch.looked[HOTS] += left
    left = keep_by_hot(store, scratch, q, curves, left, least)
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
def keep_by_own(store: Store, scratch: Scratch, q: Integers, waiting: int, least: int) -> int:
    """Keep who can have `least` points by those of their own and by what skills can bring.

    Here and below nothing branches on the outcome: it could not be foretold.
    """
    batch, bounds, left = scratch.batch, scratch.bounds, np.int64(0)
    rest = q[RATE] + q[PLACE] + q[UNIT_POINTS] + q[LANGUAGE] + q[TEXT]
    for n in range(waiting):
        row, bound = batch[n], bounds[n]
        batch[left], bounds[left] = row, bound
        left += np.int64(store.still[row]) + bound + rest >= least
    for n in range(left):
        fetch(store.hot, HOT * batch[n])
    return left


@compiled
def keep_by_hot(
    store: Store, scratch: Scratch, q: Integers, curves: Integers, waiting: int, least: int
) -> int:
    """Keep whom the gates of the hot line let through and who, free the whole time, can have `least` points."""
    batch, bounds, points, left = scratch.batch, scratch.bounds, scratch.points, np.int64(0)
    for n in range(waiting):
        row, bound = batch[n], bounds[n]
        speaks, affords = opened(store.hot, row, q)
        earned = by_hot(store.hot, row, store.aside, store.aside_at, q, curves)
        most = earned + bound + by_time(np.int64(FULL), store.hot[row, 2] & 0xFFFF, q, curves)
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
        earned = points[n] + by_time(fit(halves, q), line & 0xFFFF, q, curves)
        batch[left], points[left] = row, earned
        left += earned + bounds[n] >= least
    for n in range(left):
        fetch(store.words, store.hot[batch[n], 3] >> 32 & 0xFFFF_FFFF)
    return left
