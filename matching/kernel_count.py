"""Count, compiled, how many people each gate keeps out, and how many of the rest meet how many required skills."""

import numpy as np

from matching.bits import Integers, compiled, kept
from matching.entry import EMPLOYED
from matching.kernel_points import opened
from matching.kernel_skills import by_skills, cast, clear
from matching.kernel_store import Scratch, Store
from matching.kernel_time import busy, free_halves
from matching.layout import ASIDE, GONE
from matching.plan import FREE_ONLY, LEAST, NEEDED
from matching.score import GATE_IDS, OWN_GATES

EXCLUDED_GATE, CONFLICT, BUSY, LANGUAGE, FLOOR, FREE, SKILLS = (
    GATE_IDS.index(gate) for gate in ("excluded", "conflict", "busy", "language", "floor", "free", "skills")
)
OWN = np.array([(GATE_IDS.index(gate), bit) for gate, bit in OWN_GATES.items()])
GATES = len(GATE_IDS)


@kept
def count(
    store: Store,
    scratch: Scratch,
    used: int,
    q: Integers,
    curves: Integers,
    excluded: Integers,
    poster: int,
    counts: Integers,
) -> None:
    """Count the number kept out by each gate, in the order of GATE_IDS, `excluded` and `poster` being rows, then how many meet 0, 1, ... skills."""
    cast(scratch.roles, q)
    scratch.bits[:] = 0
    for row in excluded:
        scratch.bits[row >> 6] |= np.int64(1) << (row & 63)
    for row in range(used):
        if store.barred[row] != GONE:
            counts[place(store, scratch, np.int64(row), q, curves, poster)] += 1
    clear(scratch.roles, q)


@compiled
def place(store: Store, scratch: Scratch, row: int, q: Integers, curves: Integers, poster: int) -> int:
    """Return the number of the first gate that is shut, or GATES and how many required skills are met."""
    line = store.hot[row, 2]
    flags, at = line >> 56, np.int64(0)
    if flags & ASIDE:
        at = np.int64(store.aside_at[row])
    met, _ = by_skills(
        store.words, store.hot[row, 3] >> 32 & 0xFFFF_FFFF, line >> 48 & 0xFF, scratch.roles, q, curves
    )
    first = np.int64(SKILLS) if met < q[LEAST] else GATES + met
    if q[FREE_ONLY] and free_halves(store.week, row, flags, store.aside, at, q) < q[NEEDED]:
        first = np.int64(FREE)
    speaks, affords = opened(store.hot, row, q)
    if not affords:
        first = min(first, np.int64(FLOOR))
    if not speaks:
        first = min(first, np.int64(LANGUAGE))
    if busy(flags, store.aside, at, q):
        first = min(first, np.int64(BUSY))
    if store.barred[row] & EMPLOYED or row == poster:
        first = min(first, np.int64(CONFLICT))
    if scratch.bits[row >> 6] >> (row & 63) & 1:
        first = min(first, np.int64(EXCLUDED_GATE))
    for n in range(len(OWN)):
        if store.barred[row] & OWN[n, 1]:
            first = min(first, OWN[n, 0])
    return first
