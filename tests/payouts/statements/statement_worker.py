"""A worker of its own process that makes, sends or prints a month's statements; killed at ENISHI_CRASH_AT."""

import asyncio
import sys
from uuid import UUID

from marketplace.core import db, doorbell
from marketplace.funds import statement_jobs
from payouts.statements import making, papers, runs
from tests.factories.billing import know_buyers
from tests.factories.statements import know


async def main(database: str, run: str, kind: str) -> None:
    doorbell.use("")
    runs.BATCH = 3
    papers.AT_A_TIME = 6
    know_buyers()
    await db.DB.open(database, size=2)
    while await _batch(UUID(run), kind):
        pass
    await db.DB.close()


async def _batch(run: UUID, kind: str) -> bool:
    if kind == "make":
        return await making.make_batch(run, know=know)
    if kind == "send":
        return await statement_jobs.send_batch(run)
    return bool(await papers.make_missing())


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3]))
