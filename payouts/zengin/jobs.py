"""The background of bank transfer files: results are applied batch by batch."""

import time
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.outbox import Job
from payouts.zengin import applying

SECONDS = 20.0


@outbox.handles(applying.JOB)
async def apply(job: Job, *, result: str) -> None:
    """Apply batches of a result for a while, then ask for the next turn; what was kept stays kept."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        if not await applying.step(UUID(result)):
            return
    async with db.transaction(operator=True):
        await outbox.enqueue(applying.JOB, result=result)
        await job.finish()
