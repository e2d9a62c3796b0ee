"""What returns when a success falls through, and what is given up when it does not: one credit note for each invoice."""

from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify
from marketplace.referrals import vest_notices, vesting
from marketplace.referrals.moves import move
from payouts import bounties
from payouts.billing import credit_notes, invoices

GRACE_DAYS = 7
"""For so long after the guarantee a company may still record that somebody left within it."""

AT_ONCE = 200


@outbox.handles("referrals.refund")
async def refund(job: Job, *, claim: str) -> None:
    """Give back what the refund table says and what has not vested; claw back what has. Safe twice."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select f.*, c.candidate_name, b.title from claim_failure f join claim c on c.id = f.claim_id
               join bounty b on b.id = c.bounty_id where f.claim_id = $1""",
            UUID(claim),
        )
        if row is not None:
            await _credit(row["claim_id"], refund_bp=row["refund_bp"], reason="guarantee failed")
            await _claw_back(row)
        await job.finish()


async def finish() -> int:
    """End every claim whose guarantee is over and whose reward has vested or come to nothing (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select c.id from claim c join claim_success s on s.claim_id = c.id
               where c.status in ('succeeded', 'guarantee') and s.guarantee_until + $2 < business_today()
                 and not exists (select from tranche t where t.claim_id = c.id and t.status in ('unvested', 'held'))
               order by c.id limit $1 for update of c skip locked""",
            AT_ONCE,
            GRACE_DAYS,
        )
        for row in rows:
            await _credit(row["id"], refund_bp=0, reason="reward withheld")
            await move(row["id"], "vest", by=SYSTEM)
    return len(rows)


@outbox.handles("referrals.invoice_ended")
async def unfunded(job: Job, *, reference: str) -> None:
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


async def _credit(claim: UUID, *, refund_bp: int, reason: str) -> None:
    """Issue the credit note of a claim's invoice for a share of the fee and for what was given up of the reward."""
    invoice = await invoices.of(f"claim:{claim}")
    if invoice is None:
        return
    if invoice["status"] == "draft":
        raise Conflict(N_("The invoice is being made out. Please try again in a moment."))  # the job comes again
    given_up = Money(
        await db.fetchval(
            "select coalesce(sum(amount), 0)::bigint from tranche where claim_id = $1 and status = 'failed'",
            claim,
        ),
        invoice["currency"],
    )
    fee = Money(invoice["fee_amount"], invoice["currency"])
    if invoice["status"] not in credit_notes.CREDITABLE or not (fee.share(refund_bp) or given_up):
        return
    await credit_notes.issue(invoice["id"], refund_bp=refund_bp, bounty_back=given_up, reason=reason)


async def _claw_back(failure: Any) -> None:
    rows = await db.fetch(
        """update tranche set status = 'clawed_back' where claim_id = $1 and status = 'vested' returning *""",
        failure["claim_id"],
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
            path=f"/referrals/{row['claim_id']}",
            dedupe=f"tranche:{row['id']}:clawed_back",
            title=failure["title"],
            candidate=failure["candidate_name"],
            amount=amount,
        )
