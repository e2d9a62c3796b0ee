"""What the compiled executor reads, and the room it works in."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.bits import Cells, Integers
from matching.people import People
from matching.plan import MOST_WANTED
from matching.postings import Postings

UNKNOWN = (1 << 63) - 1  # a glance that was never taken
MUST_DIGITS = 6  # of the counters in binary: for 40 required skills
MOST_SETS = 8  # of wanted skills that a pattern tells apart
BATCH = 1_024  # rows that are looked at together: their lines are fetched side by side
MARKS = 64  # blocks of bits, of ids that are left out
POOL = 16 * BATCH  # rows of which those that can have most are looked at first
HEAPS = 2_048  # of bounds, by height
MOST_PARTS = 5  # of days that a question asks for, of which a glance tells who has any time
STRIDE = 8  # blocks of 64 rows that are passed over at once
HOTS, WEEKS, SKILLS, WORDS, LISTED, PLANES, GLANCES = range(7)
"""What a question looked at: hot lines, weeks, people's skills and their words, listed rows, blocks of planes,
glances."""


class Store(NamedTuple):
    """The arrays of `People` and `Postings`; `week` and `aside` are cells one after another."""

    hot: Integers
    glance: Integers
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
    """Room over all rows (counters, bits, holders, sets of wanted skills), by skill (roles), by row of a batch, by pattern."""

    counters: Integers
    bits: Integers
    holders: Integers
    roles: Integers
    batch: Integers
    points: Integers
    bounds: Integers
    sets: Integers
    places: Integers
    table: Integers
    several: Integers
    marks: Integers
    pool: Integers
    heaps: Integers
    words: Integers
    parts: Integers
    halves: Integers
    fits: Integers
    extras: Integers
    looked: Integers


def store_of(people: People, postings: Postings) -> Store:
    """Return the arrays as they are now, and room for the points of each row that no task changes (`glance`)."""
    rows = people.rows
    return Store(
        rows.hot,
        np.full(len(rows.hot), UNKNOWN),
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
        np.zeros(-(-blocks // STRIDE) * STRIDE, np.int64),
        np.zeros(blocks, np.int64),
        np.zeros(len(postings.plane_of), np.int64),
        np.zeros(BATCH, np.int64),
        np.zeros(BATCH, np.int64),
        np.zeros(BATCH, np.int64),
        np.zeros((MOST_SETS, blocks), np.int64),
        np.zeros((MOST_WANTED, 2), np.int64),
        np.zeros(1 << MOST_SETS, np.int64),
        np.zeros(POOL - BATCH, np.int64),
        np.zeros(MARKS, np.int64),
        np.zeros(POOL, np.int64),
        np.zeros(HEAPS, np.int64),
        np.zeros(MOST_SETS, np.int64),
        np.zeros(2, np.int64),
        np.zeros(MOST_PARTS, np.int64),
        np.zeros(1 << MOST_PARTS, np.int64),
        np.zeros(64, np.int64),
        np.zeros(7, np.int64),
    )
