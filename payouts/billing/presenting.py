"""The provider's side of an invoice: which money operation comes next, and what becomes of each.

The steps are made, added to, finalised and mailed one after the other, each ordered when the one before has succeeded.
What happens to the invoice meanwhile (paid from the balance, void, given up, credited) is a later step of the same row.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from payouts import gateway, money_ops, topups
from payouts.billing import records
from payouts.billing.records import Invoice
from payouts.billing.terms import Amounts
from payouts.gateway.protocol import Movement
from payouts.money_ops import Op

log = logging.getLogger(__name__)

ALREADY_DONE = frozenset({"invoice_already_paid"})
_BANK = {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}}
_PAYMENT = {
    "payment_method_types": ["card", "customer_balance"],
    "payment_method_options": {"customer_balance": _BANK},
}


@dataclass(frozen=True, slots=True)
class Side:
    """What the provider knows before the first step: the company's customer and the rate of tax."""

    customer: str
    tax_rate: str


@dataclass(frozen=True, slots=True)
class Note:
    """A credit note of an invoice."""

    id: UUID
    number: int
    back: Amounts
    reason: str
    paid: bool


async def prepare(invoice: UUID) -> None:
    """Make the customer and the rate of tax if they are not there yet, then order the first step.

    Opens its own transactions, for it calls the provider. Raises Unavailable, NotFound.
    """
    async with db.transaction(operator=True):
        found = await records.read(invoice)
        side = await _side(found)
    if side is None:
        await topups.customer_of(found.company, name=found.buyer["name"], email=found.buyer["email"])
        if found.tax_bp:
            await _make_rate(found.tax_bp)
    async with db.transaction(operator=True):
        await order_next(invoice)


async def _make_rate(basis_points: int) -> None:
    made = await gateway.current().make_tax_rate(basis_points)
    async with db.transaction(operator=True):
        sql = "insert into tax_rate (bp, provider_id) values ($1, $2) on conflict do nothing"
        await db.execute(sql, basis_points, made)


async def _side(invoice: Invoice) -> Side | None:
    row = await db.fetchrow(
        """select (select customer from payer where owner = $1) as customer,
             (select provider_id from tax_rate where bp = $2) as rate""",
        f"company:{invoice.company}",
        invoice.tax_bp,
    )
    assert row is not None
    if row["customer"] is None or (invoice.tax_bp and row["rate"] is None):
        return None
    return Side(row["customer"], row["rate"] or "")


async def order_next(number: UUID) -> None:
    """Order the first step that has not been ordered, unless one before it is still under way or refused."""
    invoice = await records.hold(number)
    side = await _side(invoice)
    if side is None:
        return
    states = {
        (row["kind"], row["business_key"]): row["state"]
        for row in await db.fetch(
            "select kind, business_key, state from money_op where reference = $1", invoice.about
        )
    }
    if not states and invoice.status in {"void", "credited"}:
        return
    for kind, key, params in _steps(invoice, side, await _notes(number)):
        state = states.get((kind, key))
        if state is None:
            await money_ops.add(
                kind, key=key, reference=invoice.about, owner=f"company:{invoice.company}", params=params
            )
        if state not in {"succeeded", "failed"}:
            return


Step = tuple[str, str, dict[str, Any]]


def _steps(invoice: Invoice, side: Side, notes: Sequence[Note]) -> Iterator[Step]:
    """Yield every step that the invoice needs as it stands, in order; the key is unique within the kind."""
    key, made = str(invoice.id), {"invoice": invoice.provider_id}
    yield "invoice", key, _invoice(invoice, side)
    for part, line in _lines(invoice.asked, invoice.title, side).items():
        yield "invoice_item", f"{key}:{part}", {"customer": side.customer, **made, **line}
    yield "invoice_finalize", key, made
    yield from _last_steps(invoice, key, made)
    if invoice.status in {"open", "paid", "credited"}:
        for note in notes:
            yield "credit_note", str(note.id), _credit(note, invoice, side)


