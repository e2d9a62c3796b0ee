"""A worker of its own process: takes in webhooks, runs the sweep, works the money queue; killed at ENISHI_CRASH_AT."""

import asyncio
import base64
import json
import sys
from pathlib import Path

from marketplace.core import db, doorbell, outbox
from marketplace.core.settings import SANDBOX_KEY
from payouts import events, gateway, operations, planning
from payouts import jobs as payout_jobs  # noqa: F401 - handles the provider's events
from payouts.gateway import webhooks
from payouts.gateway.stripe_gateway import StripeGateway


async def main(database: str, sandbox: str, letters: Path) -> None:
    doorbell.use("")
    await db.DB.open(database, size=2)
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=sandbox))
    for source, body, signature in json.loads(letters.read_text()):
        await events.store(source, webhooks.read(source, base64.b64decode(body), signature))
    await planning.pay()
    while await outbox.work_one("money") or await operations.drain_money():
        pass
    await db.DB.close()


asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
