"""An invoice that will not be paid: void while it was a mistake, uncollectible when it is lost."""

from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Conflict, Invalid, Message
from payouts import journal
from payouts.billing import postings, presenting, records
from payouts.billing.records import Invoice

LONGEST_REASON = 500


async def void(number: UUID, reason: str) -> None:
    """Take an open invoice back as if it had never been: its posting is reversed, its number stays.

    Runs in the operator's scope. Raises NotFound, Invalid without a reason, Conflict when it is paid, ended or partly
    credited (then a credit note for the rest says more).
    """
    invoice = await _end(number, "void", reason)
    if invoice.taken_off.total:
        raise Conflict(N_("A credit note stands on this invoice; it can no longer be voided."))
    await outbox.enqueue("billing.settled", dedupe=f"billing.settled:{number}", company=invoice.company)
    await journal.record_reversal(
        f"invoice:{invoice.number}", happened_at=await clock.now(), about=invoice.about
    )
    await presenting.order_next(invoice.id)


async def give_up(number: UUID, reason: str) -> None:
    """Write an open invoice off; a payment that comes after all undoes that.

    Runs in the operator's scope. Raises NotFound, Invalid without a reason, Conflict when it is not open.
    """
    invoice = await _end(number, "uncollectible", reason)
    fact = postings.write_off(
        invoice.company,
        invoice.person,
        number=invoice.issued,
        claim=invoice.claim,
        left=invoice.left,
        happened_at=await clock.now(),
    )
    await journal.record(fact, about=invoice.about)
    await presenting.order_next(invoice.id)


async def _end(number: UUID, status: str, reason: str) -> Invoice:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    invoice = await records.hold(number)
    if invoice.status != "open":
        raise Conflict(N_("This invoice is not open any more."))
    await db.execute(
        "update invoice set status = $2, ended_at = business_now(), end_reason = $3 where id = $1",
        invoice.id,
        status,
        reason,
    )
    await outbox.enqueue(
        "referrals.invoice_ended",
        dedupe=f"referrals.invoice_ended:{invoice.id}",
        reference=invoice.reference,
    )
    return invoice
