"""What a success costs the company: its invoice, and the credit note when the guarantee fails."""

from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.dated import in_force
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from marketplace.referrals import reasons, vesting
from payouts.billing import credit_notes, invoices
from payouts.crash import crash_point
from payouts.tax import CONSUMPTION_TAX_RATES


async def bill(success: Any, *, title: str, days_until_due: int) -> None:
    """Draft the invoice of a success in the running transaction; nothing to ask for makes none.

    The tax on the fee is that of the day of the success, whatever it is when the invoice is issued.
    """
    fee = Money(success["fee_amount"], success["currency"])
    reward = Money(success["reward_amount"], success["currency"])
    if not fee and not reward:
        return
    rate = in_force(CONSUMPTION_TAX_RATES, success["happened_on"])
    if rate is None:
        raise Conflict(N_("No rate of consumption tax is known for this day."))
    invoice = await invoices.draft(
        company=str(success["company_id"]),
        payee=str(success["person_id"]),
        reference=f"claim:{success['claim_id']}",
        title=title,
        success_on=success["happened_on"],
        fee=fee,
        tax_bp=rate.standard,
        bounty=reward,
        days_until_due=days_until_due,
    )
    await db.execute(
        "update claim_success set invoice_id = $2 where claim_id = $1", success["claim_id"], invoice
    )


async def give_back(claim: UUID, refund_bp: int, cause: str, *, once: str = "") -> None:
    """Queue the one credit note of a claim: a share of the fee, and what was given up of the reward.

    `once` names another occasion to look at it, when the first found an invoice that asked for nothing.
    """
    await outbox.enqueue(
        "referrals.give_back",
        queue="money",
        dedupe=f"referrals.give_back:{claim}{once}",
        claim=str(claim),
        refund_bp=refund_bp,
        cause=cause,
    )


@outbox.handles("referrals.give_back")
async def issue(job: outbox.Job, claim: str, refund_bp: int, cause: str) -> None:
    """Issue the credit note once the invoice is out; one that was voided or written off asks for nothing any more."""
    async with db.transaction(operator=True):
        invoice = await invoices.of(f"claim:{claim}")
        if invoice is not None and invoice["status"] == "draft":
            raise Conflict(N_("The invoice is not issued yet."))  # the job comes again
        if invoice is not None and invoice["status"] in credit_notes.CREDITABLE:
            fee, bounty = (
                Money(invoice["fee_amount"], invoice["currency"]),
                await vesting.given_up(UUID(claim)),
            )
            if fee.share(refund_bp) or bounty:
                said = reasons.REASONS[cause].text if cause in reasons.REASONS else cause
                await credit_notes.issue(invoice["id"], refund_bp=refund_bp, bounty_back=bounty, reason=said)
        await job.finish()
        crash_point("give_back.committing")
    crash_point("give_back.committed")
