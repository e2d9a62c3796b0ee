"""Events that only repeat an answer of ours: a movement that we asked for was made.

What becomes of it comes with other events, and `events.watch_payouts` asks for it besides. So an echo is no job: once
event and recorded answer are both committed, the later of the two closes it. One that stays open is the only news of its
movement, for its worker died before it recorded the answer.
"""

from collections.abc import Sequence
from datetime import timedelta

from marketplace.core import db, outbox

KINDS = ("transfer.created", "payout.created", "payout.updated")
PATIENCE = timedelta(minutes=1)


async def close(made: Sequence[str]) -> None:
    """Close the echoes of movements whose answers are recorded; opens its own transaction.

    Asked for after the commit of the event and after that of the answer: whichever is later sees both.
    """
    async with db.transaction(operator=True):
        await db.execute(
            """update stripe_event e set handled_at = now(), outcome = 'ignored'
               where handled_at is null and object_id = any($1::text[]) and kind = any($2::text[])
                 and exists (select from money_op m where m.provider_id = e.object_id and m.state = 'succeeded')""",
            made,
            KINDS,
        )


async def hear() -> int:
    """The sweep: queue the echoes that nobody has closed for a while; return how many were open."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id, kind from stripe_event where handled_at is null and kind = any($1::text[])
                 and received_at < now() - $2::interval order by received_at limit 500""",
            KINDS,
            PATIENCE,
        )
        for row in rows:
            await queue(row["id"], row["kind"])
    return len(rows)


async def queue(event: str, kind: str) -> None:
    """Queue the handling of a stored event in the running transaction; once, whoever asks how often."""
    job = "stripe.payout" if kind.startswith("payout.") else "stripe.event"
    await outbox.enqueue(job, queue="money", dedupe=f"stripe.event:{event}", event=event)
