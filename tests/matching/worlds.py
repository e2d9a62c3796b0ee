"""Large random worlds of entries and questions, seeded: rougher than `cast`, and a thousand people at a time."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from matching.availability import DAY_MASK, WEEK_MASK
from matching.entry import Entry, day_number, site_number, unit_number
from matching.model import JST, Deadline, Place, Wanted, Window
from matching.question import question_of
from matching.weights import WEIGHTS_V2, adjusted
from tests.matching.cast import NOW, SITE, UNIT, need

TODAY = day_number(NOW.date())
OTHER_UNITS = (unit_number(UNIT), 7, 8, 9)
SITES = (site_number(SITE), 11, 12)


def entry(dice: Random, number: int) -> Entry:
    """Return a person in whom everything happens now and then, most often nothing unusual."""
    week = dice.getrandbits(336) | dice.getrandbits(336)
    day_numbers = sorted(dice.sample(range(TODAY - 1, TODAY + 15), dice.choice((0, 0, 1, 4))))
    days = []
    for day in day_numbers:
        free = dice.getrandbits(48)
        days.append((day, free, dice.getrandbits(48) & ~free & DAY_MASK))
    skills = sorted(dice.sample(range(1, 30), dice.randint(0, 9)))
    hourly = dice.random() < 0.5
    money = [dice.choice((0, dice.randint(1, 4_000 if hourly else 90_000))) for _ in range(2)]
    return Entry(
        person_id=UUID(int=number << 100 | dice.getrandbits(80)),
        barred=dice.choice((0,) * 12 + (1, 2, 4, 8, 16, 32, 63)),
        skills=tuple((skill, dice.randint(1, 5), dice.getrandbits(8)) for skill in skills),
        week=week,
        ask=dice.choice((0, dice.getrandbits(336) & ~week & WEEK_MASK)),
        days=tuple(days),
        taken=tuple((day, 0xFF << dice.randint(0, 40)) for day in day_numbers if dice.random() < 0.3),
        confirmed=dice.choice((0, TODAY - dice.randint(-2, 200))),
        active=dice.choice((0, TODAY - dice.randint(-2, 300))),
        languages=dice.choice((1, 1, 3, 0, 129)),
        wish_task=0 if hourly else money[0],
        wish_hour=money[0] if hourly else 0,
        floor_task=0 if hourly else money[1] // 3,
        floor_hour=money[1] // 3 if hourly else 0,
        remote=dice.random() < 0.7,
        prefecture=dice.choice((0, 13, 14, dice.randint(1, 47))),
        units=tuple(dice.sample(OTHER_UNITS, dice.randint(0, 4))),
        sites=tuple(dice.sample(SITES, dice.randint(0, 3))),
        reliability=dice.randint(0, 10_000),
        response=dice.randint(0, 10_000),
        load=dice.choice((10_000, 7_500, 0)),
        exposure=dice.randint(0, 10_000),
    )


def crowd(seed: int, people: int) -> list[Entry]:
    """Return so many people with different ids."""
    dice = Random(seed)
    return [entry(dice, number) for number in dice.sample(range(1, 10 * people), people)]


def question(dice: Random, known: list[Entry]):
    """Return a question of any kind about a crowd, some of whom it leaves out."""
    starts = datetime(2026, 11, 3, tzinfo=JST) + timedelta(minutes=dice.randint(0, 10_000))
    minutes = dice.choice((1, 60, 240, 240, 2_000, 12_000))
    time = Window(starts, starts + timedelta(minutes=minutes))
    if dice.random() < 0.2:
        time = Deadline(starts.date() + timedelta(days=dice.randint(-5, 120)), dice.randint(1, 3_000))
    skills = [
        Wanted(skill, dice.randint(1, 5), f"s{skill}")
        for skill in dice.sample(range(1, 32), dice.randint(0, 7))
    ]
    cut = dice.randint(0, len(skills))
    asked = need(
        time=time,
        price_yen=dice.randint(0, 100_000),
        musts=tuple(skills[:cut]),
        nices=tuple(skills[cut:]),
        languages=dice.choice((frozenset(), frozenset({"ja"}))),
        nice_languages=dice.choice((frozenset(), frozenset({"en", "fr"}))),
        place=Place(dice.choice((None, 13))),
        unit_id=dice.choice((None, UNIT, UUID(int=99))),
        site=dice.choice(("", SITE, "nowhere")),
        poster_id=dice.choice((None, dice.choice(known).person_id)),
        excluded=frozenset(each.person_id for each in dice.sample(known, min(len(known), 9))),
        least_met=dice.randint(1, 3),
        free_only=dice.random() < 0.3,
    )
    near = {skill: frozenset(dice.sample(range(1, 32), 3)) for skill in dice.sample(range(1, 32), 9)}
    changed = {"skills": dice.randint(0, 5_000), "availability": dice.randint(0, 5_000), "text": 77}
    weights = dice.choice((WEIGHTS_V2, adjusted(WEIGHTS_V2, changed)))
    idf = {skill: dice.randint(50, 1_200) for skill in range(1, 25)}
    return question_of(asked, idf, NOW, weights, lambda skill: near.get(skill, frozenset()))


def changed(dice: Random, old: Entry) -> Entry:
    """Return the same person, many things different."""
    return replace(entry(dice, 1), person_id=old.person_id)
