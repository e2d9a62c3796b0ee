"""A made-up network with the unevenness of real skills, in the index that the house uses."""

import csv
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import _house  # noqa: F401 - looks for packages in the repository before this folder, which has a matching.py, too
import numpy as np

from matching import vocabulary
from matching.availability import DAY_SLOTS
from matching.entry import Entry, entry_of
from matching.index import Index
from matching.model import (
    JST,
    Availability,
    Deadline,
    Held,
    Need,
    Place,
    Profile,
    Record,
    Responses,
    Wanted,
    Window,
    Wish,
)
from matching.question import Question, question_of
from matching.weights import WEIGHTS_V2, adjusted, idf

PEOPLE = Path(__file__).parents[1] / "marketplace/seeds/data/people.csv"
COMPANY = UUID(int=1)
WITHOUT = adjusted(WEIGHTS_V2, {"exposure": 0})
"""The weights in use but for exposure, which the benchmark adds by itself at several weights."""
UNITS = tuple(UUID(int=7_919 * n) for n in range(1, 13))
PREFECTURES = (
    (13,) * 30
    + (27,) * 12
    + (14,) * 9
    + (23,) * 8
    + (11,) * 6
    + (12,) * 5
    + (28,) * 5
    + (40,) * 5
    + tuple(range(1, 48))
)


@cache
def survey() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return years and skills of the 400 real people in the extract."""
    text = PEOPLE.read_text(encoding="utf-8")
    return tuple(
        (int(row["years"]), tuple(row["skills"].split())) for row in csv.DictReader(text.splitlines())
    )


@cache
def _ids() -> Mapping[str, int]:
    return {skill.slug: skill.id for skill in vocabulary.shipped_skills()}


@cache
def _near() -> Mapping[int, frozenset[int]]:
    """A skill's parent and its siblings stand near it."""
    skills = vocabulary.shipped_skills()
    families: dict[str, set[int]] = {}
    for skill in skills:
        families.setdefault(skill.parent or skill.slug, set()).add(skill.id)
    return {skill.id: frozenset(families[skill.parent or skill.slug]) - {skill.id} for skill in skills}


def people(many: int, chance: random.Random, today: date) -> list[Entry]:
    """Return entries of people whose skills are those of a real person, some left out, now and then one more."""
    return [entry_of(_profile(n, chance, today), today) for n in range(many)]


def _profile(number: int, chance: random.Random, today: date) -> Profile:
    years, slugs = chance.choice(survey())
    held = [slug for slug in slugs if chance.random() < 0.85]
    if chance.random() < 0.3:
        held.append(chance.choice(chance.choice(survey())[1]))
    done = int(chance.paretovariate(1.1)) - 1 if chance.random() < 0.5 else 0
    asked = done + chance.randrange(4)
    answered = chance.randint(done, asked)
    moment = datetime.combine(today, datetime.min.time(), JST)
    return Profile(
        person_id=UUID(int=number + 1),
        company_id=COMPANY,
        skills={_ids()[slug]: _held(years, chance, today) for slug in held},
        availability=Availability(
            _week(chance), confirmed_at=moment - timedelta(days=int(chance.expovariate(1 / 40)))
        ),
        languages=frozenset({"ja", *(["en"] if chance.random() < 0.35 else [])}),
        wish=Wish("task", *chance.choice(((30_000, 20_000), (50_000, 30_000), (80_000, None), (None, None)))),
        remote_ok=chance.random() < 0.7,
        prefecture=chance.choice(PREFECTURES),
        units=frozenset({chance.choice(UNITS)}),
        record=Record(
            min(done, 40),
            min(done, 40) // 8,
            0,
            min(done, 40) // 2,
            min(done, 40) // 2 * chance.choice((4, 5)),
        ),
        responses=Responses(asked, answered, answered * chance.choice((30, 300, 2_000))),
        intents=frozenset({"tasks"}),
        consented=True,
        last_active_at=moment - timedelta(days=int(chance.expovariate(1 / 30))),
    )


def _held(years: int, chance: random.Random, today: date) -> Held:
    level = min(5, max(1, round(chance.gauss(2 + years / 4, 1))))
    return Held(level, min(years, 30), today.year - min(9, int(chance.expovariate(0.7))))


def _week(chance: random.Random) -> int:
    """Evenings, office hours, weekends or mornings; now and then a day is missing."""
    begins, over, days = chance.choice(
        ((36, 46, range(5)), (18, 36, range(5)), (20, 36, (5, 6)), (12, 18, range(7)))
    )
    mask = (1 << over) - (1 << begins)
    return sum(mask << (day * DAY_SLOTS) for day in days if chance.random() < 0.85)


def rarities(entries: list[Entry]) -> dict[int, int]:
    """Return the rarity of each skill in this network."""
    counts: dict[int, int] = {}
    for entry in entries:
        for skill, _, _ in entry.skills:
            counts[skill] = counts.get(skill, 0) + 1
    return idf(counts, len(entries))


def question(chance: random.Random, today: date, rarity: Mapping[int, int]) -> Question:
    """Return a task whose skills a real person has: one to three required, up to three wished."""
    slugs = list(chance.choice([skills for _, skills in survey() if len(skills) > 1]))
    chance.shuffle(slugs)
    many = chance.choice((1, 2, 2, 3))
    musts = tuple(Wanted(_ids()[slug], chance.choice((1, 2, 2, 3, 4)), slug) for slug in slugs[:many])
    nices = tuple(Wanted(_ids()[slug], 1, slug) for slug in slugs[many : many + chance.randrange(4)])
    need = Need(
        task_id=UUID(int=chance.getrandbits(100)),
        company_id=COMPANY,
        time=_time(chance, today),
        price_yen=chance.choice((20_000, 30_000, 50_000, 80_000)),
        musts=musts,
        nices=nices,
        languages=frozenset({"ja"}),
        nice_languages=frozenset({"en"}) if chance.random() < 0.2 else frozenset(),
        place=Place(chance.choice(PREFECTURES)) if chance.random() < 0.35 else Place(),
        unit_id=chance.choice(UNITS),
    )
    now = datetime.combine(today, datetime.min.time(), JST).astimezone(UTC)
    return question_of(need, rarity, now, WITHOUT, lambda skill: _near().get(skill, frozenset()))


def _time(chance: random.Random, today: date) -> Window | Deadline:
    day = today + timedelta(days=chance.randint(2, 21))
    if chance.random() < 0.5:
        return Deadline(day, 60 * chance.choice((4, 8, 16)))
    starts = datetime.combine(day, datetime.min.time(), JST) + timedelta(hours=chance.choice((9, 13, 18)))
    return Window(starts, starts + timedelta(hours=4))


class Network:
    """The entries in the product's own index: whom the gates let through, and their points without exposure."""

    def __init__(self, entries: list[Entry]) -> None:
        self._index, self._people = Index.build(entries), len(entries)

    def open_to(self, asked: Question) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the places of those whom no gate keeps out, how many required skills they meet, and their points."""
        found = self._index.top(asked, self._people)
        rows = [(each.person_id.int - 1, each.met, each.score) for each in found]
        places, met, points = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return places, met, points
