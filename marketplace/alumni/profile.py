"""What an alumnus says about the own work: skills, conditions, the week and its exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal
from uuid import UUID

from marketplace.alumni import projection
from marketplace.alumni.prefectures import PREFECTURES
from marketplace.alumni.skills import learn
from marketplace.alumni.week import Span
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money
from marketplace.people import actions as people
from marketplace.people import spelling
from matching.vocabulary import LANGUAGE_NAMES

MOST_SKILLS = 40
MOST_SPANS = 28
MOST_EXCEPTIONS = 100
LONGEST_HEADLINE = 200
_LEVELS, _MOST_YEARS, _MOST_AT_ONCE, _MOST_RATE = range(1, 6), 60, 20, 10_000_000
_HORIZON = timedelta(days=366)
_HALF_HOUR = 30


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


async def put_skill(term: str, level: int, years: int = 0, *, by: Actor) -> str:
    """Add a skill by any known spelling, or change its level and years; return its slug.

    Raises Invalid for an unknown term (on `skill`), a wrong level or years, or more than 40 skills.
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
        others = await db.fetchval(
            "select count(*) from person_skill where person_id = $1 and skill_id <> $2", person, skill.id
        )
        if others >= MOST_SKILLS:
            raise Invalid(
                fields={"skill": Message(N_("Please choose at most %(most)s skills."), {"most": MOST_SKILLS})}
            )
        await db.execute(
            """insert into person_skill (person_id, skill_id, level, years) values ($1, $2, $3, $4)
               on conflict (person_id, skill_id) do update set level = excluded.level, years = excluded.years""",
            person,
            skill.id,
            level,
            years,
        )
    return skill.slug


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


async def set_week(spans: Sequence[Span], *, by: Actor) -> None:
    """Say in which hours of a usual week one is free; it counts as confirmed today. Raises Invalid, on `week`."""
    if len(spans) > MOST_SPANS:
        raise Invalid(
            fields={"week": Message(N_("Please give at most %(most)s spans."), {"most": MOST_SPANS})}
        )
    if any(not _is_span(span) for span in spans):
        raise Invalid(fields={"week": Message(N_("Each span ends after it starts, in whole half hours."))})
    async with projection.own_change(by) as person:
        await db.execute("delete from availability_pattern where person_id = $1", person)
        await db.executemany(
            "insert into availability_pattern (person_id, weekday, starts_at, ends_at) values ($1, $2, $3, $4)",
            [(person, span.weekday, span.starts_at, span.ends_at) for span in spans],
        )
        await _confirm(person)


def _is_span(span: Span) -> bool:
    return span.weekday in range(7) and _is_stretch(span.starts_at, span.ends_at)


def _is_stretch(starts_at: time, ends_at: time) -> bool:
    whole = all(moment.minute % _HALF_HOUR == 0 and not moment.second for moment in (starts_at, ends_at))
    return whole and (starts_at < ends_at or ends_at == time())


async def confirm_week(*, by: Actor) -> None:
    """Say that the week still holds: one tap that keeps the person among the matches."""
    async with projection.own_change(by) as person:
        await _confirm(person)


async def _confirm(person: UUID) -> None:
    await db.execute(
        """insert into alumnus_profile (person_id, availability_confirmed_at) values ($1, business_now())
           on conflict (person_id) do update set availability_confirmed_at = business_now(), active_at = business_now()""",
        person,
    )


async def add_exception(
    on: date, *, is_free: bool, by: Actor, starts_at: time = time(), ends_at: time = time()
) -> UUID:
    """Say that one day is unlike its week: free or not, between two times or (both 00:00) all day.

    Raises Invalid for a day that has passed or is more than a year ahead, times out of order, or too many days.
    """
    wrong: dict[str, Message] = {}
    if not _is_stretch(starts_at, ends_at):
        wrong["ends_at"] = Message(N_("Each span ends after it starts, in whole half hours."))
    async with projection.own_change(by) as person:
        today = await clock.today()
        if not today <= on <= today + _HORIZON:
            wrong["on"] = Message(N_("Please choose a day from today to a year ahead."))
        count = await db.fetchval(
            "select count(*) from availability_exception where person_id = $1 and on_date >= $2",
            person,
            today,
        )
        if count >= MOST_EXCEPTIONS:
            wrong["on"] = Message(N_("Please give at most %(most)s such days."), {"most": MOST_EXCEPTIONS})
        if wrong:
            raise Invalid(fields=wrong)
        await db.execute(
            "delete from availability_exception where person_id = $1 and on_date = $2 and starts_at = $3 and ends_at = $4",
            person, on, starts_at, ends_at,
        )  # fmt: skip
        added: UUID = await db.fetchval(
            """insert into availability_exception (person_id, on_date, is_free, starts_at, ends_at)
               values ($1, $2, $3, $4, $5) returning id""",
            person, on, is_free, starts_at, ends_at,
        )  # fmt: skip
    return added


async def drop_exception(exception: UUID, *, by: Actor) -> None:
    """Take an exception back. Raises NotFound when it is not there."""
    async with projection.own_change(by) as person:
        if not await db.execute(
            "delete from availability_exception where id = $1 and person_id = $2", exception, person
        ):
            raise NotFound
