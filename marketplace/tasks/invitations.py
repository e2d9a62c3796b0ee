"""What an alumnus does with an invitation: open it, accept it, decline it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.tasks.concluding import give_seat, hold_person
from marketplace.tasks.moving import answer_invitation, hold, set_columns

LONGEST_REASON = 500


async def accept(invitation: UUID, *, by: Actor) -> UUID:
    """Accept an invitation: the contract is concluded in the same transaction; return its id.

    Accepting twice gives the same contract. Raises Conflict when the seat is gone, the invitation has ended or other
    agreed work is in the way; NotFound for somebody else's invitation.
    """
    async with _answering(invitation, by) as (found, task):
        if found["status"] == "accepted":
            return UUID(str(found["contract_id"]))
        _must_be_open(found, await clock.now())
        assert by.person is not None
        contract = await give_seat(task, by.person, by=by)
        await activity.record(
            "accepted", f"task:{task['id']}", by=by, company=task["company_id"], contract=str(contract)
        )
        return contract


async def decline(invitation: UUID, reason: str = "", *, by: Actor) -> None:
    """Decline an invitation, with or without a reason; the next wave comes at once when nobody else is asked.

    Declining twice changes nothing. Raises Conflict for one that was accepted or has ended.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            fields={
                "reason": Message(N_("Please write at most %(most)s characters."), {"most": LONGEST_REASON})
            }
        )
    async with _answering(invitation, by) as (found, task):
        if found["status"] == "declined":
            return
        _must_be_open(found, await clock.now())
        now = await clock.now()
        await answer_invitation(invitation, "decline", replied_at=now, decline_reason=reason.strip())
        assert by.person is not None
        await projection.soon(by.person)
        await activity.record(
            "declined", f"task:{task['id']}", by=by, company=task["company_id"], reason=reason.strip()
        )
        await _hurry_next_wave(task, now)


async def _hurry_next_wave(task: dict[str, Any], now: datetime) -> None:
    others = "select exists (select from invitation where task_id = $1 and status = 'sent')"
    if (
        task["status"] == "published"
        and task["mode"] == "offer"
        and not await db.fetchval(others, task["id"])
    ):
        await set_columns(task["id"], next_wave_at=now)


async def opened(task: UUID, *, by: Actor) -> None:
    """Note that the person has read his invitation to a task; only the first time counts."""
    async with db.transaction(person=by.person):
        await db.execute(
            """update invitation set opened_at = business_now()
               where task_id = $1 and person_id = $2 and status = 'sent' and opened_at is null""",
            task,
            by.person,
        )


@asynccontextmanager
async def _answering(invitation: UUID, by: Actor) -> AsyncIterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Open the person's transaction, enter the company of his invitation, hold person and task in that order."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        found = await db.fetchrow(
            "select company_id, task_id from invitation where id = $1 and person_id = $2",
            invitation,
            by.person,
        )
        if found is None:
            raise NotFound
        await hold_person(by.person)
        async with db.transaction(company=found["company_id"]):
            task = await hold(found["task_id"])
            row = await db.fetchrow("select * from invitation where id = $1", invitation)
            assert row is not None
            yield dict(row), task


def _must_be_open(found: dict[str, Any], now: datetime) -> None:
    if found["status"] == "withdrawn":
        raise Conflict(
            N_("This invitation has been withdrawn: the seats are taken, or the task has changed.")
        )
    if found["status"] != "sent" or found["reply_by"] <= now:
        raise Conflict(N_("This invitation has ended."))
