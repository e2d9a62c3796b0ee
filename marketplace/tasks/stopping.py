"""Stop a company's publishing when a payment of it is taken back or an invoice stays unpaid; let it publish again."""

from typing import Any
from uuid import UUID, uuid4

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.core.outbox import Job
from marketplace.tasks import notices
from marketplace.tasks.moving import hold, move, withdraw_open
from payouts import funding, hooks

LONGEST_REASON = 300
CHARGEBACK = N_("A card payment was taken back.")


OVERDUE = N_("An invoice is long overdue.")


@outbox.handles("billing.overdue")
async def stop_for_invoice(job: Job, *, company: str, invoice: str) -> None:
    """Let a company publish nothing new while an invoice is long overdue; what is open goes on."""
    async with db.transaction(operator=True):
        touched = await db.execute(
            """update company set publishing_stopped_at = business_now(), publishing_stopped_reason = $3
               where id = $1 and publishing_stopped_at is null
                 and exists (select from invoice where id = $2 and status = 'open')""",
            UUID(company),
            UUID(invoice),
            OVERDUE,
        )
        if touched:
            await activity.record(
                "publishing_stopped", f"company:{company}", by=SYSTEM, company=UUID(company), invoice=invoice
            )
        await job.finish()


@outbox.handles("billing.settled")
async def go_on_after_invoice(job: Job, *, company: str) -> None:
    """Let a company publish again once nothing that stopped it is left; a stop for another reason stays."""
    async with db.transaction(operator=True):
        lifted = await db.execute(
            """update company set publishing_stopped_at = null, publishing_stopped_reason = null
               where id = $1 and publishing_stopped_reason = $2 and not exists (
                 select from invoice where owner = 'company:' || $1::uuid and status in ('open', 'uncollectible')
                   and 'stop' = any(reminded))""",
            UUID(company),
            OVERDUE,
        )
        if lifted:
            await activity.record(
                "publishing_resumed", f"company:{company}", by=SYSTEM, company=UUID(company)
            )
        await job.finish()


@hooks.on("chargeback")
async def stop_publishing(*, company: str, amount: Money, **_news: object) -> None:
    """Stop publishing and free what no contract holds, before the payment is booked back: the balance covers it first.

    Concluded contracts keep their reserves. Runs in the operator's scope.
    """
    touched = await db.execute(
        """update company set publishing_stopped_at = business_now(), publishing_stopped_reason = $2
           where id = $1 and publishing_stopped_at is null""",
        UUID(company),
        CHARGEBACK,
    )
    if touched:
        await activity.record(
            "publishing_stopped", f"company:{company}", by=SYSTEM, company=UUID(company), amount=amount.amount
        )
    tasks = await db.fetch(
        "select id from task where company_id = $1 and status in ('published', 'paused') order by id",
        UUID(company),
    )
    for task in tasks:
        await _halt(await hold(task["id"]))


async def lift(company: UUID, reason: str, *, by: Actor) -> None:
    """Let a company publish again; its tasks stay paused until a manager resumes them, which sets money aside anew.

    Raises Invalid without a reason, Conflict when nothing is stopped.
    """
    by.must_be("operator")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    async with db.transaction(operator=True):
        if not await db.execute(
            """update company set publishing_stopped_at = null, publishing_stopped_reason = null
               where id = $1 and publishing_stopped_at is not null""",
            company,
        ):
            raise Conflict(N_("Publishing is not stopped for this company."))
        await activity.record(
            "publishing_resumed", f"company:{company}", by=by, company=company, reason=reason
        )
        await notices.tell_company(company, "company.may_publish")


async def _halt(row: dict[str, Any]) -> None:
    """Pause a held task, release what is set aside for its open seats, and tell everybody who waits for it."""
    if row["status"] == "published":
        await move(row["id"], "pause", next_wave_at=None)
        await activity.record("halted", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])
        await notices.tell_members([row["posted_by"]], "task.halted", row)
    company, task = str(row["company_id"]), str(row["id"])
    await funding.release(
        company,
        task=task,
        reason=f"stopped-{uuid4().hex[:12]}",
        amount=await funding.reserved_of(company, task),
    )
    for invitation in await withdraw_open(row["id"]):
        await notices.tell_person(invitation["person_id"], "task.halted_invited", row)
    applicants = await db.fetch(
        "select person_id from application where task_id = $1 and status in ('sent', 'needs_reconfirm')",
        row["id"],
    )
    for applicant in applicants:
        await notices.tell_person(applicant["person_id"], "task.halted_applied", row)
