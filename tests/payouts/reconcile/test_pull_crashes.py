"""A worker killed in the middle of a long reconciliation: the next one goes on, nothing is lost, nothing is there twice."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from marketplace.core import db
from payouts.crash import RECONCILIATION
from payouts.gateway import stripe_gateway
from payouts.reconcile import runs
from tests.payouts.reconcile.conftest import World, breaks

ROOT = Path(__file__).parents[3]
KILLED = 137
FEES = 130
"""Movements that nobody has booked, over seven pages; each is a break."""


async def _started(world: World) -> UUID:
    """Let the provider list many fees; begin a run and read its first page, which is kept."""
    like = world.listed("payment")[0]
    with world.store.lock:
        for _ in range(FEES):
            world.invent(like, type="stripe_fee", reporting_category="fee", amount=-1, fee=0, source=None)
    async with db.transaction(operator=True):
        run = await runs.start()
    await runs.step(run)
    return run


async def _worker(
    world: World, database: str, run: UUID, *, crash_at: str = ""
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("pull_worker.py")),
        database,
        world.provider.server.url,
        str(run),
        env={**os.environ, "ENISHI_CRASH_AT": crash_at, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
    )


async def _row(run: UUID) -> dict[str, Any]:
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from reconcile_run where id = $1", run))


async def _is_whole(world: World, run: UUID) -> None:
    """Check that a run is over and counted each movement, match and break once."""
    done = await _row(run)
    listed = world.store.rows("select count(*) from balance_transaction")[0][0]
    async with db.transaction(operator=True):
        kept = await db.fetchval("select count(*) from balance_transaction")
        matched = await db.fetchval("select count(*) from balance_match")
        opened = await db.fetchval("select count(*) from reconcile_note where kind = 'opened'")
    live = await breaks()
    assert done["status"] == "done"
    assert done["seen_count"] == done["new_count"] == kept == listed
    assert done["matched_count"] == matched
    assert (
        done["opened_count"] == opened == len(live) == FEES + 1
    )  # and the balance, which invented fees do not change
    assert len({row["subject"] for row in live}) == FEES + 1


@pytest.mark.parametrize("place", RECONCILIATION)
async def test_a_worker_killed_at_a_named_place_of_a_pull_is_followed_by_one_that_ends_it(
    place: str, world: World, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    run = await _started(world)

    killed = await (await _worker(world, database_urls["worker"], run, crash_at=place)).wait()
    between = await _row(run)
    ended = await (await _worker(world, database_urls["worker"], run)).wait()

    assert (killed, ended) == (KILLED, 0)
    assert between["status"] == "running"
    await _is_whole(world, run)


async def test_a_worker_that_is_killed_from_outside_again_and_again_loses_and_doubles_nothing(
    world: World, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    run = await _started(world)
    exits = []

    for turn in range(40):
        before = (await _row(run))["moved_at"]
        process = await _worker(world, database_urls["worker"], run)
        for _ in range(2_000):
            if process.returncode is not None or (await _row(run))["moved_at"] != before:
                break
            await asyncio.sleep(0.02 + 0.005 * (turn % 4))
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        exits.append(await process.wait())
        if (await _row(run))["status"] == "done":
            break

    assert -signal.SIGKILL in exits
    await _is_whole(world, run)
