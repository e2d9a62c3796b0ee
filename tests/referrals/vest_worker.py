"""A worker of its own process: works the jobs of rewards and their sweep; killed at ENISHI_CRASH_AT."""

import asyncio
import sys

from marketplace import worker
from marketplace.core import db, doorbell
from marketplace.referrals import vest_due


async def main(database: str) -> None:
    doorbell.use("")
    await db.DB.open(database, size=2)
    while (await worker.drain_rows("money", 60))[0] + (await worker.drain_rows("work", 60))[0]:
        pass
    await vest_due.sweep()
    await db.DB.close()


asyncio.run(main(sys.argv[1]))
