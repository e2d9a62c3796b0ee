"""What had vested when a guarantee fails: netted from later rewards only, never from fees for work."""

from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.money import Money
from marketplace.notifications.actions import notify
from marketplace.referrals import vest_notices
from payouts import bounties
from payouts.crash import crash_point


async def order(claim: UUID) -> None:
    """Queue the claw-back of what has vested of a claim's reward, in the running transaction."""
    await outbox.enqueue(
        "referrals.claw_back", queue="money", dedupe=f"referrals.claw_back:{claim}", claim=str(claim)
    )


@outbox.handles("referrals.claw_back")
async def claw_back(job: outbox.Job, claim: str) -> None:
    """Ask every vested part of a failed claim back, and tell the referrer how. Safe twice."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update tranche t set status = 'clawed_back' from claim c join bounty b on b.id = c.bounty_id
               where t.claim_id = $1 and c.id = t.claim_id and c.status = 'failed_guarantee' and t.status = 'vested'
               returning t.*, c.candidate_name, b.title""",
            UUID(claim),
        )
        for row in rows:
            amount = Money(row["amount"], row["currency"])
            await bounties.claw_back(
                str(row["person_id"]), str(row["company_id"]), tranche=str(row["id"]), amount=amount
            )
            await notify(
                vest_notices.CLAWED_BACK,
                person=row["person_id"],
                company=row["company_id"],
                path=f"/referrals/{claim}",
                dedupe=f"tranche:{row['id']}:clawed_back",
                title=row["title"],
                candidate=row["candidate_name"],
                amount=amount,
            )
        await job.finish()
        crash_point("claw_back.committing")
    crash_point("claw_back.committed")
