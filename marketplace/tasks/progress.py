"""What the clock does to tasks: an offer ends, work starts, is complete, and the task is closed."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import Conflict
from marketplace.tasks import notices
from marketplace.tasks.cancelling import give_up_open_seats, say_expired
from marketplace.tasks.concluding import TAKES_TIME, turn_away
from marketplace.tasks.moving import hold, move

MOST_AT_ONCE = 200

_EXPIRING = (
    "select id, company_id from task where status in ('published', 'paused') and expires_at <= business_now()"
)
_STARTING = """select id, company_id from task where status = 'filled'
  and coalesce(window_starts_at, starts_on::timestamp at time zone 'Asia/Tokyo', business_now()) <= business_now()"""
_COMPLETE = f"""select t.id, t.company_id from task t where t.status = 'running' and not exists (
  select from contract c where c.task_id = t.id and c.status in ({", ".join(f"'{state}'" for state in TAKES_TIME)}))"""
_CLOSING = """select t.id, t.company_id from task t where t.status = 'completed' and not exists (
  select from contract c where c.task_id = t.id and c.status not in ('paid', 'resolved', 'cancelled'))"""


async def expire() -> int:
    """End offers whose time has come: with people on board the task is partly filled, else it expires."""
    return await _each(_EXPIRING, _expire_one)


async def start() -> int:
    """Call filled tasks running whose work may begin."""
    return await _each(_STARTING, _start_one)


async def complete() -> int:
    """Call running tasks complete whose every contract is approved or has ended."""
    return await _each(_COMPLETE, _complete_one)


async def close() -> int:
    """Close complete tasks whose every contract is paid or has ended, and release what none of them holds."""
    return await _each(_CLOSING, _close_one)


async def sweep() -> int:
    """Run all of them in the order of a task's life; return how many tasks moved."""
    return sum([await step() for step in (expire, start, complete, close)])


async def _each(sql: str, step: Callable[[dict[str, Any]], Awaitable[None]]) -> int:
    async with db.transaction(operator=True):
        due = await db.fetch(f"{sql} order by id limit {MOST_AT_ONCE}")
    moved = 0
    for item in due:
        moved += await _one(item["id"], item["company_id"], step)
    return moved


async def _one(task: UUID, company: UUID, step: Callable[[dict[str, Any]], Awaitable[None]]) -> int:
    async with db.transaction(company=company):
        row = await hold(task)
        try:
            async with db.transaction():
                await step(row)
        except Conflict:  # somebody moved it since we looked
            return 0
    return 1


async def _expire_one(row: dict[str, Any]) -> None:
    taken = await db.fetchval(
        "select exists (select from seat where task_id = $1 and status = 'taken')", row["id"]
    )
    if not await db.fetchval("select expires_at <= business_now() from task where id = $1", row["id"]):
        raise Conflict("")
    await move(row["id"], "fill_partly" if taken else "expire", next_wave_at=None)
    await give_up_open_seats(row, reason="expired")
    await activity.record(
        "filled_partly" if taken else "expired", f"task:{row['id']}", by=SYSTEM, company=row["company_id"]
    )
    if taken:
        await turn_away(row, "task.expired_invited", "task.expired_invited")
        await notices.tell_members([row["posted_by"]], "task.filled_partly", row)
    else:
        await say_expired(row)


async def _start_one(row: dict[str, Any]) -> None:
    await move(row["id"], "start")
    await activity.record("started", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])


async def _complete_one(row: dict[str, Any]) -> None:
    await move(row["id"], "complete")
    await activity.record("completed", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])


async def _close_one(row: dict[str, Any]) -> None:
    await move(row["id"], "close")
    await give_up_open_seats(row, reason="closed")
    await activity.record("closed", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])
