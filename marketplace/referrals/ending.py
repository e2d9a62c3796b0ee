"""How a success ends: its guarantee is over and its reward has vested or come to nothing, or its invoice was never paid."""

from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.notifications.actions import notify
from marketplace.referrals import charges, vest_notices, vesting
from marketplace.referrals.lifecycle import Claim
from marketplace.referrals.moves import move

GRACE_DAYS = 7
"""For so long after the guarantee a company may still record that somebody left within it."""

AT_ONCE = 200
WITHHELD = "reward_withheld"


async def finish() -> int:
    """End every claim whose guarantee is over and of whose reward nothing waits any more (a sweep); return how many.

    What was given up of a reward – a hold that was upheld – returns to the company now.
    """
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select c.id from claim c join claim_success s on s.claim_id = c.id
               where c.status in ('succeeded', 'guarantee') and s.guarantee_until + $2::integer < business_today()
                 and not exists (select from tranche t where t.claim_id = c.id and t.status in ('unvested', 'held'))
               order by c.id limit $1 for update of c skip locked""",
            AT_ONCE,
            GRACE_DAYS,
        )
        for row in rows:
            if await _upheld(row["id"]) and await vesting.given_up(row["id"]):
                await charges.give_back(row["id"], 0, WITHHELD)
            await move(row["id"], "vest", by=SYSTEM)
    return len(rows)


@outbox.handles("referrals.invoice_ended")
async def unfunded(job: outbox.Job, *, reference: str) -> None:
    """An invoice has ended unpaid: what has not vested comes to nothing, and the referrer is told why. Safe twice."""
    claim = UUID(reference.removeprefix("claim:"))
    async with db.transaction(operator=True):
        given_up = await vesting.void(claim)
        row = await db.fetchrow(
            "select c.*, b.title from claim c join bounty b on b.id = c.bounty_id where c.id = $1", claim
        )
        if given_up and row is not None and row["status"] != "failed_guarantee":
            await notify(
                vest_notices.UNFUNDED,
                person=row["person_id"],
                company=row["company_id"],
                path=f"/referrals/{claim}",
                dedupe=f"claim:{claim}:unfunded",
                title=row["title"],
            )
        await job.finish()


async def paid_after_all(claim: UUID) -> None:
    """Go on with what an unpaid invoice had ended, in the running transaction; after any other payment nothing changes.

    The reward waits for its days again, also after the guarantee. What failed or was withheld meanwhile goes back now.
    """
    row = await db.fetchrow(
        """select c.status, f.refund_bp, f.cause from claim c left join claim_failure f on f.claim_id = c.id
           where c.id = $1 for update of c""",
        claim,
    )
    if row is None:
        return
    if row["cause"]:
        await charges.give_back(claim, row["refund_bp"], row["cause"], once=":paid")
    elif not await _upheld(claim):
        await vesting.revive(claim)
    elif row["status"] == Claim.VESTED:
        await charges.give_back(claim, 0, WITHHELD, once=":paid")


async def _upheld(claim: UUID) -> bool:
    return bool(
        await db.fetchval(
            "select exists (select from claim_flag where claim_id = $1 and status = 'upheld')", claim
        )
    )
