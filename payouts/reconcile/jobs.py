"""The background of reconciliation: steps of a run, as many as fit into a lease."""

import time
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import Unavailable
from marketplace.core.outbox import Job
from payouts.reconcile import runs

SECONDS = 20.0


@outbox.handles(runs.JOB)
async def work(job: Job, *, run: str) -> None:
    """Take steps of a run for a while, then ask for the next turn; whatever was kept stays kept."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        try:
            more = await runs.step(UUID(run))
        except Unavailable as unavailable:
            await runs.note_error(UUID(run), str(unavailable))
            raise
        if not more:
            return
    async with db.transaction(operator=True):
        await outbox.enqueue(runs.JOB, run=run)
        await job.finish()
