"""The specification once more, compiled, one row at a time: skills, related skills, and how lately they were used."""

import numpy as np
import numpy.typing as npt

from matching.availability import FULL
from matching.bits import Integers, compiled
from matching.kernel_points import part
from matching.layout import LEVEL_AT, SKILL_AT
from matching.plan import (
    ADJACENCY,
    ALIVE,
    AT_NEARS,
    AT_WANTED,
    MUST_SUM,
    MUSTS,
    NEARS,
    NICE_SKILLS,
    NICE_SUM,
    NICES,
    RECENCY,
    SKILLS,
    TRUST,
    WANTED,
    YEARS,
)  # fmt: skip

SLOTS = 8  # bits of a role that say which wanted skill it is, from 1; above them, which required ones it is near to


@compiled
def cast(roles: Integers, q: Integers) -> None:
    """Write each wanted or related skill's role."""
    for n in range(q[NEARS] // 2):
        roles[q[q[AT_NEARS] + 2 * n]] |= q[q[AT_NEARS] + 2 * n + 1] << SLOTS
    for n in range(q[MUSTS] + q[NICES]):
        if q[AT_WANTED + n * WANTED] >= 0:
            roles[q[AT_WANTED + n * WANTED]] |= n + 1


@compiled
def clear(roles: Integers, q: Integers) -> None:
    """Take all roles back."""
    for n in range(q[NEARS] // 2):
        roles[q[q[AT_NEARS] + 2 * n]] = 0
    for n in range(q[MUSTS] + q[NICES]):
        if q[AT_WANTED + n * WANTED] >= 0:
            roles[q[AT_WANTED + n * WANTED]] = 0


@compiled
def by_skills(
    words: npt.NDArray[np.uint32], at: int, count: int, roles: Integers, q: Integers, curves: Integers
) -> tuple[int, int]:
    """Return how many required skills are met, and the points of all that skills decide."""
    nothing = np.int64(0)  # a plain 0 has a type of its own: what takes it would be compiled twice
    met, near, coverage, nice, recent = nothing, nothing, nothing, nothing, nothing
    fresh = q[TRUST] + q[ALIVE]
    for n in range(at, at + count):
        word = np.int64(words[n])
        role = roles[word >> SKILL_AT]
        if role:
            near |= role >> SLOTS
            slot = (role & 0xFF) - 1
            if slot >= 0:
                wanted, level, use = AT_WANTED + slot * WANTED, word >> LEVEL_AT & 7, word & 0xFF
                earned = q[wanted + 3 + level]
                if level >= q[wanted + 1]:
                    earned += q[YEARS + (use & 3)]
                if slot < q[MUSTS]:
                    met += level >= q[wanted + 1]
                    near |= np.int64(1) << slot
                    coverage += q[wanted + 2] * earned
                    recent += q[wanted + 2] * curves[fresh + (use >> 2)]
                else:
                    nice += q[wanted + 2] * earned
    return met, total(near, coverage, nice, recent, q)


@compiled
def total(near: int, coverage: int, nice: int, recent: int, q: Integers) -> int:
    """Return the points for what was summed up."""
    points = part(q[NICE_SKILLS], nice // q[NICE_SUM]) if q[NICES] else q[NICE_SKILLS]
    if not q[MUSTS]:
        return points + q[SKILLS] + q[ADJACENCY] + q[RECENCY]
    beside = 0
    for n in range(q[MUSTS]):
        if near >> n & 1:
            beside += q[AT_WANTED + n * WANTED + 2]
    points += part(q[SKILLS], coverage // q[MUST_SUM]) + part(q[ADJACENCY], FULL * beside // q[MUST_SUM])
    return points + part(q[RECENCY], recent // q[MUST_SUM])
