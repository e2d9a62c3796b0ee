"""What a person's own rows say, gathered for the projection; read in the person's scope."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.alumni import exposure, zones
from marketplace.alumni.zones import HOME, Statement
from marketplace.core import clock, db
from matching.model import Availability, DayException, Record, Window

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
    "time_zone": HOME,
    "active_at": None,
    "digest": True,
}
"""How the profile of somebody who has said nothing yet reads."""


@dataclass(frozen=True, slots=True)
class Own:
    """The person across all networks: profile, skills, free time in Japan, and the work that takes time."""

    name: str
    profile: dict[str, Any]
    skills: list[dict[str, Any]]
    availability: Availability
    zone_offset: int
    busy: tuple[Window, ...]
    running: int


@dataclass(frozen=True, slots=True)
class Here:
    """The person within one network; nothing of it comes from another company."""

    units: frozenset[UUID]
    sites: frozenset[str]
    record: Record
    asked: exposure.Asked
    employed: bool


async def own(person: UUID) -> Own:
    """Gather what holds everywhere."""
    row = await db.fetchrow("select * from alumnus_profile where person_id = $1", person)
    profile = dict(row) if row else dict(BLANK_PROFILE)
    ahead = zones.offset(profile["time_zone"], await clock.now())
    skills = await db.fetch(
        "select skill_id, level, years, last_year from person_skill where person_id = $1 order by level desc, years desc, skill_id",
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
        profile=profile,
        skills=[dict(skill) for skill in skills],
        availability=await _availability(person, profile, ahead),
        zone_offset=ahead,
        busy=busy,
        running=len(work),
    )


async def _availability(person: UUID, profile: dict[str, Any], ahead: int) -> Availability:
    """Show the week as the zone's clocks stand now, and each dated statement at its own moment."""
    rows = await db.fetch(
        "select kind, weekday, starts_at, ends_at from availability_pattern where person_id = $1", person
    )
    weeks = {
        kind: zones.week_in_japan(
            [(row["weekday"], row["starts_at"], row["ends_at"]) for row in rows if row["kind"] == kind], ahead
        )
        for kind in ("free", "ask")
    }
    return Availability(
        week=weeks["free"],
        ask=weeks["ask"] & ~weeks["free"],
        exceptions=await _exceptions(person, profile["time_zone"]),
        confirmed_at=profile["availability_confirmed_at"],
    )


async def _exceptions(person: UUID, zone: str) -> tuple[DayException, ...]:
    """Lay what the person and the imported calendar have said of dates one over the other, the later on top."""
    today = await clock.today()
    yesterday = today - timedelta(days=1)  # the day before may still run elsewhere
    said = await db.fetch(
        """select said_at, kind, on_date, starts_at, ends_at from availability_exception
           where person_id = $1 and on_date >= $2""",
        person,
        yesterday,
    )
    busy = await db.fetch(
        """select coalesce(b.said_at, i.kept_at) as said_at, b.starts_at, b.ends_at from calendar_busy b
           join calendar_import i on i.id = b.import_id
           where b.person_id = $1 and i.status <> 'preview' and b.ends_at >= $2""",
        person,
        await clock.now(),
    )
    statements = [
        (row["said_at"], Statement(row["kind"], *zones.stretch(row["on_date"], row["starts_at"], row["ends_at"], zone)))
        for row in said
    ]  # fmt: skip
    statements += [(row["said_at"], Statement("busy", row["starts_at"], row["ends_at"])) for row in busy]
    statements.sort(key=lambda each: (each[0], each[1].starts_at, each[1].kind))
    return zones.painted((statement for _, statement in statements), today)


async def here(person: UUID, company: UUID, former_unit: str) -> Here:
    """Gather what holds in one network."""
    async with db.transaction(company=company):
        units = await db.fetch(
            "select id, site from unit where company_id = $1 and name = $2", company, former_unit
        )
        asked = await exposure.of(company, [person])
    employed = await db.fetchval(
        "select exists (select from member where company_id = $1 and person_id = $2 and status = 'active')",
        company,
        person,
    )
    return Here(
        units=frozenset(row["id"] for row in units),
        sites=frozenset(row["site"] for row in units if row["site"]),
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
