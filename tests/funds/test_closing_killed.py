"""A worker killed in the middle of a close: another one goes on, and everything has happened exactly once."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from marketplace.core import db, outbox
from marketplace.funds import archive, closing
from payouts import verify
from payouts.closing import runs
from payouts.crash import CLOSING
from tests.funds.conftest import House

pytestmark = pytest.mark.usefixtures("database")
ROOT = Path(__file__).parents[2]
KILLED = 137


async def worker(database: str, crash_at: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("close_worker.py")),
        database,
        env={**os.environ, "ENISHI_CRASH_AT": crash_at, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
    )
    return await asyncio.wait_for(process.wait(), 60)


@pytest.mark.parametrize("place", CLOSING)
async def test_a_worker_killed_at_a_named_place_leaves_a_close_that_goes_on_and_does_nothing_twice(
    place: str, ace: House, database_urls: dict[str, str]
):
    run = await closing.start(ace.month, "closed", by=ace.finance)

    ended = await worker(database_urls["worker"], place)
    async with db.transaction(operator=True):  # the dead one's lease ends
        await db.execute("update outbox set lease_until = null, run_at = now() where done_at is null")
    await runs.ring_again()
    await archive.ring_again()
    while await outbox.work_one("work"):
        pass

    assert ended == KILLED
    async with db.transaction(operator=True):
        found = await runs.find(run)
        verbs = [
            row["verb"]
            for row in await db.fetch("select verb from activity_event where verb like 'month.%' order by id")
        ]
        statements = await db.fetch("select owner, number, status from statement order by number")
        packages = await db.fetch("select version from closing_package where owner = $1", ace.ref)
        told = await db.fetchval("select count(*) from notification where kind = 'statement.sent'")
    assert (found.status, found.step) == ("done", "done")
    assert verbs == ["month.close_begun", "month.soft_closed", "month.closed"]
    assert [row["number"] for row in statements] == [1, 2, 3]
    assert {row["owner"] for row in statements} == {f"person:{person}" for person in ace.people}
    assert {row["status"] for row in statements} == {"sent"}
    assert len(packages) == 1
    assert told == 0  # these three have no account here to be told on
    assert not await verify.run()
