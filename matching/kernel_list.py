"""The list of the best so far, as a heap with the worst on top, and who may not come into it."""

from typing import NamedTuple

import numpy as np

from matching.bits import Integers, compiled
from matching.kernel_store import Store


class List(NamedTuple):
    """Keys (met << 32 | score), rows, and the halves of the ids of whoever is left out, the low one first."""

    keys: Integers
    rows: Integers
    out: Integers


@compiled
def better(listed: List, one: int, key: int, row: int, store: Store) -> bool:
    """Tell whether the one at a place stands before a key and row: by key, then by person id."""
    if listed.keys[one] != key:
        return listed.keys[one] > key
    mine = listed.rows[one]
    if store.high[mine] != store.high[row]:
        return store.high[mine] < store.high[row]
    return store.low[mine] < store.low[row]


@compiled
def strike(listed: List, marks: Integers) -> None:
    """Mark the last bits of the ids of whoever is left out."""
    marks[:] = 0
    for n in range(0, len(listed.out), 2):
        marks[listed.out[n] >> 6 & len(marks) - 1] |= np.int64(1) << (listed.out[n] & 63)


@compiled
def struck(listed: List, marks: Integers, row: int, store: Store) -> bool:
    """Tell whether a row is left out."""
    high, low = np.int64(store.high[row]), np.int64(store.low[row])
    if marks[low >> 6 & len(marks) - 1] >> (low & 63) & 1:
        for n in range(0, len(listed.out), 2):
            if listed.out[n] == low and listed.out[n + 1] == high:
                return True
    return False


@compiled
def push(listed: List, found: int, key: int, row: int, store: Store) -> int:
    """Put a row into the list if it is good enough; return how many are in it."""
    if found == len(listed.keys):
        if found and not better(listed, 0, key, row, store):
            sink(listed, found, key, row, store)
        return found
    at = found
    while at > 0:
        above = (at - 1) >> 1
        if not better(listed, above, key, row, store):
            break
        listed.keys[at], listed.rows[at] = listed.keys[above], listed.rows[above]
        at = above
    listed.keys[at], listed.rows[at] = key, row
    return found + 1


@compiled
def sink(listed: List, found: int, key: int, row: int, store: Store) -> None:
    """Put a row in the place of the worst and let it sink to where it belongs."""
    at = 0
    while 2 * at + 1 < found:
        below = 2 * at + 1
        other = below + 1
        if other < found and better(listed, below, listed.keys[other], listed.rows[other], store):
            below = other
        if better(listed, below, key, row, store):
            break
        listed.keys[at], listed.rows[at] = listed.keys[below], listed.rows[below]
        at = below
    listed.keys[at], listed.rows[at] = key, row


@compiled
def in_order(listed: List, found: int, store: Store) -> None:
    """Sort the list, the best first."""
    for last in range(found - 1, 0, -1):
        key, row = listed.keys[last], listed.rows[last]
        listed.keys[last], listed.rows[last] = listed.keys[0], listed.rows[0]
        sink(listed, last, key, row, store)
