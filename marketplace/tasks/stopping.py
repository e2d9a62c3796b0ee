"""Stop a company's publishing, by hand, when a payment of it is taken back or an invoice stays unpaid; let it publish again."""

from typing import Any
from uuid import UUID, uuid4

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.core.outbox import Job
from marketplace.notifications.kinds import declare
from marketplace.tasks import notices
from marketplace.tasks.moving import hold, move, withdraw_open
from payouts import funding, hooks

LONGEST_REASON = 300
CHARGEBACK = N_("A card payment was taken back.")
OVERDUE = N_("An invoice is long overdue.")

declare(
    "company.stopped",
    title=N_("The operator has stopped publishing for your company"),
    body=N_(
        "Tasks that were open are paused, and what was set aside for open seats is back in your balance. Contracts go on. "
        "The reason given: %(reason)s"
    ),
    button=N_("Look at the tasks"),
)
declare(
    "company.may_publish",
    title=N_("Your company may publish tasks again"),
    body=N_(
        "The stop was lifted. Paused tasks go on when their manager resumes them and the balance covers them."
    ),
    button=N_("Look at the tasks"),
)


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
    if await _stop(UUID(company), CHARGEBACK):
        await activity.record(
            "publishing_stopped", f"company:{company}", by=SYSTEM, company=UUID(company), amount=amount.amount
        )
    await _halt_all(UUID(company), "task.halted")


async def stop(company: UUID, reason: str, *, by: Actor) -> None:
    """Stop a company's publishing by hand: its tasks are paused and their open seats' money is its balance again.

    Concluded contracts go on. Raises Invalid without a reason, Conflict when it is stopped already.
    """
    by.must_be("operator")
    reason = _must_say_why(reason)
    async with db.transaction(operator=True):
        if not await _stop(company, reason):
            raise Conflict(N_("Publishing is stopped for this company already."))
        await activity.record(
            "publishing_stopped", f"company:{company}", by=by, company=company, reason=reason
        )
        await notices.tell_company(company, "company.stopped", reason=reason)
        await _halt_all(company, "task.halted_by_operator", reason=reason)


async def lift(company: UUID, reason: str, *, by: Actor) -> None:
    """Let a company publish again; its tasks stay paused until a manager resumes them, which sets money aside anew.

    Raises Invalid without a reason, Conflict when nothing is stopped.
    """
    by.must_be("operator")
    reason = _must_say_why(reason)
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


def _must_say_why(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    return reason


async def _stop(company: UUID, reason: str) -> bool:
    return bool(
        await db.execute(
            """update company set publishing_stopped_at = business_now(), publishing_stopped_reason = $2
               where id = $1 and publishing_stopped_at is null""",
            company,
            reason,
        )
    )


async def _halt_all(company: UUID, kind: str, **told: Any) -> None:
    tasks = await db.fetch(
        "select id from task where company_id = $1 and status in ('published', 'paused') order by id", company
    )
    for task in tasks:
        await _halt(await hold(task["id"]), kind, told)


async def _halt(row: dict[str, Any], kind: str, told: dict[str, Any]) -> None:
    """Pause a held task, release what is set aside for its open seats, and tell everybody who waits for it."""
    if row["status"] == "published":
        await move(row["id"], "pause", next_wave_at=None)
        await activity.record("halted", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])
        await notices.tell_members([row["posted_by"]], kind, row, **told)
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
