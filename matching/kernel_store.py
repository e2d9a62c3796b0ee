"""What the compiled executor reads, and the room it works in."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.bits import Cells, Integers
from matching.people import People
from matching.postings import Postings

MUST_DIGITS, NICE_DIGITS = 6, 3  # of the counters in binary: for 40 required skills, for up to 7 wished ones
BATCH = 1_024  # rows that are looked at together: their lines are fetched side by side
STRIDE = 8  # blocks of 64 rows that are passed over at once
HOTS, WEEKS, SKILLS, WORDS, LISTED, PLANES = range(6)
"""What a question looked at: hot lines, weeks, people's skills and their words, listed rows, blocks of planes."""


class Store(NamedTuple):
    """The arrays of `People` and `Postings`; `week` and `aside` are cells one after another."""

    hot: Integers
    week: Cells
    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    barred: npt.NDArray[np.uint8]
    aside_at: npt.NDArray[np.uint32]
    open: Integers
    words: npt.NDArray[np.uint32]
    aside: Cells
    planes: Integers
    plane_of: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.uint32]
    head: npt.NDArray[np.int32]
    chain: npt.NDArray[np.int32]


class Scratch(NamedTuple):
    """Counters of required and of wished skills, bit sets over all rows, roles by skill, a batch of rows with their points, and what was looked at."""

    counters: Integers
    nices: Integers
    bits: Integers
    chosen: Integers
    holders: Integers
    roles: Integers
    batch: Integers
    points: Integers
    looked: Integers


def store_of(people: People, postings: Postings) -> Store:
    """Return the arrays as they are now."""
    rows = people.rows
    return Store(
        rows.hot,
        rows.week.reshape(-1),
        rows.high,
        rows.low,
        rows.barred,
        rows.aside_at,
        people.open,
        people.skills.data,
        people.aside.data,
        postings.planes,
        postings.plane_of,
        postings.starts,
        postings.rows,
        postings.head,
        postings.chain,
    )


def scratch_of(people: People, postings: Postings) -> Scratch:
    """Return room for the rows and skills that there are now; the bit sets end on a whole stride."""
    blocks = len(people.open)
    return Scratch(
        np.zeros((MUST_DIGITS, blocks), np.int64),
        np.zeros((NICE_DIGITS, blocks), np.int64),
        np.zeros(-(-blocks // STRIDE) * STRIDE, np.int64),
        np.zeros(-(-blocks // STRIDE) * STRIDE, np.int64),
        np.zeros(blocks, np.int64),
        np.zeros(len(postings.plane_of), np.int64),
        np.zeros(BATCH, np.int64),
        np.zeros(BATCH, np.int64),
        np.zeros(6, np.int64),
    )
