"""A worker of its own process that takes the steps of a reconciliation; killed at ENISHI_CRASH_AT."""

import asyncio
import sys
from uuid import UUID

from marketplace.core import db, doorbell
from marketplace.core.settings import SANDBOX_KEY
from payouts import gateway
from payouts.gateway import stripe_gateway
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.reconcile import runs


async def main(database: str, sandbox: str, run: str) -> None:
    doorbell.use("")
    stripe_gateway._LISTED = 20
    runs.BATCH = 25
    await db.DB.open(database, size=2)
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=sandbox))
    while await runs.step(UUID(run)):
        pass
    await db.DB.close()


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3]))
