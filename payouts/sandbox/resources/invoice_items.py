"""Invoice items: the lines of a draft."""

from payouts.sandbox import events, lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    currency,
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
    """Add a line to a draft."""
    params = call.params
    lists.fetch(world, "customer", "customer", params["customer"], param="customer")
    invoice = invoices.drafted(world, params["invoice"], param="invoice")
    if invoice["customer"] != params["customer"]:
        raise invalid(
            "The customer of the invoice item is not the customer of the invoice.", param="customer"
        )
    if "currency" not in params or "amount" not in params:
        raise invalid(
            "You must pass both an amount and a currency.", code="parameter_missing", param="amount"
        )
    rates = [tax_rates.usable(world, rate, param="tax_rates") for rate in params.get("tax_rates", [])]
    item = _item(world, params, rates)
    world.store.add("invoiceitem", item, account=world.account, created=world.now)
    lines = [*invoice["lines"]["data"], invoice_body.line(world, item)]
    invoice_body.sum_up(invoice, lines)
    world.store.save("invoice", invoice)
    events.emit(world, "invoiceitem.created", item)
    return item


def _item(world: World, params: Json, rates: list[Json]) -> Json:
    return {
        "id": new_id("ii"),
        "object": "invoiceitem",
        "amount": params["amount"],
        "currency": CURRENCY,
        "customer": params["customer"],
        "date": world.now,
        "description": params.get("description"),
        "discountable": True,
        "discounts": [],
        "invoice": params["invoice"],
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "period": {"end": world.now, "start": world.now},
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": rates,
    }


def list_all(world: World, call: Call) -> Json:
    """List invoice items, by invoice or customer if asked."""
    return lists.page(world, "invoiceitem", "invoice item", call, "invoice", "customer")


_CREATE = {
    **EXPAND,
    "amount": optional(integer()),
    "currency": optional(currency),
    "customer": required(text),
    "description": optional(text),
    "invoice": required(text),
    "metadata": optional(metadata),
    "tax_rates": optional(items(text)),
}
_LIST = {**LIST, "created": optional(time_range), "customer": optional(text), "invoice": optional(text)}

OPERATIONS = (
    Operation("POST", "/v1/invoiceitems", _CREATE, create),
    Operation("GET", "/v1/invoiceitems", _LIST, list_all),
)
