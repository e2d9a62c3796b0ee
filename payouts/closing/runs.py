"""A close in steps: the step at which a run stands is committed with what the step did, so that a stop loses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import N_, Conflict, NotFound

JOB = "closing.step"
COMPANY_STEPS = ("make", "send", "invoice", "soft", "close")
LEDGER_STEPS = ("reconcile", "invoice", "soft", "close")


@dataclass(frozen=True, slots=True)
class Run:
    """One close: of which month, up to where (`soft_closed` or `closed`), and how far it is."""

    id: UUID
    owner: str
    month: date
    target: str
    status: str
    step: str
    total: int
    done: int
    refused: Sequence[str]
    reason: str
    last_error: str
    asked_by: str
    asked_name: str
    started_at: datetime
    finished_at: datetime | None

    @property
    def company(self) -> str:
        """The company's id; empty for the ledger."""
        return self.owner.partition(":")[2]

    @property
    def steps(self) -> tuple[str, ...]:
        """What it goes through, in order."""
        steps = steps_of(self.owner)
        return steps if self.target == "closed" else steps[:-1]

    @property
    def after(self) -> str:
        """The step behind the one at which it stands; `done` behind the last."""
        steps = self.steps
        at = steps.index(self.step) + 1
        return steps[at] if at < len(steps) else "done"


def steps_of(owner: str) -> tuple[str, ...]:
    """Return the steps of a close of the ledger's month or of a company's."""
    return COMPANY_STEPS if owner else LEDGER_STEPS


async def begin(owner: str, month: date, target: str, *, reason: str, ref: str, name: str) -> UUID:
    """Begin a close. Raises Conflict while one is under way or was stopped half-way."""
    run: UUID | None = await db.fetchval(
        """insert into closing_run (owner, month, target, step, reason, asked_by, asked_name)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id""",
        *(owner, month, target, steps_of(owner)[0], reason, ref, name),
    )
    if run is None:
        raise Conflict(N_("This month is being closed already."))
    await outbox.enqueue(JOB, run=str(run))
    return run


async def find(run: UUID) -> Run:
    """Return a run. Raises NotFound."""
    return _run(await db.fetchrow("select * from closing_run where id = $1", run))


async def hold(run: Run) -> bool:
    """Lock a run until the transaction ends; False when it has moved on meanwhile, or was stopped."""
    sql = "select true from closing_run where id = $1 and status = 'running' and step = $2 for update"
    return bool(await db.fetchval(sql, run.id, run.step))


async def show(run: Run, *, done: int, total: int) -> None:
    """Write down how far a step has come."""
    sql = "update closing_run set done_count = $2, total_count = $3, last_error = '' where id = $1"
    await db.execute(sql, run.id, done, total)


async def turn(run: Run) -> None:
    """Go on to the next step, if the run still stands where this one began; the last one is its end."""
    await db.execute(
        """update closing_run set step = $3, done_count = 0, total_count = 0, last_error = '',
             status = case when $3 = 'done' then 'done' else status end,
             finished_at = case when $3 = 'done' then business_now() end
           where id = $1 and step = $2 and status = 'running'""",
        *(run.id, run.step, run.after),
    )


async def refuse(run: Run, keys: Sequence[str]) -> None:
    """End a run whose checks do not let the month be closed."""
    sql = (
        "update closing_run set status = 'refused', refused = $2, finished_at = business_now() where id = $1"
    )
    await db.execute(sql, run.id, list(keys))


async def note_error(run: UUID, error: str) -> None:
    """Show why a run stands still; its job tries again by itself."""
    async with db.transaction(operator=True):
        await db.execute("update closing_run set last_error = $2 where id = $1", run, error[:500])


async def halt(run: Run, error: str) -> None:
    """Stop a run because what it waits for was stopped by somebody."""
    sql = "update closing_run set status = 'stopped', last_error = $2 where id = $1 and status = 'running'"
    await db.execute(sql, run.id, error)


async def stop(owner: str, month: date) -> Run:
    """Let a run stop behind its batch; return it. Raises Conflict when none runs."""
    return await _set(owner, month, "running", "stopped", N_("Nothing is being closed here any more."))


async def resume(owner: str, month: date) -> Run:
    """Go on where a run was stopped; return it. Raises Conflict when none was."""
    found = await _set(owner, month, "stopped", "running", N_("This close was not stopped."))
    await outbox.enqueue(JOB, run=str(found.id))
    return found


async def last(owner: str, month: date) -> Run | None:
    """Return the newest run of a month, or None."""
    sql = "select * from closing_run where owner = $1 and month = $2 order by id desc limit 1"
    row = await db.fetchrow(sql, owner, month)
    return _run(row) if row else None


async def history(owner: str, month: date) -> list[Run]:
    """Return the last runs of a month, the newest first."""
    sql = "select * from closing_run where owner = $1 and month = $2 order by id desc limit 20"
    return [_run(row) for row in await db.fetch(sql, owner, month)]


async def ring_again() -> int:
    """The sweep behind lost jobs: ring for every run that nobody works on; return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select r.id from closing_run r where r.status = 'running' and not exists (select from outbox o
                 where o.kind = $1 and o.args ->> 'run' = r.id::text and o.done_at is null and o.dead_at is null)""",
            JOB,
        )
        for row in rows:
            await outbox.enqueue(JOB, run=str(row["id"]))
    return len(rows)


async def _set(owner: str, month: date, old: str, new: str, otherwise: str) -> Run:
    row = await db.fetchrow(
        """update closing_run set status = $4, last_error = '' where owner = $1 and month = $2 and status = $3 returning *""",
        *(owner, month, old, new),
    )
    if row is None:
        raise Conflict(otherwise)
    return _run(row)


def _run(row: Any) -> Run:
    if row is None:
        raise NotFound
    return Run(
        row["id"], row["owner"], row["month"], row["target"], row["status"], row["step"], row["total_count"],
        row["done_count"], tuple(row["refused"]), row["reason"], row["last_error"], row["asked_by"], row["asked_name"],
        row["started_at"], row["finished_at"],
    )  # fmt: skip
