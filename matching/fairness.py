"""How evenly people are shown, and how groups fare beside the best of them: whole numbers, told to nobody below five people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

FULL = 10_000
LEAST_PEOPLE = 5
FOUR_FIFTHS = 8_000
"""Below this share of the best group's rate a difference is looked into: 29 CFR 1607.4(D) (US, 1978). An indicator;
Japanese law knows no such figure."""

CHI_SQUARE = 384
"""3.84: what chance exceeds in one case of twenty, with one degree of freedom; in hundredths."""

OTHERS = None
"""The name of the groups that stand together because they are too small; no group of one's own has it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """People of one group, each counted once: in the network, on a list, shown, invited, accepted; applied, chosen."""

    network: int = 0
    listed: int = 0
    shown: int = 0
    invited: int = 0
    accepted: int = 0
    applied: int = 0
    chosen: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Counts)))


@dataclass(frozen=True, slots=True)
class Step:
    """How many of those who came to a step came to the next, in basis points, and that beside the best group.

    `ratio` is None where too few came, or where nobody did in any group. `is_low`: under four fifths, and further
    from the best group than chance comes in one case of twenty.
    """

    rate: int | None
    ratio: int | None
    is_low: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its name, with its counts and the steps listed / network, invited / listed and chosen / applied."""

    name: str | None
    counts: Counts
    listed: Step
    invited: Step
    chosen: Step

    @property
    def is_low(self) -> bool:
        return self.listed.is_low or self.invited.is_low or self.chosen.is_low


def gini(counts: Iterable[int], people: int) -> int:
    """Return the Gini coefficient in basis points of counts spread over `people`; who has no count has none.

    0 when all have as many, near 10,000 when one has all; 0 where there is nothing to spread.
    """
    shown = sorted(count for count in counts if count > 0)
    total = sum(shown)
    if not total or not people:
        return 0
    people = max(people, len(shown))
    before = people - len(shown)
    weighed = sum((before + place) * count for place, count in enumerate(shown, start=1))
    return FULL * (2 * weighed - (people + 1) * total) // (people * total)


def folded(groups: Iterable[tuple[str, Counts]]) -> list[tuple[str | None, Counts]]:
    """Put groups under LEAST_PEOPLE together as OTHERS, and with them the next smallest while they are still too few.

    Otherwise who knows the sum could work out the one that is hidden. Nothing is left where all together are too few.
    The others keep their order.
    """
    given = list(groups)
    smallest = sorted(given, key=lambda group: (group[1].network, group[0]))
    others, small = Counts(), set[str]()
    for name, counts in smallest:
        if counts.network >= LEAST_PEOPLE and (not small or others.network >= LEAST_PEOPLE):
            break
        others, small = others + counts, small | {name}
    kept: list[tuple[str | None, Counts]] = [group for group in given if group[0] not in small]
    return [*kept, (OTHERS, others)] if others.network >= LEAST_PEOPLE else kept


def compared(groups: Sequence[tuple[str | None, Counts]]) -> list[Group]:
    """Return the groups in their order, each step beside the group that did best in it."""
    listed = _steps([(counts.listed, counts.network) for _, counts in groups])
    invited = _steps([(counts.invited, counts.listed) for _, counts in groups])
    chosen = _steps([(counts.chosen, counts.applied) for _, counts in groups])
    return [
        Group(name, counts, *steps)
        for (name, counts), *steps in zip(groups, listed, invited, chosen, strict=True)
    ]


def _steps(parts: Sequence[tuple[int, int]]) -> list[Step]:
    enough = [(part, whole) for part, whole in parts if whole >= LEAST_PEOPLE]
    best = max(enough, key=lambda each: Fraction(*each), default=(0, 1))
    return [_step(part, whole, best if len(enough) > 1 else (0, 1)) for part, whole in parts]


def _step(part: int, whole: int, best: tuple[int, int]) -> Step:
    rate = FULL * part // whole if whole else None
    if rate is None or not best[0] or whole < LEAST_PEOPLE:
        return Step(rate, None, is_low=False)
    full = whole * best[0]
    is_low = FULL * part * best[1] < FOUR_FIFTHS * full and not _may_be_chance(part, whole, best)
    return Step(rate, FULL * part * best[1] // full, is_low)


def _may_be_chance(part: int, whole: int, best: tuple[int, int]) -> bool:
    """Ask the chi-square test of a table of four (with Yates's correction, in whole numbers) at five percent.

    The guidelines ask for it: a difference in small numbers that is not significant proves nothing.
    """
    people, came = whole + best[1], part + best[0]
    apart = max(0, 2 * abs(part * best[1] - best[0] * whole) - people)
    return 100 * people * apart**2 < CHI_SQUARE * 4 * whole * best[1] * came * (people - came)
