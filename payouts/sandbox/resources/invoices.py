"""Invoices: drafts with lines, finalised, sent, paid on the hosted page or elsewhere, void or given up."""

from payouts.sandbox import events, lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    boolean,
    choice,
    currency,
    fields,
    integer,
    items,
    metadata,
    optional,
    required,
    text,
    time_range,
)
from payouts.sandbox.resources import invoice_body, payments
from payouts.sandbox.store import Json
from payouts.sandbox.world import World

_NOT_OPEN = "You can only pass in open invoices. This invoice isn't open."


def create(world: World, call: Call) -> Json:
    """Draft an invoice; its lines come with invoice items."""
    params = call.params
    customer = lists.fetch(world, "customer", "customer", params["customer"], param="customer")
    _check_due(world, params)
    invoice = invoice_body.new(world, customer, params)
    world.store.add("invoice", invoice, account=world.account, created=world.now)
    events.emit(world, "invoice.created", invoice)
    return invoice


def _check_due(world: World, params: Json) -> None:
    dates = [name for name in ("days_until_due", "due_date") if name in params]
    if params.get("collection_method") != "send_invoice":
        if dates:
            raise invalid(
                f"You can only specify {dates[0]} if collection method is send_invoice.", param=dates[0]
            )
        return
    if not dates:
        raise invalid(
            "If invoice collection method is send_invoice, you must specify due_date or days_until_due."
        )
    if len(dates) > 1:
        raise invalid("You may only specify one of these parameters: days_until_due, due_date.")
    if params.get("due_date", world.now) < world.now:
        raise invalid("The due date cannot be in the past.", param="due_date")


def drafted(world: World, invoice_id: str, *, param: str = "id") -> Json:
    """Return an invoice that can still be edited, or refuse it."""
    invoice = lists.fetch(world, "invoice", "invoice", invoice_id, param=param)
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't edit a non-draft invoice.",
            code="invoice_not_editable",
        )
    return invoice


