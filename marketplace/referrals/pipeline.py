"""The recruiter's moves: each with a reason for the referrer, and a next step with its day and its owner."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from marketplace.activity import actions as activity
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.lifecycle import Actor as Role
from marketplace.notifications.actions import notify
from marketplace.referrals import pipeline_notices, reasons
from marketplace.referrals.holding import MOVED_ON, held
from marketplace.referrals.lifecycle import CLAIM, PIPELINE, Claim
from marketplace.referrals.moves import move

LATEST = timedelta(days=180)
STEPS = ("screen", "interview", "offer")
ENDINGS = ("decline", "withdraw")
LEADS_TO = {
    Claim.OWNED: "receive",
    Claim.SCREENING: "screen",
    Claim.INTERVIEW: "interview",
    Claim.OFFER: "offer",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next: a code of `reasons.STEPS`, a code of `reasons.OWNERS`, and the day; empty for the usual."""

    step: str = ""
    owner: str = ""
    on: date | None = None


async def step(
    claim: UUID,
    name: str,
    *,
    by: Actor,
    reason: str,
    note: str = "",
    seen: str = "",
    plan: Plan | None = None,
) -> None:
    """Move a claim to another stage of the pipeline; the referrer is told at once.

    `name` is one of STEPS; what the plan leaves open is what usually follows, so that a stage always has a next day.
    Raises Invalid naming the field, NotFound, NotAllowed, Conflict when `seen` is no longer its state.
    """
    if name not in STEPS:
        raise Conflict(MOVED_ON)
    async with db.transaction(**by.scope):
        row = await held(claim, by=by, seen=seen)
        await stage(row, name, by=by, reason=reason, note=note, plan=plan or Plan())


async def end(claim: UUID, name: str, *, by: Actor, reason: str, note: str = "", seen: str = "") -> None:
    """End a claim: `decline` by the company, `withdraw` for the candidate. The next receipt in line moves up.

    Raises Invalid naming the field, NotFound, NotAllowed, Conflict.
    """
    if name not in ENDINGS:
        raise Conflict(MOVED_ON)
    note = note.strip()
    reasons.check(name, reason, note)
    async with db.transaction(**by.scope):
        await held(claim, by=by, seen=seen)
        await move(claim, name, by=by, reason=reason, note=note)


async def undo(claim: UUID, *, by: Actor, seen: str = "") -> None:
    """Take the last step between stages back, once; the referrer is told of that, too. Raises Conflict, NotFound, NotAllowed."""
    async with db.transaction(**by.scope):
        row = await held(claim, by=by, seen=seen)
        last = await db.fetchrow(
            "select * from claim_move where claim_id = $1 order by id desc limit 1", claim
        )
        if not can_undo(row["status"], last):
            raise Conflict(N_("There is no step left to take back."))
        assert last is not None
        name = LEADS_TO[Claim(last["from_status"])]
        await stage(row, name, by=by, reason=reasons.UNDONE, note="", plan=Plan())


def can_undo(status: str, last: Any) -> bool:
    """Tell whether a claim's last move is one between stages that nobody has taken back."""
    return (
        last is not None
        and last["to_status"] == status
        and last["from_status"] in LEADS_TO
        and status in LEADS_TO
        and last["reason"] != reasons.UNDONE
    )


async def stage(
    row: Any, name: str, *, by: Actor, reason: str, note: str, plan: Plan, role: Role | None = None
) -> None:
    """Move a held claim to a stage in the running transaction, with what comes next."""
    note = note.strip()
    reasons.check(name, reason, note)
    target = CLAIM.target(name, Claim(row["status"]))
    coming = await planned(target, plan)
    await move(
        row["id"], name, by=by, role=role, reason=reason, note=note,
        next_step=coming.step, next_owner=coming.owner, next_on=coming.on,
    )  # fmt: skip


async def planned(stage_: Claim, plan: Plan) -> Plan:
    """Fill what a plan leaves open with what usually follows in a stage; raise Invalid naming the field."""
    usual, today = reasons.NEXT[stage_], await clock.today()
    if plan.step and plan.step not in reasons.STEPS:
        raise Invalid(fields={"next_step": Message(N_("Please choose one of the offered answers."))})
    if plan.owner and plan.owner not in reasons.OWNERS:
        raise Invalid(fields={"next_owner": Message(N_("Please choose one of the offered answers."))})
    if plan.on is not None and not today <= plan.on <= today + LATEST:
        raise Invalid(fields={"next_on": Message(N_("Please name a day from today on, within half a year."))})
    return Plan(
        plan.step or usual.step, plan.owner or usual.owner, plan.on or today + timedelta(days=usual.days)
    )


