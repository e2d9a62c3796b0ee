"""The compiled executor, asked in the same way as `plain`; importing it needs the extra `fast`."""

import numpy as np

from matching.kernel import best
from matching.kernel_count import GATES, count
from matching.kernel_glance import stand, stand_all
from matching.kernel_list import List
from matching.kernel_store import Store, scratch_of, store_of
from matching.people import People
from matching.plain import Found, excluded, poster
from matching.plan import (
    ACTIVITY,
    ALIVE,
    AVAILABILITY,
    EXPOSURE,
    LOAD,
    MUSTS,
    RELIABILITY,
    RESPONSE,
    TIME_UNKNOWN,
    TODAY,
    TRUST,
    Plan,
)
from matching.postings import Postings

SCORE = (1 << 32) - 1
OF_STILL = [TODAY, TIME_UNKNOWN, AVAILABILITY, RELIABILITY, ACTIVITY, RESPONSE, LOAD, EXPOSURE]


class Fast:
    """The arrays of an index as the kernel wants them, and its room to work in."""

    def __init__(self, people: People, postings: Postings) -> None:
        self._people, self._postings = people, postings
        self._fit()

    def _fit(self) -> None:
        self._store = store_of(self._people, self._postings)
        self.scratch = scratch_of(self._people, self._postings)
        self._stands = b""
        self._changed: list[int] = []

    def _fits(self, store: Store) -> bool:
        """Tell whether the arrays are still those of the index: they move when they grow."""
        people, postings = self._people, self._postings
        return (
            store.hot is people.rows.hot
            and store.words is people.skills.data
            and store.aside is people.aside.data
            and store.head is postings.head
            and store.chain is postings.chain
        )

    def _stand(self, plan: Plan) -> None:
        """See to it that the arrays, and what is worked out ahead for the weights of the day, are those of now."""
        if not self._fits(self._store):
            self._fit()
        fading = plan.numbers[TRUST] + plan.numbers[ALIVE]
        stands = plan.numbers[OF_STILL].tobytes() + plan.curves[:fading].tobytes()
        if stands != self._stands:
            stand_all(self._store, self._people.used, plan.numbers, plan.curves)
            self._stands = stands
        if self._changed:
            stand(self._store, np.array(self._changed, np.int64), plan.numbers, plan.curves)
            self._changed.clear()

    def changed(self, row: int) -> None:
        """Take in that a row was written."""
        self._changed.append(row)

    def top(self, plan: Plan, k: int) -> Found:
        """Return the best k rows in order: more required skills first, then score, then person id."""
        self._stand(plan)
        keys, rows = np.empty(k, np.int64), np.empty(k, np.int64)
        ids = (*plan.excluded, plan.poster) if plan.poster else plan.excluded
        out = np.frombuffer(b"".join([one.int.to_bytes(16, "little") for one in ids]), np.int64)
        found = best(self._store, self.scratch, plan.numbers, plan.curves, List(keys, rows, out))
        return Found(rows[:found], keys[:found] >> 32, keys[:found] & SCORE)

    def count(self, plan: Plan) -> tuple[list[int], tuple[int, ...]]:
        """Return how many people each gate keeps out, as the first in order, and how many of the rest meet how much."""
        if not self._fits(self._store):
            self._fit()
        counts = np.zeros(GATES + 1 + plan.numbers[MUSTS], np.int64)
        out = np.array(excluded(self._people, plan), np.int64), poster(self._people, plan)
        count(self._store, self.scratch, self._people.used, plan.numbers, plan.curves, *out, counts)
        return counts[:GATES].tolist(), tuple(counts[GATES:].tolist())

    def nbytes(self) -> int:
        """Return the bytes of the glances and of the room to work in."""
        return self._store.glance.nbytes + sum(array.nbytes for array in self.scratch)
