"""What runs in the background for payouts; `marketplace.schedule` names the sweeps, the money queue works the rest."""

from collections.abc import Sequence

from marketplace.core import outbox
from marketplace.core.outbox import Job
from payouts import events

MOST_EVENTS = 24  # three rounds of reads at once, within one lease


@outbox.handles("stripe.event")
async def handle_event(job: Job, *, event: str) -> None:
    """Handle one stored event; safe twice.

    An account is mirrored as it was read, and the last to write wins: a batch would hold older news back for longer.
    """
    await events.handle([event], job.finish)


@outbox.handles_many("stripe.payout", MOST_EVENTS)
async def handle_payouts(jobs: Sequence[Job]) -> None:
    """Handle stored events of payouts, which move forward only, and finish their jobs in the same transaction."""

    async def finish() -> None:
        await outbox.finish_all(jobs)

    await events.handle([job.args["event"] for job in jobs], finish)
