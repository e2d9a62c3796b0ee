"""Worlds in which much meets: dates of one month, few skills, agreed work and exceptions about the time asked."""

from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from matching.availability import DAY_MASK, WEEK_MASK
from matching.model import (
    JST,
    Availability,
    DayException,
    Deadline,
    Held,
    Place,
    Record,
    Responses,
    Wanted,
    Window,
    Wish,
)
from matching.weights import COMPONENTS
from tests.matching.cast import NOW, SITE, UNIT, need, person

SKILLS = range(1, 9)


def asked_by(dice: Random, company: UUID):
    """Return a need of this network: a window of hours, a long one, or a delivery date."""
    skills = dice.sample(SKILLS, dice.randint(0, 7))
    cut = dice.randint(0, min(4, len(skills)))
    wanted = [Wanted(skill, dice.randint(1, 4), f"skill-{skill}") for skill in skills]
    return need(
        company_id=company,
        time=_time(dice),
        price_yen=dice.choice([0, 9_999, 30_000, 80_000]),
        musts=tuple(wanted[:cut]),
        nices=tuple(wanted[cut:]),
        languages=frozenset(dice.choice([[], [], ["ja"], ["en"]])),
        nice_languages=frozenset(dice.choice([[], ["en"], ["en", "fr"]])),
        place=Place(dice.choice([None, None, 13, 27])),
        unit_id=dice.choice([None, UNIT]),
        site=dice.choice(["", SITE]),
        least_met=dice.randint(1, 3),
        free_only=dice.random() < 0.15,
        poster_id=dice.choice([None, UUID(int=7)]),
        excluded=frozenset(UUID(int=number) for number in dice.sample(range(1, 60), dice.randint(0, 4))),
    )


def _time(dice: Random) -> Window | Deadline:
    start = _moment(dice)
    kind = dice.random()
    if kind < 0.5:
        return Window(start, start + timedelta(minutes=dice.randint(1, 900)))
    if kind < 0.7:
        return Window(start, start + timedelta(hours=dice.randint(20, 400)))
    return Deadline(
        date(2026, 10, 28) + timedelta(days=dice.choice([0, 5, 12, 30, 140])), dice.randint(1, 6000)
    )


def _moment(dice: Random) -> datetime:
    return datetime(2026, 11, 2, tzinfo=JST) + timedelta(minutes=dice.randrange(0, 14 * 1440, 15))


def crowd(dice: Random, company: UUID, people: int):
    """Return people of this network."""
    return [_person(dice, company, number) for number in range(1, people + 1)]


def _person(dice: Random, company: UUID, number: int):
    busy = []
    if dice.random() < 0.4:
        start = _moment(dice)
        busy.append(Window(start, start + timedelta(minutes=dice.choice([30, 95, 600, 3000]))))
    reviews = dice.randint(0, 4)
    return person(
        number,
        company_id=company,
        skills={
            skill: Held(dice.randint(1, 5), dice.randint(0, 8), dice.choice([None, 1980, 2015, 2022, 2026]))
            for skill in dice.sample(SKILLS, dice.randint(0, 7))
        },
        availability=_availability(dice),
        languages=frozenset(dice.choice([["ja"], ["en", "ja"], ["fr", "ja"], ["en", "fr", "ja"]])),
        wish=Wish(
            dice.choice(["task", "hour"]),
            dice.choice([None, 0, 3_000, 45_000, 100_001]),
            dice.choice([None, None, 2_000, 30_000]),
        ),
        remote_ok=dice.random() < 0.7,
        prefecture=dice.choice([None, 13, 14, 27, 1]),
        units=frozenset(dice.choice([[], [UNIT], [UNIT, UUID(int=99)]])),
        sites=frozenset(dice.choice([[], [SITE], ["大阪", SITE]])),
        record=Record(
            dice.randint(0, 5), dice.randint(0, 2), dice.randint(0, 2), reviews, dice.randint(reviews, 5 * reviews)
        ),
        responses=Responses(dice.randint(0, 9), dice.randint(0, 9), dice.randint(0, 30_000)),
        consented=dice.random() < 0.95,
        intents=frozenset({"tasks"} if dice.random() < 0.95 else ()),
        blocked=dice.random() < 0.05,
        employed=dice.random() < 0.03,
        busy=tuple(busy),
        running=dice.randint(0, 4),
        cap=dice.choice([None, None, 4]),
        country=dice.choice(["JP"] * 20 + ["US"]),
        last_active_at=dice.choice([None, NOW, NOW - timedelta(days=90), NOW - timedelta(days=400)]),
        shown=dice.choice([0, 3, 250]),
        waiting=dice.randint(0, 2),
    )  # fmt: skip


def _availability(dice: Random) -> Availability:
    days = {date(2026, 11, 1) + timedelta(days=dice.randrange(18)) for _ in range(dice.choice([0, 0, 1, 6]))}
    return Availability(
        dice.choice([0, dice.getrandbits(336) & WEEK_MASK]),
        tuple(
            DayException(day, *(dice.choice([0, dice.getrandbits(48) & DAY_MASK]) for _ in range(3)))
            for day in sorted(days)
        ),
        dice.choice([None, NOW, NOW - timedelta(days=60), NOW - timedelta(days=300)]),
        dice.choice([0, dice.getrandbits(336) & WEEK_MASK]),
    )


def rarities(dice: Random) -> dict[int, int]:
    return {skill: dice.randint(1, 1300) for skill in dice.sample(SKILLS, 6)}


def points(dice: Random) -> dict[str, int]:
    """Return other points for some components."""
    return {name: dice.choice([0, 1, 777, 5000]) for name in dice.sample(COMPONENTS, dice.choice([0, 0, 3]))}
