"""400 alumni: the skills and years of real people, names and periods made up, planted in bulk, then projected."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from marketplace.alumni import projection, words
from marketplace.alumni.actions import CONSENT_VERSION
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.seeds import names
from marketplace.seeds.cast import STAR
from matching.vocabulary import shipped

COUNT = 400
SEED = 20261123
_SHARED = 20  # members of both networks
_AOBA_SHARE = 250
_TODAY = date(2026, 11, 1)
_UNITS = {
    "aoba": ("技術部", "ブランド企画部", "広報部", "人事部", "生産管理部"),
    "minato": ("デジタル推進部", "海外営業部", "経理部", "法務部"),
}
_DESIGN = ("ui-design", "figma", "web-design", "html", "css")
# The survey asked programmers; every seventh person here draws too, every eleventh translates, and so on.
_TRADES = {
    7: _DESIGN,
    11: ("translation", "japanese-english-translation", "localization", "technical-writing"),
    13: ("copywriting", "article-writing", "interviewing", "press-release"),
    17: ("photography", "photo-retouching", "video-editing"),
    19: ("management-accounting", "monthly-closing", "excel"),
}


@dataclass(frozen=True, slots=True)
class Alumnus:
    """A planted person: who, the skills with level and years, and the conditions."""

    email: str
    name: str
    skills: tuple[tuple[int, int, int], ...]
    years: int
    rng: Random


def people() -> Iterator[Alumnus]:
    """Yield the same 400 people at every run."""
    rng = Random(SEED)  # noqa: S311 - a demo world, not a secret
    vocabulary = shipped()
    drawn = names.draw(COUNT + 1, rng)
    drawn = [pair for pair in drawn if pair[0] != STAR[1]][:COUNT]
    with (Path(__file__).parent / "data" / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, (row, (drawn_name, latin)) in enumerate(zip(rows, drawn, strict=True)):
        own = Random(SEED + number)  # noqa: S311
        slugs = row["skills"].split()
        for every, trade in _TRADES.items():
            if number % every == 0:
                slugs += list(trade[: own.randint(2, len(trade))])
        years = int(row["years"])
        found = {vocabulary.skills[slug].id for slug in slugs}
        skills = tuple(
            (skill, own.choice((2, 3, 3, 4, 4, 5)), min(years, own.randint(1, 12))) for skill in sorted(found)
        )
        mail = f"{latin.split()[0].lower()}.{latin.split()[1].lower()}.{number:03d}@alumni.example"
        name = drawn_name
        if number == 0:
            mail, name = STAR[0], STAR[1]
            skills = tuple((vocabulary.skills[slug].id, 5, 6) for slug in _DESIGN)
        yield Alumnus(mail, name, skills, years, own)


_UNKNOWN_WORDS = {3: "ポスグレ職人", 4: "ポスグレ・職人", 11: "javascrpt", 23: "茶道師範", 24: "ポスグレ職人"}
"""What some wrote on their lists, and nobody knows; it waits for the operator."""


async def plant(companies: dict[str, UUID]) -> dict[str, list[UUID]]:
    """Plant everybody; return the ids of the active alumni per company, in a stable order."""
    networks: dict[str, list[UUID]] = {slug: [] for slug in companies}
    for number, alumnus in enumerate(people()):
        slugs = ["aoba"] if number < _AOBA_SHARE else ["minato"]
        if number < _SHARED:
            slugs = ["aoba", "minato"]
        async with db.transaction(operator=True):
            person = await _plant_person(alumnus)
            active = number % 10 != 9  # noqa: PLR2004 - one in ten has not answered yet
            for slug in slugs:
                await _plant_membership(person, alumnus, companies[slug], slug, number, active=active)
                if active:
                    networks[slug].append(person)
        if active:
            await projection.refresh(person)
        if word := _UNKNOWN_WORDS.get(number):
            await words.keep(word, 3, 2, by=Actor("alumnus", person, alumnus.name))
    return networks


async def _plant_person(alumnus: Alumnus) -> UUID:
    rng = alumnus.rng
    person: UUID = await db.fetchval(
        "insert into person (email, name, welcomed_at) values ($1, $2, now()) returning id",
        alumnus.email,
        alumnus.name,
    )
    wish = rng.choice((0, 20_000, 30_000, 40_000, 50_000, 60_000))
    await db.execute(
        """insert into alumnus_profile (person_id, headline, languages, prefecture, remote_ok, rate_wish_amount, availability_confirmed_at)
           values ($1, $2, $3, $4, $5, $6, business_now() - $7::interval)""",
        person,
        rng.choice(
            (
                "副業で週末に対応できます",
                "フリーランス。平日昼も可",
                "子育て中、短時間の案件を希望",
                "技術顧問として活動中",
                "",
            )
        ),
        ["ja", "en"] if rng.random() < 0.5 else ["ja"],  # noqa: PLR2004
        rng.choice((13, 14, 11, 12, 27, 23, 40)),
        rng.random() < 0.9,  # noqa: PLR2004
        wish,
        timedelta(days=rng.randint(0, 40)),
    )
    await db.executemany(
        "insert into person_skill (person_id, skill_id, level, years) values ($1, $2, $3, $4)",
        [(person, skill, level, years) for skill, level, years in alumnus.skills],
    )
    weekdays = rng.sample(range(7), rng.randint(2, 5))
    evening = rng.random() < 0.5  # noqa: PLR2004
    spans = [
        (person, day, time(19) if evening else time(9), time(22) if evening else time(17)) for day in weekdays
    ]
    await db.executemany(
        "insert into availability_pattern (person_id, weekday, starts_at, ends_at) values ($1, $2, $3, $4)",
        spans,
    )
    return person


async def _plant_membership(
    person: UUID, alumnus: Alumnus, company: UUID, slug: str, number: int, *, active: bool
) -> None:
    rng = alumnus.rng
    left = _TODAY - timedelta(days=rng.randint(60, 2500))
    joined = left - timedelta(days=365 * max(1, min(alumnus.years, 12)))
    await db.execute(
        """insert into membership (company_id, person_id, external_key, email, name, former_unit, former_title, joined_on, left_on,
             status, consent_version, consented_at, intent_tasks, intent_referrals, invited_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $12 then business_now() end, $12, $13, now())""",
        company,
        person,
        f"{slug[0].upper()}{number:05d}",
        alumnus.email,
        alumnus.name,
        rng.choice(_UNITS[slug]),
        rng.choice(("主任", "係長", "エンジニア", "デザイナー", "課長", "")),
        joined,
        left,
        "active" if active else "invited",
        CONSENT_VERSION if active else None,
        active,
        active and (rng.random() < 0.6 or number == 0),  # noqa: PLR2004
    )
