"""Write what a network may know of a person: the company's card and the matcher's row, as far as consent gives.

Whoever changes something that these show (profile, consent, contracts, replies) calls `refresh` or `soon`.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from marketplace.alumni import facts
from marketplace.alumni.skills import vocabulary
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.outbox import Job
from matching import availability, rows
from matching.model import Held, Profile, Wish


@asynccontextmanager
async def own_change(by: Actor) -> AsyncIterator[UUID]:
    """Open an alumnus's own transaction, one at a time per person, and refresh the projections at its end."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        await _hold(by.person)
        yield by.person
        await refresh(by.person)


async def soon(person: UUID) -> None:
    """Ask in the running transaction for a refresh by a job: for the company's actions, which may not read the person."""
    await outbox.enqueue("alumni.project", person=str(person))


async def all_soon(people: Sequence[UUID]) -> None:
    """Ask for a refresh of many people at once."""
    await outbox.enqueue_all("alumni.project", [{"person": str(person)} for person in people])


@outbox.handles("alumni.project")
async def project(job: Job, person: str) -> None:
    """Refresh a person's projections."""
    del job
    await refresh(UUID(person))


async def refresh(person: UUID) -> None:
    """Write a person's cards and matcher's rows anew in every network, and remove them where consent is missing."""
    async with db.transaction(person=person):
        await _hold(person)
        memberships = await db.fetch("select * from membership where person_id = $1 order by id", person)
        own = await facts.own(person)
        await db.execute(
            "update alumnus_profile set zone_offset = $2 where person_id = $1 and zone_offset <> $2",
            person,
            own.zone_offset,
        )
        for membership in memberships:
            if membership["status"] == "active":
                await _show(person, membership, own)
            else:
                await hide(person, membership["company_id"])


async def _hold(person: UUID) -> None:
    """Let the changes of one person run one after the other: held before any membership, so that none wait in a ring."""
    await db.execute("select 1 from person where id = $1 for no key update", person)


async def hide(person: UUID, company: UUID) -> None:
    """Empty the card and remove the matcher's row in one network, in the scope of either side."""
    await db.execute(
        "update membership set card = '{}' where person_id = $1 and company_id = $2 and card <> '{}'",
        person,
        company,
    )
    await db.execute("delete from match_profile where person_id = $1 and company_id = $2", person, company)


async def _show(person: UUID, membership: Any, own: facts.Own) -> None:
    here = await facts.here(person, membership["company_id"], membership["former_unit"])
    profile = _profile(person, membership, own, here)
    await db.execute("update membership set card = $2 where id = $1", membership["id"], _card(own, profile))
    await _offer(profile)


async def _offer(profile: Profile) -> None:
    """Write the matcher's rows by taking the old ones out: the web's role may write those tables but not read them."""
    await db.execute(
        "delete from match_profile where company_id = $1 and person_id = $2",
        profile.company_id,
        profile.person_id,
    )
    await db.execute(rows.KEEP_PROFILE, *rows.profile_row(profile))
    await db.execute(rows.KEEP_ENTRY, *rows.entry_row(profile, await clock.today()))


def _profile(person: UUID, membership: Any, own: facts.Own, here: facts.Here) -> Profile:
    profile = own.profile
    return Profile(
        person_id=person,
        company_id=membership["company_id"],
        skills={
            skill["skill_id"]: Held(skill["level"], skill["years"], skill["last_year"])
            for skill in own.skills
        },
        availability=own.availability,
        languages=frozenset(profile["languages"]),
        wish=Wish(
            profile["rate_basis"], profile["rate_wish_amount"] or None, profile["rate_floor_amount"] or None
        ),
        remote_ok=profile["remote_ok"],
        prefecture=profile["prefecture"],
        units=here.units,
        sites=here.sites,
        record=here.record,
        responses=here.asked.responses,
        shown=here.asked.shown,
        waiting=here.asked.waiting,
        intents=frozenset(
            intent for intent in ("tasks", "referrals", "news", "reachable") if membership[f"intent_{intent}"]
        ),
        consented=membership["consented_at"] is not None,
        employed=here.employed,
        blocked=membership["blocked_by_company"] or membership["blocked_by_person"],
        busy=own.busy,
        running=own.running,
        cap=profile["most_at_once"] or None,
        last_active_at=profile["active_at"],
    )


def _card(own: facts.Own, profile: Profile) -> dict[str, Any]:
    """Return what the company reads. The lowest acceptable rate and the week itself stay with the person."""
    words = vocabulary()
    return {
        "name": own.name,
        "headline": own.profile["headline"],
        "skills": [
            {
                "id": skill["skill_id"],
                "slug": words.slug(skill["skill_id"]),
                "level": skill["level"],
                "years": skill["years"],
            }
            for skill in own.skills
        ],
        "languages": sorted(profile.languages),
        "prefecture": profile.prefecture,
        "remote_ok": profile.remote_ok,
        "rate": {
            "basis": profile.wish.basis,
            "wished": profile.wish.wished,
            "currency": own.profile["currency"],
        },
        "hours_a_week": availability.week_hours(profile.availability.week),
        "confirmed_at": profile.availability.confirmed_at,
    }
