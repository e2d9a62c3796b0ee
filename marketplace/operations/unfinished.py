"""Work that is not finished yet, the oldest first: jobs, money operations, provider events, payouts that wait."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.core import db, doorbell
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound

PAGE = 50
_OLDEST = """
select what, name, count(*) as alike, max(now() - since) as age, (array_agg(reference order by since))[1] as reference from (
  select 'op' as what, kind as name, created_at as since, reference from money_op
    where state in ('pending', 'sending', 'unknown', 'needs_human')
  union all
  select 'event', kind, received_at, id from stripe_event where handled_at is null
  union all
  select case when dead_at is null then 'job' else 'dead' end, kind, created_at, id::text from outbox
    where done_at is null and (dead_at is not null or run_at <= now())
  union all
  select 'payout', status, coalesce(submitted_at, planned_at) - make_interval(secs => (select offset_seconds from business_clock)),
    'payout:' || id from payout
    where status in ('unknown', 'failed', 'returned') or (status = 'held' and hold_reason <> '')
) open group by what, name order by age desc limit $1
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One queue: how many jobs wait, run, wait for their next try or have died, and since when the oldest waits."""

    queue: str
    waiting: int
    running: int
    later: int
    dead: int
    oldest: datetime | None


_LOADS = """
select queue,
  count(*) filter (where dead_at is null and run_at <= now() and (lease_until is null or lease_until < now())) as waiting,
  count(*) filter (where dead_at is null and lease_until >= now()) as running,
  count(*) filter (where dead_at is null and run_at > now() and lease_until is null) as later,
  count(*) filter (where dead_at is not null) as dead,
  min(created_at) filter (where dead_at is null and run_at <= now()) as oldest
from outbox where done_at is null group by queue order by queue
"""
_JOBS = """
select id, queue, kind, args, created_at, run_at, attempts, last_error, dead_at, lease_until >= now() as running,
  count(*) over () as found
from outbox where done_at is null and ($1 = 'open' or dead_at is not null)
order by dead_at is null, created_at limit $2 offset $3
"""


async def oldest(most: int = 6, *, by: Actor) -> list[Any]:
    """Return unfinished work by kind, the oldest first: what (op, event, job, dead, payout), name, alike, age, reference."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return list(await db.fetch(_OLDEST, most))


async def loads(*, by: Actor) -> list[Load]:
    """Return the state of each queue that has unfinished jobs."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return [Load(**dict(row)) for row in await db.fetch(_LOADS)]


async def jobs(*, only_dead: bool, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of unfinished jobs, the dead ones first, and how many there are."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(_JOBS, "dead" if only_dead else "open", PAGE, (page - 1) * PAGE)
    return rows, rows[0]["found"] if rows else 0


async def revive(job: UUID, *, by: Actor) -> None:
    """Give a dead or waiting job its tries anew, from now. Raises NotFound, or Conflict when it is done or running."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        queue = await db.fetchval(
            """update outbox set dead_at = null, attempts = 0, run_at = now()
               where id = $1 and done_at is null and (lease_until is null or lease_until < now()) returning queue""",
            job,
        )
        if queue is not None:
            db.on_commit(lambda: doorbell.ring(queue))
            return
        if await db.fetchval("select true from outbox where id = $1", job):
            raise Conflict(N_("This job is running or done already."))
        raise NotFound


async def events(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of provider events that nobody has handled, and how many there are."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id, source, kind, account, object_id, received_at, outcome, count(*) over () as found
               from stripe_event where handled_at is null order by received_at limit $1 offset $2""",
            PAGE,
            (page - 1) * PAGE,
        )
    return rows, rows[0]["found"] if rows else 0


async def money_operations(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of movements that the provider has not confirmed, and how many there are."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id, kind, reference, state, runs, tries, last_error, created_at, next_run_at, count(*) over () as found
               from money_op where state in ('pending', 'sending', 'unknown', 'needs_human')
               order by created_at limit $1 offset $2""",
            PAGE,
            (page - 1) * PAGE,
        )
    return rows, rows[0]["found"] if rows else 0
