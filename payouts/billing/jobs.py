"""What runs in the background for invoices."""

from uuid import UUID

from marketplace.core import outbox
from marketplace.core.outbox import Job
from payouts.billing import invoices, presenting


@outbox.handles("billing.finalise")
async def finalise(job: Job) -> None:
    """Open drafts, this job's and others'; safe twice."""
    del job
    await invoices.finalise()


@outbox.handles("billing.present")
async def present(job: Job, *, invoices: list[str]) -> None:
    """Begin the provider's side of invoices; safe twice."""
    del job
    for invoice in invoices:
        await presenting.prepare(UUID(invoice))