async def plan_next(claim: UUID, plan: Plan, *, by: Actor) -> None:
    """Say anew what comes next, by whom and when, without a move; the referrer sees it at once.

    Raises Invalid, NotFound, NotAllowed, Conflict outside of the pipeline.
    """
    async with db.transaction(**by.scope):
        row = await held(claim, by=by)
        if row["status"] not in PIPELINE:
            raise Conflict(MOVED_ON)
        coming = await planned(Claim(row["status"]), plan)
        await db.execute(
            "update claim set next_step = $2, next_owner = $3, next_on = $4 where id = $1",
            claim, coming.step, coming.owner, coming.on,
        )  # fmt: skip
        await _record("claim_planned", row, by=by, step=coming.step, on=str(coming.on))
        await notify(
            pipeline_notices.PLANNED,
            person=row["person_id"],
            company=row["company_id"],
            path=f"/referrals/{claim}",
            dedupe=f"claim:{claim}:next:{coming.step}:{coming.on}",
            title=row["title"],
            candidate=row["candidate_name"],
            on=coming.on,
        )


async def assign(claim: UUID, member: UUID | None, *, by: Actor) -> None:
    """Give a claim to a member who recruits, or back to the bounty's contact (None).

    Raises Invalid for somebody who may not move it, NotFound, NotAllowed.
    """
    async with db.transaction(**by.scope):
        row = await held(claim, by=by)
        found = await db.fetchrow(RECRUITER, row["company_id"], member, row["unit_id"]) if member else None
        if member and found is None:
            raise Invalid(
                fields={"member": Message(N_("Please choose somebody who may move this referral."))}
            )
        await db.execute("update claim set assigned_to = $2 where id = $1", claim, member)
        await _record("claim_assigned", row, by=by, to=found["name"] if found else "")
        if found and found["person_id"] != by.person:
            await notify(
                pipeline_notices.ASSIGNED,
                person=found["person_id"],
                company=row["company_id"],
                path=f"/c/{found['slug']}/referrals/{claim}",
                title=row["title"],
                candidate=row["candidate_name"],
            )


async def link(claim: UUID, external_id: str, *, by: Actor) -> None:
    """Keep the candidate's number in the company's own system, so that its messages find the claim.

    Messages that found nobody are tried again. Raises Invalid when another claim has the number, NotFound, NotAllowed.
    """
    text = external_id.strip() or None
    async with db.transaction(**by.scope):
        row = await held(claim, by=by)
        await link_held(row, text)
        await _record("claim_linked", row, by=by, external=text or "")


async def link_held(row: Any, external_id: str | None) -> None:
    """Keep a number for a held claim; raise Invalid when another claim of the company has it."""
    try:
        async with db.transaction():
            await db.execute("update claim set external_id = $2 where id = $1", row["id"], external_id)
    except asyncpg.UniqueViolationError:
        raise Invalid(
            fields={"external_id": Message(N_("Another referral has this number already."))}
        ) from None
    if external_id:
        await outbox.enqueue("referrals.ats_again", company=str(row["company_id"]))


async def plan_missing() -> int:
    """Give a next day to every claim of the pipeline that has none (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select * from claim where next_on is null and status = any($1) and consented_at is not null
               limit 200 for update skip locked""",
            list(PIPELINE),
        )
        for row in rows:
            coming = await planned(Claim(row["status"]), Plan())
            await db.execute(
                "update claim set next_step = $2, next_owner = $3, next_on = $4 where id = $1",
                row["id"], coming.step, coming.owner, coming.on,
            )  # fmt: skip
            await _record("claim_planned", row, by=SYSTEM, step=coming.step, on=str(coming.on))
    return len(rows)


async def _record(verb: str, row: Any, *, by: Actor, **data: Any) -> None:
    await activity.record(
        verb, f"claim:{row['id']}", by=by, company=row["company_id"], person=row["person_id"], **data
    )


RECRUITER = """
select m.id, m.person_id, m.name, c.slug from member m join company c on c.id = m.company_id
where m.company_id = $1 and m.id = $2 and m.status <> 'removed' and m.roles && array['owner', 'manager', 'recruiter']
  and (m.unit_id is null or m.unit_id = $3 or m.roles && array['owner', 'recruiter'])
"""
