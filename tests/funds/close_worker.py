"""A worker of its own process that works the jobs of a close; killed at ENISHI_CRASH_AT."""

import asyncio
import sys

from marketplace import schedule
from marketplace.core import db, doorbell, outbox
from payouts.statements import runs

assert schedule.SWEEPS  # its imports register the jobs


async def main(database: str) -> None:
    doorbell.use("")
    runs.BATCH = 1  # so that there is a middle to be killed in
    await db.DB.open(database, size=4)
    while await outbox.work_one("work"):
        pass
    await db.DB.close()


asyncio.run(main(sys.argv[1]))
