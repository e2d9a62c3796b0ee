"""Credit notes: an open invoice asks for less, or a paid one gives something back outside of Stripe."""

from payouts.sandbox import events, lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    choice,
    fields,
    integer,
    items,
    merge_metadata,
    metadata,
    optional,
    required,
    text,
    time_range,
)
from payouts.sandbox.resources import invoice_body, invoices, tax_rates
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id


def create(world: World, call: Call) -> Json:
    """Credit lines of a finalised invoice; of a paid one it must be said where the money goes."""
    params = call.params
    invoice = invoices.fetch(world, params["invoice"], param="invoice")
    if invoice["status"] not in {"open", "paid"}:
        raise invalid(
            f"You can only create a credit note for an open or paid invoice; this one is {invoice['status']}.",
            param="invoice",
        )
    lines = [_line(world, line) for line in params["lines"]]
    total = sum(line["amount"] + _on_top(line) for line in lines)
    outside = _check(invoice, params, total)
    note = _note(world, invoice, params, lines, total, outside)
    world.store.add("credit_note", note, account=world.account, created=world.now)
    if outside:
        invoice["post_payment_credit_notes_amount"] += total
        world.store.save("invoice", invoice)
    else:
        invoices.reduce(world, invoice, total)
    events.emit(world, "credit_note.created", note)
    return note


def _check(invoice: Json, params: Json, total: int) -> int:
    outside: int = params.get("out_of_band_amount", 0)
    if total <= 0:
        raise invalid("The credit note amount must be greater than zero.", param="lines")
    if invoice["status"] == "open":
        if outside:
            raise invalid(
                "You cannot specify out_of_band_amount for an open invoice.", param="out_of_band_amount"
            )
        left = invoice["amount_remaining"]
    else:
        if outside != total:
            raise invalid(
                f"The sum of credit amount, refund amount and out of band amount (¥{outside:,}) must equal the "
                f"credit note amount (¥{total:,})."
            )
        left = invoice["total"] - invoice["pre_payment_credit_notes_amount"]
        left -= invoice["post_payment_credit_notes_amount"]
    if total > left:
        raise invalid(
            f"The credit note amount (¥{total:,}) is greater than what can be credited (¥{left:,})."
        )
    return outside


def _line(world: World, params: Json) -> Json:
    yen = params["unit_amount"] * params.get("quantity", 1)
    rates = [tax_rates.usable(world, rate, param="lines") for rate in params.get("tax_rates", [])]
    return {
        "id": new_id("cnli"),
        "object": "credit_note_line_item",
        "amount": yen,
        "description": params.get("description"),
        "discount_amount": 0,
        "discount_amounts": [],
        "invoice_line_item": None,
        "livemode": False,
        "pretax_credit_amounts": [],
        "quantity": params.get("quantity", 1),
        "tax_rates": rates,
        "taxes": [invoice_body.tax(rate, yen) for rate in rates],
        "type": params["type"],
        "unit_amount": params["unit_amount"],
        "unit_amount_decimal": str(params["unit_amount"]),
    }


def _on_top(line: Json) -> int:
    return sum(tax["amount"] for tax in line["taxes"] if tax["tax_behavior"] == "exclusive")


def _note(world: World, invoice: Json, params: Json, lines: list[Json], total: int, outside: int) -> Json:
    note_id = new_id("cn")
    count = 1 + len(world.store.matching("credit_note", invoice=invoice["id"]))
    return {
        "id": note_id,
        "object": "credit_note",
        "amount": total,
        "amount_shipping": 0,
        "created": world.now,
        "currency": CURRENCY,
        "customer": invoice["customer"],
        "discount_amount": 0,
        "discount_amounts": [],
        "invoice": invoice["id"],
        "lines": {
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": f"/v1/credit_notes/{note_id}/lines",
        },
        "livemode": False,
        "memo": params.get("memo"),
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "number": f"{invoice['number']}-CN-{count:02}",
        "out_of_band_amount": outside or None,
        "pdf": f"{world.settings.public_url}/invoices/{invoice['id']}",
        "post_payment_amount": outside,
        "pre_payment_amount": total - outside,
        "pretax_credit_amounts": [],
        "reason": params.get("reason"),
        "refunds": [],
        "status": "issued",
        "subtotal": total - sum(_on_top(line) for line in lines),
        "total": total,
        "total_taxes": [tax for line in lines for tax in line["taxes"]],
        "type": "post_payment" if outside else "pre_payment",
    }


def retrieve(world: World, call: Call) -> Json:
    """Show one credit note."""
    return lists.fetch(world, "credit_note", "credit note", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List credit notes, by invoice or customer if asked."""
    return lists.page(world, "credit_note", "credit note", call, "invoice", "customer")


_LINE = {
    "description": optional(text),
    "quantity": optional(integer(1)),
    "tax_rates": optional(items(text)),
    "type": required(choice("custom_line_item")),
    "unit_amount": required(integer(0)),
}
_CREATE = {
    **EXPAND,
    "invoice": required(text),
    "lines": required(items(fields(_LINE))),
    "memo": optional(text),
    "metadata": optional(metadata),
    "out_of_band_amount": optional(integer(0)),
    "reason": optional(choice("duplicate", "fraudulent", "order_change", "product_unsatisfactory")),
}
_LIST = {**LIST, "created": optional(time_range), "customer": optional(text), "invoice": optional(text)}

OPERATIONS = (
    Operation("POST", "/v1/credit_notes", _CREATE, create),
    Operation("GET", "/v1/credit_notes", _LIST, list_all),
    Operation("GET", "/v1/credit_notes/{id}", EXPAND, retrieve),
)