def finalize(world: World, call: Call) -> Json:
    """Give a draft its number and due date, and wait for its payment."""
    invoice = drafted(world, call.path["id"])
    if not invoice["lines"]["data"]:
        raise invalid("Nothing to invoice for customer", code="invoice_no_customer_line_items")
    customer = lists.fetch(world, "customer", "customer", invoice["customer"])
    invoice |= invoice_body.numbered(world, invoice, customer["invoice_prefix"])
    invoice["status_transitions"]["finalized_at"] = world.now
    world.store.save("invoice", invoice)
    events.emit(world, "invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        return _settled(world, invoice)
    if invoice["due_date"] is not None:
        world.schedule(invoice["due_date"], "invoice_overdue", invoice["id"])
    _await_payment(world, invoice)
    return fetch(world, invoice["id"])


def _await_payment(world: World, invoice: Json) -> None:
    """Open the payment intent; a bank transfer that arrives on the virtual account pays it."""
    settings = invoice["payment_settings"]
    wanted = {
        "amount": invoice["amount_remaining"],
        "customer": invoice["customer"],
        "description": f"Payment for invoice {invoice['number']}",
        "payment_method_options": settings["payment_method_options"] or {},
        "allowed_payment_method_types": settings["payment_method_types"],
        "_whole": True,
    }
    intent = payments.start(world, wanted)
    payment = invoice_body.payment(world, invoice, intent["id"])
    world.store.add("invoice_payment", payment, account=world.account, created=world.now)
    if "customer_balance" in intent["payment_method_options"]:
        payments.wait_for_cash(world, intent)


def send(world: World, call: Call) -> Json:
    """Mail an open invoice to its customer."""
    invoice = fetch(world, call.path["id"])
    if invoice["collection_method"] != "send_invoice":
        raise invalid(
            "You can only manually send an invoice if its collection method is 'send_invoice'.",
        )
    if invoice["status"] != "open":
        raise invalid(f"You can't send an invoice that has a status of {invoice['status']}.")
    if not invoice["customer_email"]:
        raise invalid("Missing email. The customer must have an email address to send an invoice.")
    events.emit(world, "invoice.sent", invoice)
    return invoice


def pay(world: World, call: Call) -> Json:
    """Note that an invoice was paid elsewhere."""
    invoice = fetch(world, call.path["id"])
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in {"open", "uncollectible"}:
        raise invalid(f"You can't pay an invoice that has a status of {invoice['status']}.")
    if not call.params.get("paid_out_of_band"):
        raise invalid(
            "There is no default payment method set on this invoice.", code="missing_payment_method"
        )
    invoice["amount_paid_off_stripe"] = invoice["amount_remaining"]
    _drop_payment(world, invoice)
    return _settled(world, invoice)


def settled_by(world: World, intent: Json) -> None:
    """Mark the invoice paid whose payment intent has succeeded."""
    for payment in world.store.matching("invoice_payment", _intent=intent["id"]):
        moments = {"status_transitions": {"canceled_at": None, "paid_at": world.now}}
        paid = payment | {"amount_paid": intent["amount"], "status": "paid"} | moments
        world.store.save("invoice_payment", paid)
        _settled(world, fetch(world, payment["invoice"]))
        events.emit(world, "invoice_payment.paid", paid)


payments.SUCCEEDED.append(settled_by)


def _settled(world: World, invoice: Json) -> Json:
    invoice |= {
        "amount_paid": invoice["amount_paid"] + invoice["amount_remaining"],
        "amount_remaining": 0,
        "attempted": True,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = world.now
    world.store.save("invoice", invoice)
    events.emit(world, "invoice.paid", invoice)
    return invoice


def void(world: World, call: Call) -> Json:
    """Take back an invoice that was not paid."""
    invoice = _ended(world, call, "void", "voided_at", {"open", "uncollectible"})
    _drop_payment(world, invoice)
    events.emit(world, "invoice.voided", invoice)
    return invoice


def mark_uncollectible(world: World, call: Call) -> Json:
    """Give an open invoice up; it may still be paid."""
    invoice = _ended(world, call, "uncollectible", "marked_uncollectible_at", {"open"})
    events.emit(world, "invoice.marked_uncollectible", invoice)
    return invoice


def _ended(world: World, call: Call, status: str, moment: str, sources: set[str]) -> Json:
    invoice = fetch(world, call.path["id"])
    if invoice["status"] not in sources:
        raise invalid(_NOT_OPEN)
    invoice["status"] = status
    invoice["status_transitions"][moment] = world.now
    return world.store.save("invoice", invoice)


def reduce(world: World, invoice: Json, yen: int) -> None:
    """Ask for less, because of a credit note; an invoice of nothing more is paid."""
    invoice["pre_payment_credit_notes_amount"] += yen
    invoice["amount_due"] -= yen
    invoice["amount_remaining"] -= yen
    world.store.save("invoice", invoice)
    if invoice["amount_remaining"] == 0:
        _drop_payment(world, invoice)
        _settled(world, invoice)
        return
    for payment in world.store.matching("invoice_payment", invoice=invoice["id"], status="open"):
        world.store.save("invoice_payment", payment | {"amount_requested": invoice["amount_remaining"]})
        intent = lists.fetch(world, "payment_intent", "payment_intent", payment["_intent"])
        world.store.save("payment_intent", intent | {"amount": invoice["amount_remaining"]})


def _drop_payment(world: World, invoice: Json) -> None:
    for payment in world.store.matching("invoice_payment", invoice=invoice["id"], status="open"):
        dropped = {"status_transitions": {"canceled_at": world.now, "paid_at": None}}
        world.store.save("invoice_payment", payment | {"status": "canceled"} | dropped)
        intent = lists.fetch(world, "payment_intent", "payment_intent", payment["_intent"])
        payments.give_up(world, intent, "void_invoice")


def overdue(world: World, invoice_id: str) -> None:
    """Tell of an open invoice whose due date has come."""
    invoice = world.store.find("invoice", invoice_id)
    if invoice is not None and invoice["status"] == "open":
        events.emit(world, "invoice.overdue", invoice)


def fetch(world: World, invoice_id: str, *, param: str = "id") -> Json:
    """Return an invoice or refuse."""
    return lists.fetch(world, "invoice", "invoice", invoice_id, param=param)


def retrieve(world: World, call: Call) -> Json:
    """Show one invoice."""
    return fetch(world, call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List invoices, by customer or status if asked."""
    return lists.page(world, "invoice", "invoice", call, "customer", "status", "collection_method")


def list_payments(world: World, call: Call) -> Json:
    """List the payments of an invoice, or the one that a payment intent makes."""
    where, values = ["account = ?"], [world.account]
    if "invoice" in call.params:
        where.append("json_extract(body, '$.invoice') = ?")
        values.append(call.params["invoice"])
    if "status" in call.params:
        where.append("json_extract(body, '$.status') = ?")
        values.append(call.params["status"])
    if "payment" in call.params:
        where.append("json_extract(body, '$._intent') = ?")
        values.append(call.params["payment"].get("payment_intent") or "")
    return lists.paged(
        world, "invoice_payment", "invoice payment", call, where=" and ".join(where), values=values
    )


_FIELD = {"name": required(text), "value": required(text)}
_BANK = {"type": optional(choice("jp_bank_transfer"))}
_CASH = {"bank_transfer": optional(fields(_BANK)), "funding_type": optional(choice("bank_transfer"))}
_SETTINGS = {
    "payment_method_options": optional(fields({"customer_balance": optional(fields(_CASH))})),
    "payment_method_types": optional(items(choice("card", "customer_balance"))),
}
_CREATE = {
    **EXPAND,
    "auto_advance": optional(boolean),
    "collection_method": optional(choice("charge_automatically", "send_invoice")),
    "currency": optional(currency),
    "custom_fields": optional(items(fields(_FIELD))),
    "customer": required(text),
    "days_until_due": optional(integer(0)),
    "description": optional(text),
    "due_date": optional(integer(1)),
    "footer": optional(text),
    "metadata": optional(metadata),
    "payment_settings": optional(fields(_SETTINGS)),
    "pending_invoice_items_behavior": optional(choice("exclude", "include")),
}
_LIST = {
    **LIST,
    "collection_method": optional(text),
    "created": optional(time_range),
    "customer": optional(text),
    "status": optional(choice("draft", "open", "paid", "uncollectible", "void")),
}
_PAYMENT = {"payment_intent": optional(text), "type": required(choice("payment_intent"))}
_PAYMENTS = {
    **LIST,
    "invoice": optional(text),
    "payment": optional(fields(_PAYMENT)),
    "status": optional(choice("canceled", "open", "paid")),
}

OPERATIONS = (
    Operation("POST", "/v1/invoices", _CREATE, create),
    Operation("GET", "/v1/invoices", _LIST, list_all),
    Operation("GET", "/v1/invoices/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/invoices/{id}/finalize", {**EXPAND, "auto_advance": optional(boolean)}, finalize),
    Operation("POST", "/v1/invoices/{id}/send", EXPAND, send),
    Operation("POST", "/v1/invoices/{id}/pay", {**EXPAND, "paid_out_of_band": optional(boolean)}, pay),
    Operation("POST", "/v1/invoices/{id}/void", EXPAND, void),
    Operation("POST", "/v1/invoices/{id}/mark_uncollectible", EXPAND, mark_uncollectible),
    Operation("GET", "/v1/invoice_payments", _PAYMENTS, list_payments),
)
