"""A close in the background: one function for each step, each safe twice, each kept with the place where the run stands."""

import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import N_, Unavailable
from marketplace.core.outbox import Job
from marketplace.funds import archive, closing, closing_ledger, closing_notices, statement_jobs, statements
from payouts.closing import checklist, months, runs
from payouts.closing.runs import Run
from payouts.crash import crash_point
from payouts.reconcile import runs as reconcile_runs
from payouts.statements import answering, making, platform_invoices, queries
from payouts.statements import runs as statement_runs

SECONDS = 20.0
WAITS_FOR = N_("What this close waits for was stopped. Go on, and it goes on too.")
"""Shown where a close stands still because somebody stopped the statements or the reconciliation that it drives."""

FAILED = N_("A step has failed and is tried again by itself. If this stays, tell the operator.")
"""Shown while a step fails: the log says why."""


@outbox.handles(runs.JOB)
async def work(job: Job, *, run: str) -> None:
    """Take steps of a close for a while, then ask for the next turn; whatever was kept stays kept."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        try:
            more = await step(UUID(run))
        except Exception as error:
            await runs.note_error(UUID(run), str(error) if isinstance(error, Unavailable) else FAILED)
            raise
        if not more:
            return
    async with db.transaction(operator=True):
        await outbox.enqueue(runs.JOB, run=run)
        await job.finish()


async def step(number: UUID) -> bool:
    """Take the next step or batch of a close; False when there is none: it is over, was refused or stopped."""
    async with db.transaction(operator=True):
        run = await runs.find(number)
    if run.status != "running":
        return False
    await _STEPS[run.step](run)
    crash_point("closing.closed" if run.step == "close" else "closing.batched")
    return True


async def _make(run: Run) -> None:
    """Make the next batch of statements, in one transaction with the close's own progress."""
    async with db.transaction(operator=True):
        if not await runs.hold(run):
            return
        tie = await queries.tie(run.company, run.month)
        work = (await statement_runs.of(run.company, run.month)).get("make")
        again = work is None or (work.status == "done" and tie.unstated)
        if again and (total := await making.count_payees(run.company, run.month)):
            work = await statement_runs.begin(
                run.company, run.month, "make", total=total, asked_by=run.asked_by
            )
        await _drive(run, work, _make_batch)


async def _send(run: Run) -> None:
    """Send the next batch of statements."""
    async with db.transaction(operator=True):
        if not await runs.hold(run):
            return
        unsent = await answering.count_unsent(run.company, run.month)
        work = (await statement_runs.of(run.company, run.month)).get("send")
        if unsent and (work is None or work.status == "done"):
            work = await statement_runs.begin(
                run.company, run.month, "send", total=unsent, asked_by=run.asked_by
            )
        await _drive(run, work, statement_jobs.send_batch)


async def _make_batch(work: UUID) -> bool:
    async with months.with_reason("the month is being closed"):
        return await making.make_batch(work, know=statements.know)


Batch = Callable[[UUID], Awaitable[bool]]


async def _drive(run: Run, work: statement_runs.Run | None, batch: Batch) -> None:
    """Do one batch of a run of statements, and go on when nothing is left of it; a stop of it stops the close."""
    if work is None or work.status == "done":
        await runs.turn(run)
    elif work.status == "stopped":
        await runs.halt(run, WAITS_FOR)
    elif await batch(work.id):
        now = await statement_runs.hold(work.id)
        await runs.show(run, done=now.done, total=now.total)
        crash_point("closing.batching")


async def _reconcile(run: Run) -> None:
    """Drive the reconciliation that looks behind the end of the month: the one under way, or one of our own."""
    async with db.transaction(operator=True):
        if not await runs.hold(run):
            return
        if await closing_ledger.reconciled_after(run.month) is not None:
            await runs.turn(run)
            return
        live = await db.fetchrow("select * from reconcile_run where status <> 'done'")
        if live is None:
            await reconcile_runs.start(by=run.asked_by, name=run.asked_name)
            return
        if live["status"] == "stopped":
            await runs.halt(run, WAITS_FOR)
            return
        await runs.show(run, done=live["accounts_done"], total=live["account_count"])
    await reconcile_runs.step(live["id"])  # it asks the provider: no transaction of ours is open


async def _invoice(run: Run) -> None:
    """Make the operator's invoices for platform fees that are missing: of the company, or of every company."""
    if run.owner:
        await platform_invoices.make(run.company, run.month)
    else:
        await platform_invoices.make_month(run.month)
    async with db.transaction(operator=True):
        await runs.turn(run)


async def _soft(run: Run) -> None:
    async with db.transaction(operator=True):
        if not await runs.hold(run):
            return
        if await months.soft_close(run.owner, run.month, by=run.asked_name):
            await closing.note("month.soft_closed", run)
        await runs.turn(run)
        crash_point("closing.softly")


async def _close(run: Run) -> None:
    """Look for the last time and close, while nobody can write into the month; refused is refused as a whole."""
    async with db.transaction(operator=True):
        if not await runs.hold(run):
            return
        await months.hold(run.owner, run.month)
        await months.shut(run.month)
        found = await closing.items(run.owner, run.month)
        if refused := checklist.refused(found, reason=run.reason):
            await runs.refuse(run, refused)
            await closing.note("month.close_refused", run, points=refused)
            await closing_notices.tell(
                "closing.refused", run.owner, run.month, count=len(refused), again=str(run.id)
            )
            return
        over = [item.key for item in checklist.warnings(found)]
        closed = await months.close(run.owner, run.month, by=run.asked_name, over=run.reason if over else "")
        await closing.note("month.closed", run, version=closed.version, over=over, reason=run.reason)
        await closing_notices.tell("closing.closed", run.owner, run.month)
        await archive.start(run.owner, run.month, closed.version)
        await runs.turn(run)
        crash_point("closing.closing")


Step = Callable[[Run], Awaitable[None]]
_STEPS: dict[str, Step] = {
    "reconcile": _reconcile,
    "make": _make,
    "send": _send,
    "invoice": _invoice,
    "soft": _soft,
    "close": _close,
}
