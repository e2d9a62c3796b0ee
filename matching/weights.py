"""The weights, by version. A ranking names its version, so that an old order can be explained later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log, log1p
from types import MappingProxyType

from matching.availability import FULL

SCALE = 10_000  # the points of a person in whom everything fits; shares are basis points of a component
COMPONENTS = (
    "skills",
    "adjacency",
    "recency",
    "nice_skills",
    "availability",
    "language",
    "rate",
    "place",
    "unit",
    "reliability",
    "activity",
    "response",
    "load",
    "exposure",
    "text",
)
RARE = 1_200
COMMON = 50
MOST_SHOWN = 200  # seen as often as this, exposure has nothing left to take


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by component and the curve of each, in basis points and whole days."""

    version: str
    points: Mapping[str, int]
    # A required skill at its level starts from `held`; more level and years lead to full.
    held: int = 8_000
    extra_level: int = 500
    extra_levels: int = 2
    years: tuple[int, int, int, int] = (0, 400, 700, 1_000)  # under one year, from 1, from 3, from 5
    below_level: int = 4_000  # one level short; halved for each further level
    # A skill used within `idle_years` is fresh; each further year takes as much, down to `idle_least`.
    idle_years: int = 2
    idle_year: int = 2_000
    idle_least: int = 2_000
    idle_unknown: int = 8_000
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
    same_site: int = 5_000  # another unit of the same site
    reply_prior: int = 9_000
    reply_strength: int = 3
    reply_fast_minutes: int = 4 * 60
    reply_slow_minutes: int = 72 * 60
    running: int = 2_500  # what each running piece of work takes from `load`
    waiting: int = 1_000  # what each open invitation takes from `load`

    def __post_init__(self) -> None:
        if tuple(self.points) != COMPONENTS:
            raise ValueError("weights name each component once, in order")
        if min(self.points.values()) < 0:
            raise ValueError("weights are not negative")


WEIGHTS_V2 = Weights(
    version="v2",
    points=MappingProxyType(
        {
            "skills": 3_100,
            "adjacency": 300,
            "recency": 300,
            "nice_skills": 800,
            "availability": 1_500,
            "language": 200,
            "rate": 800,
            "place": 600,
            "unit": 300,
            "reliability": 800,
            "activity": 200,
            "response": 200,
            "load": 100,
            "exposure": 600,
            "text": 200,
        }
    ),
)

MOST_POINTS = 5_000


def adjusted(base: Weights, points: Mapping[str, int]) -> Weights:
    """Return `base` with other points for some components; zero switches one off.

    The version says what was changed, so that a kept list can be explained. Raises ValueError for a component
    that there is none of and for points outside of 0 to MOST_POINTS.
    """
    wrong = [
        name for name, given in points.items() if name not in COMPONENTS or not 0 <= given <= MOST_POINTS
    ]
    if wrong:
        raise ValueError(f"weights out of bounds: {', '.join(wrong)}")
    changed = {
        name: points[name] for name in COMPONENTS if points.get(name, base.points[name]) != base.points[name]
    }
    if not changed:
        return base
    said = ",".join(f"{name}={given}" for name, given in changed.items())
    return replace(
        base, version=f"{base.version}({said})", points=MappingProxyType({**base.points, **changed})
    )


def idf(counts: Mapping[int, int], people: int) -> dict[int, int]:
    """Return how rare each skill is among `people`, as integers from COMMON (all have it) to RARE.

    Weighting skills by rarity is worth 4 points of mean average precision over plain overlap on human labels.
    """
    return {skill: rarity(count, people) for skill, count in counts.items()}


def rarity(count: int, people: int) -> int:
    """Return the integer rarity of a skill that `count` of `people` have."""
    return min(RARE, COMMON + round(100 * log((people + 1) / (min(count, people) + 1))))


def exposure_share(shown: int) -> int:
    """Return what is left of exposure for a person whom managers saw so often lately: it falls by the logarithm."""
    return FULL - round(FULL * log1p(min(max(shown, 0), MOST_SHOWN)) / log1p(MOST_SHOWN))
