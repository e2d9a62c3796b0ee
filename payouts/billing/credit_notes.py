"""Give a share of a success fee back with its tax: when the guarantee fails, with the unvested bounty; or by the operator."""

from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from payouts import journal
from payouts.billing import numbers, postings, presenting, records
from payouts.billing.records import Invoice
from payouts.billing.terms import Amounts, credited
from payouts.crash import crash_point

CREDITABLE = ("open", "paid")


async def issue(
    invoice: UUID,
    *,
    refund_bp: int,
    bounty_back: Money,
    reason: str,
    occasion: str = "guarantee",
    tell: str | None = None,
) -> UUID:
    """Issue the credit note of an occasion in the running transaction; a second time is the same note.

    `refund_bp` of the fee returns, rounded down, and its tax, rounded down on that; never more than earlier notes have
    left. A paid invoice's goes to the company's balance, an open one asks for less. `tell` names the kind of background
    job that is told the invoice's reference and the note's id. Raises NotFound, Conflict for a draft or an ended invoice
    or one of which nothing is left, Invalid with the wrong field, journal.Overdrawn when more bounty is to come back than
    is unvested.
    """
    async with db.transaction(operator=True):
        found = await records.hold(invoice)
        if (known := await _of(invoice, occasion)) is not None:
            return known
        back = credited(found.asked, refund_bp=refund_bp, tax_bp=found.tax_bp, bounty_back=bounty_back)
        note = await _issue(found, back.within(found.creditable), reason, occasion)
        if tell is not None:
            await outbox.enqueue(
                tell, dedupe=f"{tell}:{note}", reference=found.reference, credit_note=str(note)
            )
        await presenting.order_next(invoice)
        crash_point("credit_note.issuing")
    return note


async def give_back(invoice: UUID, fee: Money, *, reason: str, occasion: str) -> UUID:
    """Give back an amount of the fee with its tax, at the operator's wish; a second time on an occasion is the same note.

    Raises NotFound, Invalid on `fee` for more than is left or nothing, Conflict for a draft or an ended invoice.
    """
    async with db.transaction(operator=True):
        found = await records.hold(invoice)
        if (known := await _of(invoice, occasion)) is not None:
            return known
        left = found.creditable
        if not Money.zero(fee.currency) < fee <= left.fee:
            wrong = Message(N_("Of the fee, %(left)s can still be given back."), {"left": left.fee})
            raise Invalid(fields={"fee": wrong})
        # The last of the fee brings the last of the tax, whatever the single roundings have left over.
        tax = left.tax if fee == left.fee else min(fee.share(found.tax_bp), left.tax)
        note = await _issue(found, Amounts(fee, tax, Money.zero(fee.currency)), reason, occasion)
        await presenting.order_next(invoice)
    return note


async def _of(invoice: UUID, occasion: str) -> UUID | None:
    known = await db.fetchval(
        "select id from credit_note where invoice_id = $1 and occasion = $2", invoice, occasion
    )
    return UUID(str(known)) if known is not None else None


async def _issue(found: Invoice, back: Amounts, reason: str, occasion: str) -> UUID:
    if found.status not in CREDITABLE:
        raise Conflict(N_("Only an open or paid invoice can be credited."))
    if not back.total:
        raise Conflict(N_("There is nothing to give back."))
    number, paid = await numbers.take("credit_note"), found.status == "paid"
    note: Any = await db.fetchval(
        """insert into credit_note (invoice_id, owner, number, reason, fee_amount, tax_amount, bounty_amount, currency,
             into_account, occasion, issued_on)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, business_today()) returning id""",
        found.id,
        f"company:{found.company}",
        number,
        reason,
        back.fee.amount,
        back.tax.amount,
        back.bounty.amount,
        back.fee.currency,
        "balance" if paid else "receivable",
        occasion,
    )
    await _post(found, back, number, paid=paid)
    if not paid and back == found.left:
        await _nothing_left(found, reason)
    return UUID(str(note))


async def _post(found: Invoice, back: Amounts, number: int, *, paid: bool) -> None:
    fact = postings.credit_note(
        found.company,
        found.person,
        number=number,
        claim=found.claim,
        amounts=back,
        paid=paid,
        happened_at=await clock.now(),
    )
    await journal.record(fact, about=found.about)


async def _nothing_left(found: Invoice, reason: str) -> None:
    await db.execute(
        "update invoice set status = 'credited', ended_at = business_now(), end_reason = $2 where id = $1",
        found.id,
        reason,
    )
    await outbox.enqueue("billing.settled", dedupe=f"billing.settled:{found.id}", company=found.company)
    await outbox.enqueue(
        "referrals.invoice_ended",
        dedupe=f"referrals.invoice_ended:{found.id}",
        reference=found.reference,
    )
