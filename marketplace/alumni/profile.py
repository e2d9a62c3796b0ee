"""What an alumnus says about the own work: name, skills, conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from marketplace.alumni import projection
from marketplace.alumni.prefectures import PREFECTURES
from marketplace.alumni.skills import learn
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money
from marketplace.people import actions as people
from marketplace.people import spelling
from matching.vocabulary import LANGUAGE_NAMES

MOST_SKILLS = 40
LONGEST_HEADLINE = 200
_LEVELS, _MOST_YEARS, _MOST_AT_ONCE, _MOST_RATE = range(1, 6), 60, 20, 10_000_000
_EARLIEST_YEAR, _YEARS_BACK = 1950, 30


@dataclass(frozen=True, slots=True)
class Conditions:
    """On what conditions one works. A rate of zero says nothing; `floor` is absolute and nobody else reads it."""

    headline: str
    languages: Sequence[str]
    prefecture: int | None
    remote_ok: bool
    rate_basis: Literal["task", "hour"]
    wish: Money
    floor: Money
    most_at_once: int


async def introduce(name: str, locale: str, *, by: Actor) -> None:
    """Set the own name and language; every network's card shows the new name."""
    async with projection.own_change(by):
        await people.introduce(name, locale, by=by)


async def choose_digest(*, wanted: bool, by: Actor) -> None:
    """Turn the weekly mail of tasks that fit on or off."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        await db.execute(
            """insert into alumnus_profile (person_id, digest) values ($1, $2)
               on conflict (person_id) do update set digest = excluded.digest""",
            by.person,
            wanted,
        )


async def put_skill(term: str, level: int, years: int = 0, last_year: int | None = None, *, by: Actor) -> str:
    """Add a skill by any known spelling, or change its level, years and year of last use; return its slug.

    Raises Invalid for an unknown term (on `skill`), a wrong level, years or year, or more than 40 skills.
    """
    wrong: dict[str, Message] = {}
    skill = (await learn()).vocabulary.resolve(term)
    if skill is None:
        wrong["skill"] = Message(N_("We do not know this skill yet. Please choose one of the list."))
    if level not in _LEVELS:
        wrong["level"] = Message(N_("Please choose a level from 1 to 5."))
    if not 0 <= years <= _MOST_YEARS:
        wrong["years"] = Message(N_("Please write the years from 0 to %(most)s."), {"most": _MOST_YEARS})
    if wrong or skill is None:
        raise Invalid(fields=wrong)
    async with projection.own_change(by) as person:
        if last_year is not None and not _EARLIEST_YEAR <= last_year <= (await clock.today()).year:
            raise Invalid(fields={"last_year": Message(N_("Please choose one of the offered answers."))})
        others = await db.fetchval(
            "select count(*) from person_skill where person_id = $1 and skill_id <> $2", person, skill.id
        )
        if others >= MOST_SKILLS:
            raise Invalid(
                fields={"skill": Message(N_("Please choose at most %(most)s skills."), {"most": MOST_SKILLS})}
            )
        await db.execute(
            """insert into person_skill (person_id, skill_id, level, years, last_year) values ($1, $2, $3, $4, $5)
               on conflict (person_id, skill_id) do update
                 set level = excluded.level, years = excluded.years, last_year = excluded.last_year""",
            person,
            skill.id,
            level,
            years,
            last_year,
        )
    return skill.slug


async def years_of_use(*, by: Actor) -> list[tuple[int, int]]:
    """Return the years that a skill may have been used last, the newest first, as choices."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        newest = (await clock.today()).year
    return [(year, year) for year in range(newest, newest - _YEARS_BACK, -1)]


async def drop_skill(skill: int, *, by: Actor) -> None:
    """Take a skill out. Raises NotFound when it is not there."""
    async with projection.own_change(by) as person:
        if not await db.execute(
            "delete from person_skill where person_id = $1 and skill_id = $2", person, skill
        ):
            raise NotFound


async def set_conditions(conditions: Conditions, *, by: Actor) -> None:
    """Set languages, place, rate and how much at once. Raises Invalid naming each wrong field."""
    headline = spelling.tidy(conditions.headline)
    wrong = _wrong(conditions, headline)
    if wrong:
        raise Invalid(fields=wrong)
    async with projection.own_change(by) as person:
        await db.execute(
            """insert into alumnus_profile (person_id, headline, languages, prefecture, remote_ok, rate_basis, rate_wish_amount,
                 rate_floor_amount, currency, most_at_once)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               on conflict (person_id) do update set headline = excluded.headline, languages = excluded.languages,
                 prefecture = excluded.prefecture, remote_ok = excluded.remote_ok, rate_basis = excluded.rate_basis,
                 rate_wish_amount = excluded.rate_wish_amount, rate_floor_amount = excluded.rate_floor_amount,
                 currency = excluded.currency, most_at_once = excluded.most_at_once, active_at = business_now()""",
            person,
            headline,
            [code for code in LANGUAGE_NAMES if code in conditions.languages],
            conditions.prefecture,
            conditions.remote_ok,
            conditions.rate_basis,
            conditions.wish.amount,
            conditions.floor.amount,
            conditions.wish.currency,
            conditions.most_at_once,
        )


def _wrong(conditions: Conditions, headline: str) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    if len(headline) > LONGEST_HEADLINE or not spelling.is_showable(headline):
        wrong["headline"] = Message(
            N_("Please write at most %(most)s characters."), {"most": LONGEST_HEADLINE}
        )
    if not conditions.languages or not set(conditions.languages) <= set(LANGUAGE_NAMES):
        wrong["languages"] = Message(N_("Please choose at least one language."))
    if conditions.prefecture is not None and conditions.prefecture not in PREFECTURES:
        wrong["prefecture"] = Message(N_("Please choose one of the offered answers."))
    for field, rate in (("wish", conditions.wish), ("floor", conditions.floor)):
        if not 0 <= rate.amount <= _MOST_RATE or rate.currency != "JPY":
            wrong[field] = Message(N_("Please write an amount from ¥0 to ¥10,000,000."))
    if not wrong and conditions.wish and conditions.floor > conditions.wish:
        wrong["floor"] = Message(N_("The least that you accept is above what you wish."))
    if not 0 <= conditions.most_at_once <= _MOST_AT_ONCE:
        wrong["most_at_once"] = Message(
            N_("Please write a number from 0 to %(most)s."), {"most": _MOST_AT_ONCE}
        )
    return wrong
