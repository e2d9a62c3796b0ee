"""Points for what a text means, from embeddings as whole numbers: exact arithmetic, the same on every machine."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

import numpy as np

from matching.availability import FULL

Vector: TypeAlias = tuple[int, ...]
"""A unit vector in steps of 1/ONE per dimension."""
ONE = 32_767


def whole(vector: Sequence[float]) -> Vector:
    """Return a unit vector in whole steps, which fit 16 bits each."""
    return tuple(round(ONE * float(part)) for part in vector)


def centroid(vectors: Sequence[Vector]) -> Vector:
    """Return the mean of at least one vector, in the same steps, each part cut towards minus infinity."""
    total = np.sum(np.asarray(vectors, dtype=np.int64), axis=0)
    return tuple(int(part) for part in total // len(vectors))


def meaning_points(query: Vector, vectors: Mapping[UUID, Vector], centre: Vector) -> dict[UUID, int]:
    """Return 0 to 10000 points for each vector: how far it lies from the snapshot's mean towards the query itself.

    Cosines of multilingual-e5 crowd between 0.7 and 1 (its training temperature is 0.01: Wang et al. 2024, arXiv
    2402.05672), so the mean cosine of the snapshot is 0 and that of the query with itself is full. The mean cosine is
    the cosine with the mean, so no other candidate is looked at; whoever lies below the mean has 0.
    """
    people = list(vectors)
    if not people:
        return {}
    asked = np.asarray(query, dtype=np.int64)
    cosines = np.asarray([vectors[person] for person in people], dtype=np.int64) @ asked
    mean, most = int(np.asarray(centre, dtype=np.int64) @ asked), int(asked @ asked)
    if most <= mean:  # the query is the mean itself: nothing can be told apart
        return dict.fromkeys(people, 0)
    return {
        person: min(max(FULL * (int(cosine) - mean) // (most - mean), 0), FULL)
        for person, cosine in zip(people, cosines, strict=True)
    }
