"""An invoice is paid: by card or bank transfer through the provider, or from what the company has prepaid."""

import logging
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Conflict
from payouts import chart, journal, topups
from payouts.billing import postings, presenting, records
from payouts.billing.records import Invoice
from payouts.funding import Shortfall
from payouts.gateway.protocol import Bill, Payment

log = logging.getLogger(__name__)

WAITING = ("open", "uncollectible")


async def apply(bill: Bill) -> bool:
    """Follow what the provider says of an invoice, in the operator's scope; return whether it was paid by this.

    Money for an invoice that asks for none any more (paid from the balance, void, credited) is the company's balance.
    """
    ours = await db.fetchval("select id from invoice where provider_id = $1", bill.id)
    if ours is None or bill.payment is None or not bill.payment.transaction:
        return False
    invoice = await records.hold(ours)
    if invoice.status in WAITING:
        await _take_in(invoice, bill.payment)
        return True
    if invoice.paid_from not in {"card", "bank"}:
        log.warning("money came for invoice %s, which asks for none: to the balance", invoice.number)
        await topups.credit_topup(bill.payment)
    return False


async def _take_in(invoice: Invoice, payment: Payment) -> None:
    if invoice.status == "uncollectible":
        await journal.record_reversal(
            f"write_off:{invoice.number}", happened_at=await clock.now(), about=invoice.about
        )
    fact = postings.invoice_paid(
        invoice.company,
        number=invoice.issued,
        due=invoice.left.total,
        net=payment.net,
        provider_fee=payment.fee,
        happened_at=await clock.now(),
    )
    await journal.record(fact, about=invoice.about)
    # Stripe's ids of charges say which way they came: `py_` is a bank transfer applied to the payment.
    way = "bank" if payment.charge.startswith("py_") else "card"
    await _note(invoice, way, payment.net.amount, payment.fee.amount)
    await db.execute(
        "update invoice set balance_transaction = $2 where id = $1", invoice.id, payment.transaction
    )


async def pay_from_balance(number: UUID) -> None:
    """Pay an open invoice from the company's balance, in the operator's scope.

    Raises NotFound, Conflict when it is not open, Shortfall with what is missing.
    """
    invoice = await records.hold(number)
    if invoice.status != "open":
        raise Conflict(N_("This invoice is not open any more."))
    due = invoice.left.total
    fact = postings.invoice_paid_from_balance(
        invoice.company, number=invoice.issued, due=due, happened_at=await clock.now()
    )
    await journal.lock([chart.company_balance(invoice.company)])
    try:
        await journal.record(fact, about=invoice.about)
    except journal.Overdrawn as overdrawn:
        raise Shortfall(overdrawn.missing) from overdrawn
    await _note(invoice, "balance", due.amount, 0)
    await presenting.order_next(invoice.id)


async def _note(invoice: Invoice, way: str, net: int, fee: int) -> None:
    """Note that it is paid, fund the bounty, and tell whoever waits for it."""
    await db.execute(
        """update invoice set status = 'paid', paid_at = business_now(), paid_from = $2, net_amount = $3,
             provider_fee_amount = $4, ended_at = null, end_reason = '' where id = $1""",
        invoice.id,
        way,
        net,
        fee,
    )
    bounty = invoice.left.bounty
    if bounty:
        fact = postings.fund_bounty(
            invoice.person, claim=invoice.claim, amount=bounty, happened_at=await clock.now()
        )
        await journal.record(fact, about=invoice.about)
    await outbox.enqueue("billing.settled", dedupe=f"billing.settled:{invoice.id}", company=invoice.company)
    await outbox.enqueue(
        "referrals.invoice_paid",
        dedupe=f"referrals.invoice_paid:{invoice.id}",
        reference=invoice.reference,
    )
