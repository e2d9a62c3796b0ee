"""What runs in the background for payouts; `marketplace.schedule` names the sweeps, the money queue works the rest."""

from collections.abc import Sequence

from marketplace.core import outbox
from marketplace.core.outbox import Job
from payouts import events

MOST_EVENTS = 24  # three rounds of reads at once, within one lease


@outbox.handles_many("stripe.event", MOST_EVENTS)
async def handle_events(jobs: Sequence[Job]) -> None:
    """Handle stored events and finish their jobs in the same transaction."""

    async def finish() -> None:
        await outbox.finish_all(jobs)

    await events.handle([job.args["event"] for job in jobs], finish)
