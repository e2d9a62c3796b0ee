"""A company of any size as columns, and questions about it: the skew of real people's skills with a long tail behind.

Who has which of the 42 common skills is drawn from the real people of marketplace/seeds/data/people.csv (an extract
of a survey, ODbL 1.0: see the README there), the whole person at once, so that skills come together as they do. About
five rarer skills of one of 60 fields are added, which a survey of a coarse vocabulary does not ask for. Everything
else is made up. Seeded: the same size is the same world.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import numpy as np
from _house import ROOT

from matching.columns import Columns, Ragged
from matching.entry import FIRST_YEAR, Entry, day_number
from matching.model import JST, Need, Place, Wanted, Window
from matching.question import Question, question_of
from matching.weights import WEIGHTS_V2, idf

NOW = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
TODAY = day_number(NOW.date())
SURVEY = ROOT / "marketplace" / "seeds" / "data" / "people.csv"
SKILLS, FIELDS, CORE = 3_000, 60, 50
UNITS, SITES = 300, 40
COMPANY, TASK = UUID(int=1), UUID(int=2)
CLASSES = tuple(product(("specific", "broad"), (3, 2, 1), (True, False)))
"""What is asked for; how many of three required skills at least; whether only who is free the whole time."""


@dataclass(frozen=True)
class World:
    """The people, the rare skills of each field with the most common first, and how rare each skill is."""

    columns: Columns
    fields: np.ndarray
    rarity: dict[int, int]

    def id(self, row: int) -> UUID:
        return UUID(int=int(self.columns.high[row]) << 64 | int(self.columns.low[row]))


def entry(columns: Columns, row: int) -> Entry:
    """Return one person of the columns as matching knows them one by one."""

    def of(ragged: Ragged) -> list[Any]:
        return ragged.values[ragged.starts[row] : ragged.starts[row + 1]].tolist()

    asks = np.searchsorted(columns.asking[0], row)
    ask = columns.asking[1][asks] if asks < len(columns.asking[0]) and columns.asking[0][asks] == row else ()
    wish, floor = int(columns.wish[row]), int(columns.floor[row])
    by_hour = bool(columns.wish_hourly[row]), bool(columns.floor_hourly[row])
    shares = ("confirmed", "active", "languages", "prefecture", "reliability", "response", "load", "exposure")
    return Entry(
        person_id=UUID(int=int(columns.high[row]) << 64 | int(columns.low[row])),
        barred=int(columns.barred[row]),
        skills=tuple((word >> 11, word >> 8 & 7, word & 0xFF) for word in of(columns.skills)),
        week=_joined(columns.week[row]),
        ask=_joined(ask),
        days=tuple((day[0], _joined(day[1:4]), _joined(day[4:])) for day in of(columns.days)),
        taken=tuple((day[0], _joined(day[1:])) for day in of(columns.taken)),
        wish_task=0 if by_hour[0] else wish,
        wish_hour=wish if by_hour[0] else 0,
        floor_task=0 if by_hour[1] else floor,
        floor_hour=floor if by_hour[1] else 0,
        remote=bool(columns.remote[row]),
        units=tuple(of(columns.units)),
        sites=tuple(of(columns.sites)),
        **{name: int(getattr(columns, name)[row]) for name in shares},
    )


def _joined(words: Iterable[int]) -> int:
    return sum(int(word) << 16 * at for at, word in enumerate(words))


def world(people: int, seed: int = 4) -> World:
    """Return a company of so many former employees."""
    dice = np.random.default_rng(seed)
    common = survey()
    fields = _fields(dice, common[1])
    skills = _skills(dice, people, common, fields)
    counts = np.bincount(skills.values >> 11, minlength=SKILLS)
    rarity = idf({skill: int(count) for skill, count in enumerate(counts) if count}, people)
    return World(_columns(dice, people, skills), fields, rarity)


def survey() -> tuple[list[list[int]], int]:
    """Return the skills of each person of the survey, the most common being 1, and how many skills there are."""
    with SURVEY.open() as file:
        people = [row["skills"].split() for row in csv.DictReader(file)]
    order = [slug for slug, _ in Counter(slug for skills in people for slug in skills).most_common()]
    number = {slug: at for at, slug in enumerate(order, 1)}
    return [[number[slug] for slug in skills] for skills in people], len(order)


def _fields(dice: np.random.Generator, common: int) -> np.ndarray:
    tail = np.arange(common + 1, SKILLS)
    return np.stack([dice.choice(tail, CORE, replace=False) for _ in range(FIELDS)])


def _skills(
    dice: np.random.Generator, people: int, common: tuple[list[list[int]], int], fields: np.ndarray
) -> Ragged:
    templates, rest = common
    drawn = dice.integers(0, len(templates), people)
    lengths = np.array([len(template) for template in templates])
    firsts = np.cumsum(lengths) - lengths
    flat = np.array([skill for template in templates for skill in template])
    heads = lengths[drawn]
    at = np.repeat(firsts[drawn] - np.cumsum(heads) + heads, heads) + np.arange(heads.sum())
    tails = np.minimum(1 + dice.poisson(4.2, people), 10)
    owner, field = np.repeat(np.arange(people), tails), np.repeat(dice.integers(0, FIELDS, people), tails)
    rare = fields[field, _zipf(dice, CORE, owner.size)]
    stray = dice.random(owner.size) < 0.18
    rare[stray] = rest + 1 + _zipf(dice, SKILLS - rest - 1, int(stray.sum()))
    keys = np.concatenate((np.repeat(np.arange(people), heads) << 12 | flat[at], owner << 12 | rare))
    keys.sort()
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    level = dice.choice(np.arange(1, 6), keys.size, p=(0.15, 0.25, 0.3, 0.2, 0.1))
    last = np.where(dice.random(keys.size) < 0.2, 0, 2026 - FIRST_YEAR - dice.geometric(0.4, keys.size) + 1)
    use = np.maximum(last, 0) << 2 | dice.integers(0, 4, keys.size)
    starts = np.concatenate(([0], np.cumsum(np.bincount(keys >> 12, minlength=people))))
    return Ragged(starts, ((keys & 0xFFF) << 11 | level << 8 | use).astype(np.uint32))


def _zipf(dice: np.random.Generator, things: int, draws: int) -> np.ndarray:
    shares = np.cumsum(1 / np.arange(1, things + 1))
    return np.searchsorted(shares / shares[-1], dice.random(draws))


def _columns(dice: np.random.Generator, people: int, skills: Ragged) -> Columns:
    high = np.sort(dice.integers(0, 1 << 63, people, dtype=np.uint64))
    week = _weeks(dice, people)
    asking = np.flatnonzero(dice.random(people) < 0.2)
    ask = dice.integers(0, 1 << 16, (asking.size, 21), dtype=np.uint16)
    ask &= dice.integers(0, 1 << 16, ask.shape, dtype=np.uint16) & ~week[asking]
    days, taken = _days(dice, people)
    hourly = dice.random(people) < 0.5
    wish = np.exp(dice.normal(np.log(np.where(hourly, 2_800, 14_000)), 0.35)).astype(np.int64)
    units, sites = dice.choice((1, 1, 1, 2, 3), people), np.ones(people, np.int64)
    return Columns(
        high=high,
        low=dice.integers(0, 1 << 63, people, dtype=np.uint64),
        barred=np.where(dice.random(people) < 0.08, 1 << dice.integers(0, 6, people), 0).astype(np.uint8),
        week=week,
        asking=(asking, ask),
        days=days,
        taken=taken,
        skills=skills,
        units=_ragged(units, dice.integers(1, UNITS, units.sum()).astype(np.uint32)),
        sites=_ragged(sites, dice.integers(1, SITES, people).astype(np.uint32)),
        confirmed=_past(dice, people, 0.15, 50),
        active=_past(dice, people, 0.05, 40),
        languages=1 | np.where(dice.random(people) < 0.25, 2, 0) | np.where(dice.random(people) < 0.05, 4, 0),
        wish=np.where(dice.random(people) < 0.3, 0, wish),
        wish_hourly=hourly,
        floor=np.where(dice.random(people) < 0.25, wish // 2, 0),
        floor_hourly=hourly,
        remote=dice.random(people) < 0.7,
        prefecture=dice.choice((13, 13, 13, 14, 27, 23, 40, 1, 26, 28), people).astype(np.int64),
        reliability=np.clip(dice.normal(8_200, 900, people), 0, 10_000).astype(np.int64),
        response=np.clip(dice.normal(8_600, 1_200, people), 0, 10_000).astype(np.int64),
        load=dice.choice((10_000, 10_000, 10_000, 9_000, 7_500, 5_000), people),
        exposure=np.maximum(0, 10_000 - 1_300 * dice.poisson(1.5, people)),
    )


def _ragged(counts: np.ndarray, values: np.ndarray) -> Ragged:
    return Ragged(np.concatenate(([0], np.cumsum(counts))), values)


def _weeks(dice: np.random.Generator, people: int) -> np.ndarray:
    """Eight patterns of a week, of which everybody has lost an eighth of the half hours."""
    hours = (
        (9, 18, 5),
        (18, 22, 5),
        (9, 18, 7),
        (9, 13, 5),
        (13, 18, 5),
        (10, 16, 3),
        (8, 22, 2),
        (18, 23, 7),
    )
    patterns = np.zeros((len(hours), 21), np.uint16)
    for pattern, (first, over, days) in zip(patterns, hours, strict=True):
        for day in range(7 - days, 7) if days == 2 else range(days):
            mask = (1 << 2 * over) - (1 << 2 * first)
            pattern[3 * day : 3 * day + 3] = [mask >> 16 * part & 0xFFFF for part in range(3)]
    kept = np.zeros((people, 21), np.uint16)
    for _ in range(3):
        kept |= dice.integers(0, 1 << 16, kept.shape, dtype=np.uint16)
    kept &= patterns[dice.integers(0, len(hours), people)]
    return kept


def _days(dice: np.random.Generator, people: int) -> tuple[Ragged, Ragged]:
    """Days unlike the week for one in seven people, agreed work for one in twenty."""
    unlike = np.where(dice.random(people) < 0.15, dice.integers(1, 5, people), 0)
    days = np.zeros((unlike.sum(), 7), np.uint16)
    days[:, 1:4] = dice.integers(0, 1 << 16, (len(days), 3), dtype=np.uint16)
    days[:, 0] = _ascending(dice, unlike)
    work = np.where(dice.random(people) < 0.05, dice.integers(1, 3, people), 0)
    taken = np.zeros((work.sum(), 4), np.uint16)
    taken[:, 0] = _ascending(dice, work)
    taken[:, 2] = dice.integers(0, 1 << 16, len(taken), dtype=np.uint16)
    return _ragged(unlike, days), _ragged(work, taken)


def _ascending(dice: np.random.Generator, counts: np.ndarray) -> np.ndarray:
    steps = dice.integers(1, 12, counts.sum())
    totals = np.cumsum(steps)
    before = np.repeat(np.concatenate(([0], totals))[np.cumsum(counts) - counts], counts)
    return TODAY + totals - before


def _past(dice: np.random.Generator, people: int, never: float, days: float) -> np.ndarray:
    return np.where(dice.random(people) < never, 0, TODAY - dice.exponential(days, people).astype(np.int64))


def questions(world: World, asked: tuple[str, int, bool], count: int, seed: int = 7) -> list[Question]:
    """Return so many questions of a class: four hours on a day of the next four weeks."""
    kind, least, free = asked
    dice = np.random.default_rng((seed, kind == "broad"))  # the same tasks in each class of a kind
    return [_question(world, dice, kind, least, free) for _ in range(count)]


def _question(world: World, dice: np.random.Generator, kind: str, least: int, free: bool) -> Question:
    field = world.fields[dice.integers(FIELDS)]
    if kind == "broad":
        first = int(dice.integers(1, 9))
        musts = [
            first,
            *(int(skill) for skill in dice.permutation(np.setdiff1d(np.arange(1, 21), first))[:2]),
        ]
    else:
        musts = [int(skill) for skill in _different(dice, field, 3)]
    rest = [int(skill) for skill in (*field[:12], *range(1, 30)) if skill not in musts]
    nices = [rest[at] for at in dice.permutation(len(rest))[:3]]
    top = 3 if kind == "broad" else 5
    wanted = [Wanted(skill, int(dice.integers(1, top)), f"s{skill}") for skill in musts + nices]
    day = int(dice.integers(1, 28))
    starts = datetime(2026, 11, 2, int(dice.integers(9, 15)), tzinfo=JST) + timedelta(days=day)
    need = Need(
        task_id=TASK,
        company_id=COMPANY,
        time=Window(starts, starts + timedelta(hours=4)),
        price_yen=int(np.exp(dice.normal(np.log(12_000), 0.3))),
        musts=tuple(wanted[:3]),
        nices=tuple(wanted[3:]),
        languages=frozenset({"ja"}),
        nice_languages=frozenset({"en"}) if dice.random() < 0.3 else frozenset(),
        place=Place(13 if dice.random() < 0.35 else None),
        excluded=frozenset(world.id(row) for row in dice.integers(0, len(world.columns.high), 20)),
        least_met=least,
        free_only=free,
    )
    near = {skill: frozenset(int(other) for other in dice.choice(field, 3)) for skill in musts}
    return question_of(need, world.rarity, NOW, WEIGHTS_V2, lambda skill: near.get(skill, frozenset()))


def _different(dice: np.random.Generator, field: np.ndarray, count: int) -> np.ndarray:
    drawn: list[int] = []
    while len(drawn) < count:
        skill = int(field[_zipf(dice, CORE, 1)[0]])
        if skill not in drawn:
            drawn.append(skill)
    return np.array(drawn)
