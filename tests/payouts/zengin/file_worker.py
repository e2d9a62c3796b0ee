"""A process of its own that makes, downloads or settles a transfer file; killed at ENISHI_CRASH_AT."""

import asyncio
import sys
from uuid import UUID

from marketplace.core import db, doorbell
from payouts.zengin import applying
from tests.factories import zengin


async def main(database: str, place: str, thing: str) -> None:
    doorbell.use("")
    await db.DB.open(database, size=2)
    if place == "transfer_file.making":
        await zengin.made()
    elif place == "transfer_file.downloading":
        await zengin.download(UUID(thing))
    else:
        await applying.step(UUID(thing))
    await db.DB.close()


asyncio.run(main(*sys.argv[1:4]))
