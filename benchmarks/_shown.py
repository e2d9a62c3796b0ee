"""A made-up network with the unevenness of real skills, and the specification of the score for all of it at once."""

import csv
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np

from matching import vocabulary
from matching.availability import DAY_SLOTS, FULL
from matching.entry import Entry, entry_of
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
from matching.question import Asked, Question, question_of
from matching.weights import WEIGHTS_V2, idf

PEOPLE = Path(__file__).parents[1] / "marketplace/seeds/data/people.csv"
COMPANY = UUID(int=1)
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
    return question_of(need, rarity, now, WEIGHTS_V2, lambda skill: _near().get(skill, frozenset()))


def _time(chance: random.Random, today: date) -> Window | Deadline:
    day = today + timedelta(days=chance.randint(2, 21))
    if chance.random() < 0.5:
        return Deadline(day, 60 * chance.choice((4, 8, 16)))
    starts = datetime.combine(day, datetime.min.time(), JST) + timedelta(hours=chance.choice((9, 13, 18)))
    return Window(starts, starts + timedelta(hours=4))


class Network:
    """The entries as columns. They hold no exceptions, no agreed work and nothing to "ask me" about."""

    def __init__(self, entries: list[Entry]) -> None:
        assert not any(entry.days or entry.taken or entry.ask or entry.sites for entry in entries)
        skills = sorted({skill for entry in entries for skill, _, _ in entry.skills})
        self.people = len(entries)
        self.level = {skill: np.zeros(self.people, dtype=np.int64) for skill in skills}
        self.use = {skill: np.zeros(self.people, dtype=np.int64) for skill in skills}
        for at, entry in enumerate(entries):
            for skill, level, use in entry.skills:
                self.level[skill][at], self.use[skill][at] = level, use
        week = b"".join(entry.week.to_bytes(42, "little") for entry in entries)
        rows = np.frombuffer(week, dtype=np.uint8).reshape(self.people, 42)
        self.week = np.unpackbits(rows, axis=1, bitorder="little").T.astype(np.int64)
        self.by_day = self.week.reshape(7, DAY_SLOTS, self.people).sum(axis=1)
        names = (
            "barred",
            "confirmed",
            "active",
            "languages",
            "wish_task",
            "wish_hour",
            "floor_task",
            "floor_hour",
        )
        more = ("remote", "prefecture", "reliability", "response", "load")
        self.of = {
            name: np.array([getattr(each, name) for each in entries], dtype=np.int64)
            for name in (*names, *more)
        }
        self.unit = np.array([each.units[0] if each.units else -1 for each in entries], dtype=np.int64)
        assert all(len(each.units) < 2 for each in entries)
        self.none = np.zeros(self.people, dtype=np.int64)

    def open_to(self, asked: Question) -> np.ndarray:
        """Return the places of those whom no gate keeps out."""
        price = asked.need.price_yen
        shut = (self.of["barred"] != 0) | (asked.languages & ~self.of["languages"] != 0)
        shut |= (price < self.of["floor_task"]) | (price * 60 < self.of["floor_hour"] * asked.minutes)
        if asked.musts:
            shut |= self.met(asked) < min(asked.need.least_met, len(asked.musts))
        return np.flatnonzero(~shut)

    def met(self, asked: Question) -> np.ndarray:
        """Return how many of the required skills each holds at their level."""
        return sum((self._level(must) >= must.level for must in asked.musts), start=self.none)

    def base(self, asked: Question) -> np.ndarray:
        """Return the points of everybody but those of exposure."""
        shares = {
            "skills": self._coverage(asked.musts, asked),
            "adjacency": self._adjacency(asked),
            "recency": self._recency(asked),
            "nice_skills": self._coverage(asked.nices, asked),
            "availability": self._availability(asked),
            "language": self._language(asked),
            "rate": self._rate(asked),
            "place": np.array(asked.places)[self.of["prefecture"]]
            if asked.places
            else FULL * self.of["remote"],
            "unit": np.where(self.unit == asked.unit, FULL, 0),
            "reliability": self.of["reliability"],
            "activity": np.where(
                self.of["active"] > 0, self._aged(asked.alive, asked.today - self.of["active"]), 0
            ),
            "response": self.of["response"],
            "load": self.of["load"],
            "text": self.none + FULL,
        }
        points = asked.weights.points
        return sum((points[name] * share // FULL for name, share in shares.items()), start=self.none)

    def _level(self, asked: Asked) -> np.ndarray:
        return self.level.get(asked.skill, self.none)

    def _coverage(self, wanted: tuple[Asked, ...], asked: Question) -> np.ndarray:
        if not wanted:
            return self.none + FULL
        years = np.array(asked.weights.years)
        earned = self.none
        for one in wanted:
            level, use = self._level(one), self.use.get(one.skill, self.none)
            earned = earned + one.rarity * (
                np.array(one.credit)[level] + np.where(level >= one.level, years[use & 3], 0)
            )
        return earned // sum(one.rarity for one in wanted)

    def _adjacency(self, asked: Question) -> np.ndarray:
        if not asked.musts:
            return self.none + FULL
        near = self.none
        for must in asked.musts:
            holds = self._level(must) > 0
            for skill in must.near:
                holds = holds | (self.level.get(skill, self.none) > 0)
            near = near + must.rarity * holds
        return FULL * near // sum(must.rarity for must in asked.musts)

    def _recency(self, asked: Question) -> np.ndarray:
        if not asked.musts:
            return self.none + FULL
        fresh, earned = np.array(asked.fresh), self.none
        for must in asked.musts:
            use = self.use.get(must.skill, self.none)
            earned = earned + np.where(self._level(must) > 0, must.rarity * fresh[use >> 2], 0)
        return earned // sum(must.rarity for must in asked.musts)

    def _availability(self, asked: Question) -> np.ndarray:
        if asked.hours:
            slots = [
                at * DAY_SLOTS + slot
                for _, at, mask in asked.hours
                for slot in range(DAY_SLOTS)
                if mask >> slot & 1
            ]
            free = self.week[slots].sum(axis=0)
        else:
            free = np.array(asked.days) @ self.by_day
        fit = np.minimum(FULL, FULL * (2 * free) // (2 * asked.slots))
        trust = self._aged(asked.trust, asked.today - self.of["confirmed"])
        unknown = asked.weights.time_unknown
        return np.where(self.of["confirmed"] > 0, (fit * trust + unknown * (FULL - trust)) // FULL, unknown)

    def _language(self, asked: Question) -> np.ndarray:
        if not (wished := asked.nice_languages):
            return self.none + FULL
        spoken = sum(((self.of["languages"] & wished) >> bit & 1 for bit in range(16)), start=self.none)
        return FULL * spoken // wished.bit_count()

    def _rate(self, asked: Question) -> np.ndarray:
        weights, wished = asked.weights, self.of["wish_task"]
        assert not self.of["wish_hour"].any()
        below = (
            FULL
            * (FULL * asked.need.price_yen // np.maximum(wished, 1) - weights.rate_zero)
            // (FULL - weights.rate_zero)
        )
        stated = np.where(asked.need.price_yen >= wished, FULL, np.maximum(0, below))
        return np.where(wished > 0, stated, weights.rate_unstated)

    @staticmethod
    def _aged(shares: tuple[int, ...], days: np.ndarray) -> np.ndarray:
        return np.array(shares)[np.clip(days, 0, len(shares) - 1)]
