"""How many people a task reaches before it is published, and which single change would reach more: counted, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import Money
from marketplace.tasks import brief as briefs
from marketplace.tasks import executors
from marketplace.tasks.brief import Brief
from marketplace.tasks.moving import MANAGERS
from matching.question import Question, question_of
from matching.score import GATE_IDS
from matching.weights import WEIGHTS_V2

PRIVATE = ("blocked", "floor")
"""Gates that are nobody's business: counted together, and below FEW not by number."""
FEW = 3
MOST_CHANGES = 6
STEP = 100  # yen
EVENING = time(19)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a brief, by what it is and about what; `timed` ones are counted among people who are free."""

    kind: str
    about: Mapping[str, Any]
    brief: Brief
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Gain:
    """How many more people a change reaches with all required skills, and how many at all."""

    kind: str
    about: Mapping[str, Any]
    full: int
    fit: int

    @property
    def few(self) -> bool:
        """Whether the number would say what few people accept at least."""
        return self.kind == "price" and max(self.full, self.fit) < FEW


@dataclass(frozen=True, slots=True)
class Reach:
    """The people of a network as a task meets them. `gates` counts by the first gate that is shut, the private ones together."""

    musts: int
    least: int
    gates: list[tuple[str, int]]
    stages: list[tuple[int, int]]
    free: int
    gains: list[Gain] = field(default_factory=list)

    @property
    def fit(self) -> int:
        return sum(people for _, people in self.stages)


async def of_row(row: Mapping[str, Any], *, by: Actor) -> Reach | None:
    """Return the reach of a task as it stands, or None while it has no date."""
    return await of_brief(briefs.from_row(row), by=by)


async def of_brief(brief: Brief, *, by: Actor) -> Reach | None:
    """Return the reach of a brief, or None while it has no date, of which every match needs one."""
    by.must_have(*MANAGERS)
    if brief.received_on is None:
        return None
    async with db.transaction(**by.scope):
        now = await clock.now()
        base = _question(brief, by, now)
        counts = await executors.counts(base)
        changes = changes_of(brief)
        asked = [_question(change.brief, by, now, free=change.timed) for change in changes]
        free = _question(brief, by, now, free=True)
        usual, usual_free, *others = await executors.fitting([base, free, *asked])
    gains = [
        Gain(change.kind, change.about, full - before[1], fit - before[0])
        for change, (fit, full) in zip(changes, others, strict=True)
        for before in [usual_free if change.timed else usual]
    ]
    return Reach(
        musts=len(brief.musts),
        least=min(brief.least_met, len(brief.musts)),
        gates=_gates(counts),
        stages=sorted(counts.get(None, {}).items(), reverse=True),
        free=usual_free[0],
        gains=sorted(
            (gain for gain in gains if max(gain.full, gain.fit) > 0), key=lambda gain: (-gain.full, -gain.fit)
        )[:MOST_CHANGES],
    )


def _question(brief: Brief, by: Actor, now: datetime, *, free: bool = False) -> Question:
    assert by.company is not None
    assert by.person is not None
    need = brief.need(UUID(int=0), by.company, unit=UUID(int=0), poster=by.person)
    return question_of(replace(need, free_only=free or need.free_only), {}, now, WEIGHTS_V2)


def _gates(counts: Mapping[str | None, Mapping[int, int]]) -> list[tuple[str, int]]:
    shut = {gate: sum(counts.get(gate, {}).values()) for gate in GATE_IDS}
    private = sum(shut.pop(gate) for gate in PRIVATE)
    return [(gate, people) for gate, people in shut.items() if people] + [("private", private)]


def changes_of(brief: Brief) -> list[Change]:
    """Return the single changes that are worth counting for a brief."""
    return [
        *_prices(brief),
        *_skills(brief),
        *_fewer(brief),
        *_languages(brief),
        *_times(brief),
        *_not_free(brief),
        *_places(brief),
    ]


def _prices(brief: Brief) -> list[Change]:
    changes = []
    for percent in (10, 20) if brief.price else ():
        raised = -(-brief.price.amount * (100 + percent) // (100 * STEP)) * STEP
        price = Money(raised, brief.price.currency)
        changes.append(Change("price", {"percent": percent, "price": price}, replace(brief, price=price)))
    return changes


def _skills(brief: Brief) -> list[Change]:
    changes = []
    for at, skill in enumerate(brief.musts):
        rest = (*brief.musts[:at], *brief.musts[at + 1 :])
        if rest:
            optional = replace(brief, musts=rest, nices=(*brief.nices, skill))
            changes.append(Change("optional", {"skill": skill.slug}, optional))
        if skill.level > 1:
            lower = replace(skill, level=skill.level - 1)
            lowered = replace(brief, musts=(*brief.musts[:at], lower, *brief.musts[at + 1 :]))
            changes.append(Change("level", {"skill": skill.slug, "level": lower.level}, lowered))
    return changes


def _fewer(brief: Brief) -> list[Change]:
    """Count one required skill fewer, where more than one has to be met."""
    fewer = min(brief.least_met, len(brief.musts)) - 1
    return [Change("fewer", {"met": fewer}, replace(brief, least_met=fewer))] if fewer > 0 else []


def _not_free(brief: Brief) -> list[Change]:
    return [Change("not_free", {}, replace(brief, free_only=False))] if brief.free_only else []


def _languages(brief: Brief) -> list[Change]:
    return [
        Change(
            "language",
            {"language": code},
            replace(brief, languages=tuple(each for each in brief.languages if each != code)),
        )
        for code in brief.languages
    ]


def _times(brief: Brief) -> list[Change]:
    """Count other times among those who are free then: earlier or later the same day, the days about it, the evening."""
    start, end = brief.window_starts_at, brief.window_ends_at
    if start is None or end is None:
        if brief.deliver_on is None:
            return []
        later = brief.deliver_on + timedelta(days=7)
        return [Change("later", {"day": later}, replace(brief, deliver_on=later), timed=True)]
    here = start.astimezone(clock.JST)
    begins = {
        here + by
        for by in (timedelta(hours=-2), timedelta(hours=2), timedelta(days=-1), timedelta(days=1), timedelta(days=7))
    } | {datetime.combine(here.date(), EVENING, clock.JST)}  # fmt: skip
    return [
        Change(
            "moved",
            {"starts_at": begin},
            replace(brief, window_starts_at=begin, window_ends_at=begin + (end - start)),
            timed=True,
        )
        for begin in sorted(begins - {here})
    ]


def _places(brief: Brief) -> list[Change]:
    return [] if brief.online else [Change("online", {}, replace(brief, online=True, prefecture=None))]
