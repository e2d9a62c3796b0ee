"""What a person's own rows say, gathered for the projection; read in the person's scope."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from marketplace.alumni import exposure
from marketplace.core import db
from matching import availability
from matching.model import DayException, Record, Window

OPEN_WORK = ("concluded", "running", "delivered", "changes_requested", "disputed")
DONE_WORK = ("approved", "paid", "resolved")

BLANK_PROFILE: dict[str, Any] = {
    "headline": "",
    "languages": ["ja"],
    "prefecture": None,
    "remote_ok": True,
    "rate_basis": "task",
    "rate_floor_amount": 0,
    "rate_wish_amount": 0,
    "currency": "JPY",
    "most_at_once": 0,
    "availability_confirmed_at": None,
    "active_at": None,
    "digest": True,
}
"""How the profile of somebody who has said nothing yet reads."""


@dataclass(frozen=True, slots=True)
class Own:
    """The person across all networks: profile, skills, the week, and the work that takes time."""

    name: str
    profile: dict[str, Any]
    skills: list[dict[str, Any]]
    week: list[tuple[int, str, str]]
    exceptions: tuple[DayException, ...]
    busy: tuple[Window, ...]
    running: int


@dataclass(frozen=True, slots=True)
class Here:
    """The person within one network; nothing of it comes from another company."""

    units: frozenset[UUID]
    record: Record
    asked: exposure.Asked
    employed: bool


async def own(person: UUID) -> Own:
    """Gather what holds everywhere."""
    row = await db.fetchrow("select * from alumnus_profile where person_id = $1", person)
    skills = await db.fetch(
        "select skill_id, level, years from person_skill where person_id = $1 order by level desc, years desc, skill_id",
        person,
    )
    work = await db.fetch(
        "select starts_at, ends_at from contract where person_id = $1 and status = any($2::text[])",
        person,
        list(OPEN_WORK),
    )
    busy = tuple(
        Window(item["starts_at"], item["ends_at"])
        for item in work
        if item["ends_at"] and item["starts_at"] < item["ends_at"]
    )
    return Own(
        name=await db.fetchval("select name from person where id = $1", person) or "",
        profile=dict(row) if row else dict(BLANK_PROFILE),
        skills=[dict(skill) for skill in skills],
        week=await _week(person),
        exceptions=await _exceptions(person),
        busy=busy,
        running=len(work),
    )


async def _week(person: UUID) -> list[tuple[int, str, str]]:
    rows = await db.fetch(
        "select weekday, starts_at, ends_at from availability_pattern where person_id = $1 order by weekday, starts_at",
        person,
    )
    return [(row["weekday"], _clock(row["starts_at"]), _end(row["ends_at"])) for row in rows]


async def _exceptions(person: UUID) -> tuple[DayException, ...]:
    rows = await db.fetch(
        """select on_date, is_free, starts_at, ends_at from availability_exception
           where person_id = $1 and on_date >= business_today() order by on_date""",
        person,
    )
    masks: dict[date, list[int]] = {}
    for row in rows:
        both = masks.setdefault(row["on_date"], [0, 0])
        both[row["is_free"]] |= availability.day_mask(_clock(row["starts_at"]), _end(row["ends_at"]))
    return tuple(DayException(on, busy, free) for on, (busy, free) in masks.items())


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


def _end(moment: time) -> str:
    """Midnight at the end of a span is the end of that day."""
    return "24:00" if moment == time() else _clock(moment)


async def here(person: UUID, company: UUID, former_unit: str) -> Here:
    """Gather what holds in one network."""
    async with db.transaction(company=company):
        units = await db.fetch(
            "select id from unit where company_id = $1 and name = $2", company, former_unit
        )
        asked = await exposure.of(company, [person])
    employed = await db.fetchval(
        "select exists (select from member where company_id = $1 and person_id = $2 and status = 'active')",
        company,
        person,
    )
    return Here(
        units=frozenset(row["id"] for row in units),
        record=await _record(person, company),
        asked=asked[person],
        employed=employed,
    )


async def _record(person: UUID, company: UUID) -> Record:
    work = await db.fetchrow(
        """select count(*) filter (where status = any($3::text[])) as completed,
             count(*) filter (where status = any($3::text[]) and received_on > deliver_on) as late,
             count(*) filter (where status = 'cancelled' and cancelled_by = 'alumnus') as cancelled
           from contract where person_id = $1 and company_id = $2""",
        person,
        company,
        list(DONE_WORK),
    )
    reviews = await db.fetchrow(
        """select count(*) as reviews, coalesce(sum(rating), 0) as stars from review
           where person_id = $1 and company_id = $2 and side = 'company' and revealed_at is not null""",
        person,
        company,
    )
    assert work is not None
    assert reviews is not None
    return Record(**dict(work), **dict(reviews))
