"""The provider's news of invoices: read again, then followed."""

from collections.abc import Awaitable, Callable
from typing import Any

from payouts import gateway, topups
from payouts.billing import paying
from payouts.gateway.protocol import Payment

Effect = Callable[[], Awaitable[object]]


async def read_invoice(row: Any) -> Effect | None:
    """Read the invoice that an event is about; only one that was paid through the provider is news to us."""
    bill = await gateway.current().bill(_invoice(row))
    return (lambda: paying.apply(bill)) if bill.payment is not None else None


def _invoice(row: Any) -> str:
    about = row["payload"]["data"]["object"]
    return str(about["invoice"] if about.get("object") == "invoice_payment" else about["id"])


async def credit(payment: Payment) -> Effect:
    """Return who takes a payment in: the invoice that it is for, else the company's balance."""
    invoice = "" if payment.topup else await gateway.current().bill_of(payment.payment_intent)
    if not invoice:
        return lambda: topups.credit_topup(payment)
    bill = await gateway.current().bill(invoice)
    return lambda: paying.apply(bill)
