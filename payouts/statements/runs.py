"""A month's work for a company in batches: a row with its cursor, committed with each batch; it can be stopped and goes on."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, NotFound

BATCH = 100


@dataclass(frozen=True, slots=True)
class Run:
    """Making or sending a company's statements of a month: how far it is."""

    id: UUID
    company: str
    month: date
    kind: str
    status: str
    cursor: str
    total: int
    done: int

    @property
    def owner(self) -> str:
        """The company as an owner of rows."""
        return f"company:{self.company}"


async def begin(company: str, month: date, kind: str, *, total: int, asked_by: str) -> Run:
    """Begin a run, or go on with the one of this month that was stopped or is over. Raises Conflict while it runs."""
    row = await db.fetchrow(
        """insert into statement_run (owner, month, kind, total_count, asked_by) values ($1, $2, $3, $4, $5)
           on conflict (owner, month, kind) do update set status = 'running', total_count = $4, asked_by = $5,
             finished_at = null, started_at = business_now(),
             done_count = case statement_run.status when 'stopped' then statement_run.done_count else 0 end,
             cursor = case statement_run.status when 'stopped' then statement_run.cursor else '' end
           where statement_run.status <> 'running' returning *""",
        f"company:{company}", month, kind, total, asked_by,
    )  # fmt: skip
    if row is None:
        raise Conflict(N_("This is under way already."))
    return _run(row)


async def hold(run: UUID) -> Run:
    """Lock a run until the transaction ends, so that one batch is done at a time. Raises NotFound."""
    row = await db.fetchrow("select * from statement_run where id = $1 for update", run)
    if row is None:
        raise NotFound
    return _run(row)


async def advance(run: Run, *, cursor: str, done: int) -> None:
    """Write down what a batch has done, in its transaction."""
    await db.execute(
        "update statement_run set cursor = $2, done_count = done_count + $3 where id = $1",
        run.id,
        cursor,
        done,
    )


async def finish(run: Run) -> None:
    """Close a run that has nothing left to do."""
    await db.execute(
        "update statement_run set status = 'done', finished_at = business_now() where id = $1 and status = 'running'",
        run.id,
    )


async def stop(company: str, month: date, kind: str) -> None:
    """Stop a run after its batch. Raises Conflict when it does not run."""
    sql = "update statement_run set status = 'stopped' where owner = $1 and month = $2 and kind = $3 and status = 'running'"
    if not await db.execute(sql, f"company:{company}", month, kind):
        raise Conflict(N_("This is not under way any more."))


async def of(company: str, month: date) -> dict[str, Run]:
    """Return the runs of a month by kind (make, send)."""
    rows = await db.fetch(
        "select * from statement_run where owner = $1 and month = $2", f"company:{company}", month
    )
    return {row["kind"]: _run(row) for row in rows}


async def under_way() -> list[Run]:
    """Return every run that is not over: the sweep asks for their next batches. Needs the operator's scope."""
    return [_run(row) for row in await db.fetch("select * from statement_run where status = 'running'")]


def _run(row: Any) -> Run:
    return Run(
        row["id"], row["owner"].partition(":")[2], row["month"], row["kind"], row["status"], row["cursor"],
        row["total_count"], row["done_count"],
    )  # fmt: skip
