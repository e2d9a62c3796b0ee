"""The specification once more, many rows at a time: skills, related skills, and how lately they were used."""

import numpy as np
import numpy.typing as npt

from matching.availability import FULL
from matching.layout import LEVEL_AT, SKILL_AT
from matching.people import Integers, People
from matching.plan import (
    ADJACENCY,
    ALIVE,
    AT_WANTED,
    FRESH,
    MUST_SUM,
    MUSTS,
    NEARS,
    NICE_SKILLS,
    NICE_SUM,
    NICES,
    NO_SKILL,
    RECENCY,
    SKILLS,
    TRUST,
    WANTED,
    YEARS,
    Plan,
    listed,
)
from matching.pool import ragged

Line = npt.NDArray[np.int64]


def points(people: People, plan: Plan, rows: Integers) -> tuple[Integers, Integers]:
    """Return how many required skills each row meets, and the points of all that skills decide."""
    numbers = plan.numbers
    musts, wanted = int(numbers[MUSTS]), int(numbers[MUSTS] + numbers[NICES])
    held, near = _held(people, plan, rows, wanted)
    lines = numbers[AT_WANTED : AT_WANTED + WANTED * wanted].reshape(-1, WANTED)
    level, use = held >> LEVEL_AT, held & 0xFF
    enough = level >= lines[:, 1]
    credit = np.take_along_axis(lines[:, 3:].T, level, 0) + np.where(enough, numbers[YEARS:][use & 3], 0)
    earned, rarity = lines[:, 2] * credit, lines[:musts, 2]
    has = level[:, :musts] > 0
    fresh = plan.curves[numbers[TRUST] + numbers[ALIVE] :][: numbers[FRESH]]
    shares = (
        (SKILLS, MUST_SUM, earned[:, :musts].sum(1)),
        (NICE_SKILLS, NICE_SUM, earned[:, musts:].sum(1)),
        (ADJACENCY, MUST_SUM, FULL * ((has | near) * rarity).sum(1)),
        (RECENCY, MUST_SUM, (has * rarity * fresh[use[:, :musts] >> 2]).sum(1)),
    )
    total = np.zeros(len(rows), np.int64)
    for name, whole, share in shares:
        total += numbers[name] * (share // numbers[whole] if numbers[whole] else FULL) // FULL
    return enough[:, :musts].sum(1), total


def _held(people: People, plan: Plan, rows: Integers, wanted: int) -> tuple[Line, npt.NDArray[np.bool_]]:
    """Return level and use of each wanted skill by row (0: not held), and by required skill whether one near it is held."""
    numbers = plan.numbers
    counts = people.rows.hot[rows, 2] >> 48 & 0xFF
    words = people.skills.data[ragged(people.rows.hot[rows, 3] >> 32 & 0xFFFF_FFFF, counts)].astype(np.int64)
    owner, skills = np.repeat(np.arange(len(rows)), counts), words >> SKILL_AT
    slots = np.full(len(people.skill_numbers), wanted)
    for slot, skill in enumerate(numbers[AT_WANTED : AT_WANTED + WANTED * wanted : WANTED]):
        if skill != NO_SKILL:
            slots[skill] = slot
    held = np.zeros((len(rows), wanted + 1), np.int64)
    held[owner, slots[skills]] = words & ((1 << SKILL_AT) - 1)
    near = np.zeros((len(rows), int(numbers[MUSTS])), np.bool_)
    for skill, bits in listed(plan, NEARS, 2):
        holders = owner[skills == skill]
        for must in range(near.shape[1]):
            if bits >> must & 1:
                near[holders, must] = True
    return held[:, :wanted], near


def most(plan: Plan, stage: int) -> int:
    """Return the most points of all that skills decide for whoever meets `stage` required ones."""
    numbers = plan.numbers
    musts, wanted = int(numbers[MUSTS]), int(numbers[MUSTS] + numbers[NICES])
    lines = numbers[AT_WANTED : AT_WANTED + WANTED * wanted].reshape(-1, WANTED)
    years = numbers[YEARS : YEARS + 4].max()
    skills, nice = _coverage(lines[:musts], years, stage), _coverage(lines[musts:], years, wanted - musts)
    points = numbers[SKILLS] * skills // FULL + numbers[NICE_SKILLS] * nice // FULL
    return int(points + numbers[ADJACENCY] + numbers[RECENCY])


def _coverage(lines: Line, years: np.int64, held: int) -> int:
    """Return the largest share of wanted skills of which so many are held at their level: more level, more credit."""
    if not len(lines):
        return FULL
    rarity, short = lines[:, 2], np.take_along_axis(lines, 2 + lines[:, 1:2], 1)[:, 0]
    gains = np.sort(rarity * (lines[:, -1] + years - short))[::-1]
    return int(((rarity * short).sum() + gains[:held].sum()) // rarity.sum())
