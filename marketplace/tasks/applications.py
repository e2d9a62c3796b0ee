"""Applications for a seat: the alumnus asks, the manager chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.tasks import notices, ranking
from marketplace.tasks.concluding import give_seat, hold_person, must_offer
from marketplace.tasks.moving import answer_application, hold, must_manage
from matching.rank import judge

LONGEST_MESSAGE = 2000
_WITHDRAWN = N_("This application has been withdrawn or answered.")


async def apply(task: UUID, message: str = "", *, version: int, by: Actor) -> UUID:
    """Ask for a seat of a task on the board; return the application, the same one when asked twice.

    `version` is the one whose terms were read. Raises Conflict when the terms have changed since, the offer has ended
    or a gate is shut for this person; NotFound for a task that is not on his board.
    """
    if len(message) > LONGEST_MESSAGE:
        raise Invalid(
            fields={
                "message": Message(N_("Please write at most %(most)s characters."), {"most": LONGEST_MESSAGE})
            }
        )
    async with _on_board(task, by) as row:
        assert by.person is not None
        known: UUID | None = await db.fetchval(
            "select id from application where task_id = $1 and person_id = $2 and status in ('sent', 'needs_reconfirm')",
            task,
            by.person,
        )
        if known is not None:
            return known
        must_offer(row, await clock.now())
        _must_have_read(row, version)
        match = await match_or_gate(row, by.person)
        application: UUID = await db.fetchval(
            """insert into application (company_id, task_id, task_version, person_id, message, score, reasons)
               values ($1, $2, $3, $4, $5, $6, $7) returning id""",
            row["company_id"],
            task,
            version,
            by.person,
            message.strip(),
            match["score"],
            match["reasons"],
        )
        await activity.record("applied", f"task:{task}", by=by, company=row["company_id"], person=by.person)
        await notices.tell_members(
            [row["posted_by"]],
            "task.applied",
            row,
            alumnus=await notices.name_of(row["company_id"], by.person),
        )
        return application


async def withdraw(application: UUID, *, by: Actor) -> None:
    """Take one's application back; twice changes nothing. Raises Conflict for one that was answered."""
    async with _own(application, by) as (found, row):
        if found["status"] == "withdrawn":
            return
        if not await answer_application(application, "withdraw", answered_at=await clock.now()):
            raise Conflict(_WITHDRAWN)
        await activity.record("application_withdrawn", f"task:{row['id']}", by=by, company=row["company_id"])


async def reconfirm(application: UUID, *, version: int, by: Actor) -> None:
    """Apply for the changed terms too; until then nobody can be chosen. Raises Conflict if they changed again."""
    async with _own(application, by) as (found, row):
        _must_have_read(row, version)
        if found["status"] == "sent" and found["task_version"] == version:
            return
        must_offer(row, await clock.now())
        if not await answer_application(application, "reconfirm", task_version=version):
            raise Conflict(_WITHDRAWN)
        await activity.record("reconfirmed", f"task:{row['id']}", by=by, company=row["company_id"])


async def choose(application: UUID, *, by: Actor) -> UUID:
    """Choose an applicant: the contract is concluded in the same transaction; return its id.

    Choosing twice gives the same contract. Raises Conflict when a gate has shut meanwhile (the application stays), or
    the applicant has not yet agreed to the changed terms.
    """
    async with _managing(application, by) as (found, row):
        if found["status"] == "accepted":
            return UUID(str(found["contract_id"]))
        if found["status"] == "needs_reconfirm":
            raise Conflict(N_("The terms have changed, and this person has not agreed to the new ones yet."))
        if found["status"] != "sent":
            raise Conflict(_WITHDRAWN)
        async with db.transaction(person=found["person_id"]):
            contract = await give_seat(row, found["person_id"], by=by)
        await notices.tell_person(found["person_id"], "task.chosen", row, path=f"/contracts/{contract}")
        await activity.record(
            "chosen", f"task:{row['id']}", by=by, company=by.company, contract=str(contract)
        )
        return contract


async def decline(application: UUID, *, by: Actor) -> None:
    """Decline an applicant and tell him; twice changes nothing."""
    async with _managing(application, by) as (found, row):
        if found["status"] == "declined":
            return
        if not await answer_application(application, "decline", answered_at=await clock.now()):
            raise Conflict(_WITHDRAWN)
        await notices.tell_person(found["person_id"], "task.not_chosen", row)
        await activity.record("application_declined", f"task:{row['id']}", by=by, company=by.company)


def _must_have_read(row: dict[str, Any], version: int) -> None:
    if row["version"] != version:
        raise Conflict(N_("The terms have changed meanwhile. Please read them again."))


async def match_or_gate(row: dict[str, Any], person: UUID) -> dict[str, Any]:
    """Return the person's match for a held task; raise Conflict with the sentence of the gate that is shut."""
    profile, snapshot = await ranking.profile_in(row["company_id"], person)
    if profile is None:
        raise Conflict(YOU["consent"])
    now = await clock.now()
    question = ranking.asked(await ranking.need_of(row), snapshot, row["weights"], now)
    gate, match = judge(
        question, profile, clock.day_of(now), await ranking.shares(row, question, snapshot, [person])
    )
    if gate in YOU:
        raise Conflict(YOU[gate])
    return {
        "score": match.score if match else None,
        "met": match.met if match else 0,
        "reasons": [*match.reasons, *match.checks] if match else [],
    }


YOU = {
    "consent": N_("You have not agreed to be matched in this network."),
    "intent": N_("You have not asked for spot tasks in this network."),
    "blocked": N_("This network does not offer you tasks at present."),
    "excluded": N_("This task is not open to you."),
    "conflict": N_("You act for the company that offers this task."),
    "busy": N_("You have other agreed work at that time."),
    "cap": N_("You have as much work as you said you take at once."),
    "language": N_("This task requires a language that is not on your profile."),
    "floor": N_("The fee is below the least that you accept by your profile."),
    "payable": N_("We cannot pay people in your country yet."),
    "free": N_("This task asks for people who are free the whole time; by your profile you are not."),
}


@asynccontextmanager
async def _on_board(task: UUID, by: Actor) -> AsyncIterator[dict[str, Any]]:
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        # The policy of `task` shows an alumnus the open board, and what he was invited to.
        found = await db.fetchrow("select company_id, mode from task where id = $1", task)
        if found is None or found["mode"] != "apply":
            raise NotFound
        await hold_person(by.person)
        async with db.transaction(company=found["company_id"]):
            yield await hold(task)


@asynccontextmanager
async def _own(application: UUID, by: Actor) -> AsyncIterator[tuple[dict[str, Any], dict[str, Any]]]:
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        found = await db.fetchrow(
            "select company_id, task_id from application where id = $1 and person_id = $2",
            application,
            by.person,
        )
        if found is None:
            raise NotFound
        async with db.transaction(company=found["company_id"]):
            row = await hold(found["task_id"])
            yield await _read(application), row


@asynccontextmanager
async def _managing(application: UUID, by: Actor) -> AsyncIterator[tuple[dict[str, Any], dict[str, Any]]]:
    by.must_be("member")
    async with db.transaction(**by.scope):
        found = await db.fetchrow(
            "select task_id, person_id from application where id = $1 and company_id = $2",
            application,
            by.company,
        )
        if found is None:
            raise NotFound
        await hold_person(found["person_id"])
        row = await hold(found["task_id"])
        must_manage(row, by)
        yield await _read(application), row


async def _read(application: UUID) -> dict[str, Any]:
    row = await db.fetchrow("select * from application where id = $1", application)
    assert row is not None
    return dict(row)