def _last_steps(invoice: Invoice, key: str, made: dict[str, Any]) -> Iterator[Step]:
    match invoice.status, invoice.paid_from:
        case "void", _:
            yield "invoice_void", key, made
        case "uncollectible", _:
            yield "invoice_uncollectible", key, made
        case "paid", "balance":
            yield "invoice_paid_out_of_band", key, made
        case "open", _:
            yield "invoice_send", key, made


def _invoice(invoice: Invoice, side: Side) -> dict[str, Any]:
    shown = {"Registration number": invoice.seller.get("registration_number"), "Invoice": str(invoice.number)}
    return {
        "customer": side.customer,
        "collection_method": "send_invoice",
        "days_until_due": invoice.days_until_due,
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "currency": invoice.asked.fee.currency.lower(),
        "payment_settings": _PAYMENT,
        "custom_fields": [{"name": name, "value": value} for name, value in shown.items() if value],
        "metadata": {"invoice": str(invoice.id), "number": str(invoice.number)},
    }


def _lines(parts: Amounts, title: str, side: Side) -> dict[str, dict[str, Any]]:
    """Return the lines of a document: the fee including its tax, and the bounty outside it; none of nothing."""
    rates = {"tax_rates": [side.tax_rate]} if parts.tax else {}
    lines = {
        "fee": {"amount": parts.supply.amount, "description": title, **rates},
        "bounty": {
            "amount": parts.bounty.amount,
            "description": "紹介報奨(立替・預り) / Referral bounty, collected",
        },
    }
    currency = {"currency": parts.fee.currency.lower()}
    return {part: line | currency for part, line in lines.items() if line["amount"]}


def _credit(note: Note, invoice: Invoice, side: Side) -> dict[str, Any]:
    lines = [
        {
            "type": "custom_line_item",
            "description": line["description"],
            "quantity": 1,
            "unit_amount": line["amount"],
            **({"tax_rates": line["tax_rates"]} if "tax_rates" in line else {}),
        }
        for line in _lines(note.back, invoice.title, side).values()
    ]
    outside = {"out_of_band_amount": note.back.total.amount} if note.paid else {}
    metadata = {"credit_note": str(note.id), "number": str(note.number)}
    return {
        "invoice": invoice.provider_id,
        "lines": lines,
        "memo": note.reason,
        "reason": "order_change",
        "metadata": metadata,
        **outside,
    }


async def _notes(invoice: UUID) -> list[Note]:
    rows = await db.fetch("select * from credit_note where invoice_id = $1 order by number", invoice)
    return [
        Note(row["id"], row["number"], records.amounts(row), row["reason"], row["into_account"] == "balance")
        for row in rows
    ]


def about(op: Op) -> bool:
    """Tell whether an operation is a step on an invoice."""
    return op.reference.startswith("invoice:")


async def done(op: Op, made: Movement) -> None:
    """Record in the running transaction what a step left, and order the next one."""
    number = UUID(op.reference.partition(":")[2])
    if op.kind == "invoice":
        await db.execute("update invoice set provider_id = $2 where id = $1", number, made.id)
    elif op.kind == "credit_note":
        note = UUID(op.params["metadata"]["credit_note"])
        await db.execute("update credit_note set provider_id = $2 where id = $1", note, made.id)
    elif op.kind == "invoice_finalize" and not await _finalised(op, number, made):
        return
    await order_next(number)


async def _finalised(op: Op, number: UUID, made: Movement) -> bool:
    """Keep the address of the invoice's page; an invoice of another total is not sent before a person has looked."""
    asked = (await records.hold(number)).asked.total
    await db.execute("update invoice set hosted_url = $2 where id = $1", number, made.url)
    if made.amount == asked:
        return True
    log.error("invoice %s asks for %s there and for %s here", number, made.amount, asked)
    await db.execute(
        "update money_op set state = 'needs_human', last_error = $2 where id = $1",
        op.id,
        f"{made.amount} there, {asked} here",
    )
    return False


async def refused(op: Op, code: str) -> None:
    """Record that the provider refuses a step: a person has to look, unless it says that nothing is left to do."""
    state = "failed" if code in ALREADY_DONE else "needs_human"
    log.error("the provider refuses %s of %s: %s", op.kind, op.reference, code)
    await money_ops.finish(op, state, code)
