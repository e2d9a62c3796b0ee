"""The past of the demo world: planted some weeks back, moved forward day by day, so that it ends now."""

import asyncio
import time
from datetime import timedelta
from enum import IntEnum
from urllib.error import URLError

from marketplace import clockwork, schedule, worker
from marketplace.core import clock, db
from marketplace.core.settings import settings
from payouts.sandbox.control import Control

PATIENCE = 60.0


class Day(IntEnum):
    """The days on which something happens, counted back from now."""

    OPENING = 20
    HANDING_IN = 12
    ARRIVING = 8
    SECOND_ROUND = 6
    SECOND_HANDING_IN = 2
    EVE = 1
    NOW = 0


async def begin() -> None:
    """Set the business clock back to the opening day; only a database without history may do that."""
    async with db.transaction(operator=True):
        await db.execute(
            """update business_clock set offset_seconds = -86400 * $1, moved_at = now()
               where offset_seconds = 0 and not exists (select from activity_event)""",
            int(Day.OPENING),
        )
    await clockwork.follow()


async def reach(day: Day) -> None:
    """Move the clock forward to a day, by single days where money or deadlines may wait; let all of it happen."""
    while (left := await _until(day)) > timedelta(0):
        await clockwork.advance(min(left, timedelta(days=1)))
        await settle()


async def end_day() -> None:
    """Let the sweeps of a day come by, and what they ask for happen."""
    await schedule.run_all()
    await settle()


async def _until(day: Day) -> timedelta:
    async with db.transaction(operator=True):
        return -await clock.offset() - timedelta(days=day)


async def settle() -> None:
    """Work until nothing waits here or at the sandbox. Raises RuntimeError naming what does not end."""
    ends = time.monotonic() + PATIENCE
    while True:
        await worker.run_until_idle()
        waiting = await _waiting()
        if not waiting:
            return
        if time.monotonic() > ends:
            raise RuntimeError(f"still waiting: {waiting}")
        await asyncio.sleep(0.05)


async def _waiting() -> dict[str, int]:
    """Count what is due: jobs (another worker may hold them), money operations, events, the sandbox's deliveries."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select
                 (select count(*) from outbox where done_at is null and dead_at is null and run_at <= now()) as jobs,
                 (select count(*) from money_op where state in ('pending', 'sending') and next_run_at <= business_now()) as operations,
                 (select count(*) from stripe_event where handled_at is null) as events"""
        )
    assert row is not None
    found = {**dict(row), "deliveries": await asyncio.to_thread(_deliveries)}
    return {name: count for name, count in found.items() if count}


def _deliveries() -> int:
    if not settings().sandbox or not settings().stripe_api_base:
        return 0
    try:
        return int(Control(settings().stripe_api_base).dump()["deliveries_waiting"])
    except URLError:
        return 0
