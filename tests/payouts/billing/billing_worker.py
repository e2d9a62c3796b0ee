"""A worker of its own process: takes in webhooks, opens drafts, credits a paid invoice, works the money queue."""

import asyncio
import base64
import json
import sys
from pathlib import Path

from marketplace.core import db, doorbell, outbox
from marketplace.core.money import yen
from marketplace.core.settings import SANDBOX_KEY
from payouts import events, gateway, operations
from payouts import jobs as payout_jobs  # noqa: F401 - handles the provider's events
from payouts.billing import credit_notes, invoices
from payouts.billing import jobs as billing_jobs  # noqa: F401 - opens and presents invoices
from payouts.gateway import webhooks
from payouts.gateway.stripe_gateway import StripeGateway
from tests.factories.billing import know_buyers


async def main(database: str, sandbox: str, letters: Path) -> None:
    doorbell.use("")
    know_buyers()
    await db.DB.open(database, size=2)
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=sandbox))
    for source, body, signature in json.loads(letters.read_text()):
        await events.store(source, webhooks.read(source, base64.b64decode(body), signature))
    await invoices.finalise_all()
    await _drain()
    async with db.transaction(operator=True):
        paid = await db.fetchval("select id from invoice where status = 'paid'")
        if paid is not None:
            await credit_notes.issue(paid, refund_bp=5000, bounty_back=yen(100_000), reason="left early")
    await _drain()
    await db.DB.close()


async def _drain() -> None:
    while await outbox.work_one("money") or await operations.drain_money():
        pass


asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
