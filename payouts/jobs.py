"""What runs in the background for payouts; `marketplace.schedule` names the sweeps, the money queue works the rest."""

from marketplace.core import outbox
from marketplace.core.outbox import Job
from payouts import events


@outbox.handles("stripe.event")
async def handle_event(job: Job, *, event: str) -> None:
    """Handle one stored event; safe twice."""
    del job
    await events.handle(event)
