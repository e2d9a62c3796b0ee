"""Background work as rows: written with the change that wants it, claimed with a lease and a fence, swept when lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db, doorbell

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 25

Handler = Callable[..., Awaitable[None]]
HANDLERS: dict[str, Handler] = {}
BATCHES: dict[str, int] = {}
"""How many jobs of a kind a handler takes at once; a kind that is not here comes one by one."""


class LostLease(Exception):
    """Another worker took the job over; whatever this one did in its transaction must not be kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row: the handler gets it with the row's args as keywords."""

    id: UUID
    kind: str
    args: dict[str, Any]
    fence: int
    attempts: int

    async def finish(self) -> None:
        """Mark the job done inside the caller's transaction, so that effect and mark are one; raises LostLease."""
        await finish_all([self])


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a coroutine function `handler(job, **args)` for a kind of job."""

    def register(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        return handler

    return register


def handles_many(kind: str, most: int) -> Callable[[Handler], Handler]:
    """Register a coroutine function `handler(jobs)` that takes up to `most` jobs of a kind together and finishes them.

    A batch that fails is put back, and its jobs come again one by one: one bad job does not hold the others up.
    """
    BATCHES[kind] = most
    return handles(kind)


async def enqueue(
    kind: str,
    /,
    *,
    queue: str = "work",
    dedupe: str | None = None,
    delay: timedelta | None = None,
    **args: Any,
) -> None:
    """Write a job in the running transaction; a second one with the same `dedupe` key is nothing."""
    await db.execute(
        "insert into outbox (queue, kind, args, dedupe, run_at) values ($1, $2, $3, $4, now() + $5) on conflict do nothing",
        queue,
        kind,
        args,
        dedupe,
        delay or timedelta(0),
    )
    if not delay:
        db.on_commit(lambda: doorbell.ring(queue))


async def enqueue_all(kind: str, each: Sequence[dict[str, Any]], *, queue: str = "work") -> None:
    """Write one job for each of these args in the running transaction, in their order and in one statement."""
    if not each:
        return
    await db.execute(
        """insert into outbox (queue, kind, args, run_at)
           select $1, $2, args, now() from jsonb_array_elements($3) with ordinality as job (args, number) order by number""",
        queue,
        kind,
        list(each),
    )
    db.on_commit(lambda: doorbell.ring(queue))


async def claim(queue: str) -> Job | None:
    """Take the next due job of a queue under a lease, or None."""
    row = await db.ask("select * from outbox_claim($1, $2)", queue, LEASE)
    return Job(**dict(row)) if row else None


async def work_one(queue: str) -> bool:
    """Claim and run one job, or one batch; False when none is due. A failure is tried again, more and more slowly."""
    job = await claim(queue)
    if job is None:
        return False
    most = BATCHES.get(job.kind)
    jobs = [job, *(await _claim_alike(queue, job, most - 1))] if most else [job]
    try:
        async with asyncio.timeout(LEASE.total_seconds() * 0.9):
            await (HANDLERS[job.kind](jobs) if most else HANDLERS[job.kind](job, **job.args))
    except LostLease:
        log.warning("job %s %s was taken over", job.kind, job.id)
    except Exception as error:
        log.exception("%s jobs %s, %s first, failed, attempt %s", len(jobs), job.kind, job.id, job.attempts)
        for failed in jobs:
            await _put_back(failed, error)
    else:
        if not most:
            await _mark_done(job)
    return True


_CLAIM_ALIKE = """
update outbox set lease_until = now() + $3, fence = fence + 1, attempts = attempts + 1
where id in (select id from outbox where queue = $1 and kind = $2 and done_at is null and dead_at is null
               and run_at <= now() and attempts = 0 and (lease_until is null or lease_until < now())
             order by run_at, id for update skip locked limit $4)
returning id, kind, args, fence, attempts
"""


async def _claim_alike(queue: str, job: Job, most: int) -> list[Job]:
    """Take fresh jobs of the same kind along; one that has failed before, in a batch perhaps, goes alone."""
    if job.attempts > 1:
        return []
    async with db.transaction(operator=True):
        return [Job(**dict(row)) for row in await db.fetch(_CLAIM_ALIKE, queue, job.kind, LEASE, most)]


async def finish_all(jobs: Sequence[Job]) -> None:
    """Mark jobs done inside the caller's transaction, as `Job.finish`; raises LostLease when one was taken over."""
    sql = """update outbox o set done_at = now(), lease_until = null from unnest($1::uuid[], $2::bigint[]) as held(id, fence)
             where o.id = held.id and o.fence = held.fence and o.done_at is null"""
    held = [job.id for job in jobs], [job.fence for job in jobs]
    async with db.transaction(operator=True):
        if await db.execute(sql, *held) != len(jobs):
            raise LostLease


async def _mark_done(job: Job) -> None:
    await db.ask("select outbox_done($1, $2)", job.id, job.fence)


async def _put_back(job: Job, error: BaseException) -> None:
    wait = timedelta(seconds=min(2**job.attempts, 900))
    async with db.transaction(operator=True):
        await db.execute(
            """update outbox set lease_until = null, run_at = now() + $3, last_error = $4,
                 dead_at = case when attempts >= $5 then now() end
               where id = $1 and fence = $2 and done_at is null""",
            job.id,
            job.fence,
            wait,
            f"{type(error).__name__}: {error}"[:2000],
            MOST_ATTEMPTS,
        )


async def sweep() -> int:
    """Ring for every queue with due work that nobody holds; return how many jobs wait. Rings at most every 3 seconds."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update outbox set rung_at = now()
               where id in (select id from outbox where done_at is null and dead_at is null and run_at <= now()
                              and (lease_until is null or lease_until < now())
                              and (rung_at is null or rung_at < now() - interval '3 seconds')
                            order by run_at for update skip locked limit 500)
               returning queue"""
        )
    for queue in {row["queue"] for row in rows}:
        doorbell.ring(queue)
    return len(rows)


async def forget_done(older_than: timedelta = timedelta(days=14)) -> int:
    """Delete finished rows that nobody will ask about any more."""
    async with db.transaction(operator=True):
        return await db.execute(
            "delete from outbox where id in (select id from outbox where done_at < now() - $1::interval limit 5000)",
            older_than,
        )
