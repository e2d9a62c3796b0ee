"""What a message of an applicant tracking system means for a claim: judged by a job, in the order of what happened."""

from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.formats import in_japan
from marketplace.core.lifecycle import Actor as Role
from marketplace.notifications.actions import notify
from marketplace.referrals import pipeline, pipeline_notices, reasons
from marketplace.referrals.ats import Event
from marketplace.referrals.holding import held
from marketplace.referrals.lifecycle import PIPELINE, Claim
from marketplace.referrals.moves import move
from marketplace.referrals.pipeline import Plan

SETTLED = ("applied", "nothing_to_do", "superseded")
STAGES: dict[str, str] = {
    "screening": "screen",
    "interview": "interview",
    "offer": "offer",
    "declined": "decline",
    "withdrawn": "withdraw",
}
"""The stages that a message may name, and the move that each means. A success is recorded by a person, with its proof."""

# By our id, by their number, or by the mail address where only one open claim of the company has it.
_CLAIM = """
select id from claim where company_id = $1 and consented_at is not null and (
  id = $2 or ($2 is null and external_id = $3)
  or ($2 is null and not exists (select from claim k where k.company_id = $1 and k.external_id = $3)
    and lower(candidate_email) = lower($4) and $4 <> '' and status = any($5)
    and 1 = (select count(*) from claim o where o.company_id = $1 and o.consented_at is not null
      and lower(o.candidate_email) = lower($4) and o.status = any($5))))
"""


@outbox.handles("referrals.ats_event")
async def heed(job: outbox.Job, company: str, event: str) -> None:
    """Judge one message in one transaction with the mark that it is done."""
    async with db.transaction(operator=True):
        await judge(UUID(company), event)
        await job.finish()


@outbox.handles("referrals.ats_again")
async def heed_again(job: outbox.Job, company: str) -> None:
    """Judge the messages again that found no claim: one of the company's claims has got a number."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id from ats_event where company_id = $1 and outcome = 'unknown_candidate'
               order by occurred_at, id limit 500""",
            UUID(company),
        )
        for row in rows:
            await judge(UUID(company), row["id"])
        await job.finish()


async def again(event: str, *, by: Actor) -> str:
    """Judge a message again that could not be applied; return what became of it. Raises NotFound, NotAllowed."""
    by.must_have("owner")
    assert by.company is not None
    async with db.transaction(company=by.company, operator=True):
        return await judge(by.company, event)


async def judge(company: UUID, event: str) -> str:
    """Apply a message that is not settled yet, in the running transaction; return and keep its outcome. Raises NotFound."""
    row = await db.fetchrow(
        "select * from ats_event where company_id = $1 and id = $2 for update", company, event
    )
    if row is None:
        raise NotFound
    if row["outcome"] in SETTLED:
        return str(row["outcome"])
    given = Event.model_validate(row["payload"])
    claim: UUID | None = await db.fetchval(
        _CLAIM,
        company,
        given.candidate.claim,
        given.candidate.external_id or None,
        given.candidate.email,
        list(PIPELINE),
    )
    outcome = await _apply(claim, given) if claim else "unknown_candidate"
    await db.execute(
        "update ats_event set outcome = $3, claim_id = $4, judged_at = now() where company_id = $1 and id = $2",
        company, event, outcome, claim,
    )  # fmt: skip
    if outcome not in SETTLED and not row["outcome"]:
        await _tell_owners(company, event)
    return outcome


async def _apply(claim: UUID, event: Event) -> str:
    """Return `applied`, or why nothing was changed."""
    row = await held(claim, by=SYSTEM)
    name = STAGES.get(event.stage)
    if name is None:
        return "unknown_stage"
    if await db.fetchval(
        "select exists (select from ats_event where claim_id = $1 and outcome = 'applied' and occurred_at > $2)",
        claim,
        event.occurred_at,
    ):
        return "superseded"
    if row["status"] == event.stage:
        return "nothing_to_do"
    try:
        async with db.transaction():
            await _move(row, name, event)
            if event.candidate.external_id and not row["external_id"]:
                await pipeline.link_held(row, event.candidate.external_id)
    except Conflict:
        return "not_possible"
    except Invalid as refusal:
        return f"refused:{','.join(refusal.fields)}"
    return "applied"


async def _move(row: Any, name: str, event: Event) -> None:
    reason = event.reason or reasons.DEFAULTS[name]
    if name in pipeline.ENDINGS:
        reasons.check(name, reason, event.note)
        await move(row["id"], name, by=SYSTEM, role=Role.PROVIDER, reason=reason, note=event.note.strip())
        return
    plan = Plan(on=_day(event)) if Claim(event.stage) in PIPELINE else Plan()
    await pipeline.stage(row, name, by=SYSTEM, role=Role.PROVIDER, reason=reason, note=event.note, plan=plan)


def _day(event: Event) -> date | None:
    """Return the next day that a message names, in Japan; one without a time zone is Japanese wall time."""
    if event.next_on is None:
        return None
    return event.next_on.date() if event.next_on.tzinfo is None else in_japan(event.next_on).date()


async def _tell_owners(company: UUID, event: str) -> None:
    people = await db.fetch(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where m.company_id = $1 and m.status = 'active' and 'owner' = any(m.roles)""",
        company,
    )
    for person in people:
        await notify(
            pipeline_notices.UNAPPLIED,
            person=person["person_id"],
            company=company,
            path=f"/c/{person['slug']}/settings/ats",
            dedupe=f"ats:{company}:{event}:{person['person_id']}",
        )
