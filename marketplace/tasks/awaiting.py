"""Tasks whose publication waits for money: they go out when it arrives, oldest wish first."""

from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import Failure, Invalid
from marketplace.core.outbox import Job
from marketplace.tasks import brief as briefs
from marketplace.tasks import notices, publishing
from marketplace.tasks.amounts import company_terms
from marketplace.tasks.moving import hold, set_columns
from payouts import hooks


@hooks.on("topup")
async def money_arrived(*, company: str, **_news: object) -> None:
    """Let a job look at the company's waiting tasks, once the money is committed."""
    await outbox.enqueue("tasks.publish_waiting", company=company)


@outbox.handles("tasks.publish_waiting")
async def publish_waiting(job: Job, company: str) -> None:
    """Publish what the company's balance now covers."""
    del job
    async with db.transaction(company=company):
        rows = await db.fetch(
            """select id from task where company_id = $1 and status = 'draft' and funding_wanted_at is not null
               order by funding_wanted_at, id""",
            UUID(company),
        )
    for row in rows:
        await _try(row["id"], UUID(company))


async def sweep() -> int:
    """Look at every company with waiting tasks; return how many there are."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select distinct company_id from task where status = 'draft' and funding_wanted_at is not null"
        )
        for row in rows:
            await outbox.enqueue("tasks.publish_waiting", company=str(row["company_id"]))
    return len(rows)


async def _try(task: UUID, company: UUID) -> None:
    async with db.transaction(company=company):
        row = await hold(task)
        if row["status"] != "draft" or row["funding_wanted_at"] is None:
            return
        try:
            async with db.transaction():
                await publishing.must_not_be_stopped(company)
                terms = await company_terms(company)
                await publishing.must_be_publishable(briefs.from_row(row), terms)
                done = await publishing.go_live(row, terms, by=SYSTEM)
        except Invalid:
            await _give_up(row)
            return
        except Failure:  # stopped for the moment: the wish stays, and the sweep comes again
            return
        if done.outcome is publishing.Outcome.PUBLISHED:
            await notices.tell_members([row["posted_by"]], "task.published", row)


async def _give_up(row: dict[str, object]) -> None:
    """End a wish that no longer holds (its dates have passed meanwhile), and say so."""
    task = UUID(str(row["id"]))
    await set_columns(task, funding_wanted_at=None)
    await activity.record("not_published", f"task:{task}", by=SYSTEM, company=UUID(str(row["company_id"])))
    await notices.tell_members([UUID(str(row["posted_by"]))], "task.not_published", row)
