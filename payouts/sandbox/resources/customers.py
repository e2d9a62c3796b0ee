"""Customers: the companies that pay in, each with a virtual bank account."""

from payouts.sandbox import events, lists
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    fields,
    items,
    merge_metadata,
    metadata,
    optional,
    text,
    time_range,
)
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, new_id

_PLAIN = ("address", "description", "email", "name", "phone", "preferred_locales")


def create(world: World, call: Call) -> Json:
    """Create a customer."""
    customer_id = new_id("cus")
    customer: Json = {
        "id": customer_id,
        "object": "customer",
        **dict.fromkeys(_PLAIN),
        "balance": 0,
        "created": world.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": customer_id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _fill(customer, call.params)
    world.store.add("customer", customer, account=world.account, created=world.now)
    events.emit(world, "customer.created", customer)
    return customer


def update(world: World, call: Call) -> Json:
    """Change a customer; what is left out stays."""
    customer = lists.fetch(world, "customer", "customer", call.path["id"])
    _fill(customer, call.params)
    world.store.save("customer", customer)
    events.emit(world, "customer.updated", customer)
    return customer


def _fill(customer: Json, params: Json) -> None:
    customer |= {name: params[name] for name in _PLAIN if name in params}
    if "metadata" in params:
        customer["metadata"] = merge_metadata(customer["metadata"], params["metadata"])


def retrieve(world: World, call: Call) -> Json:
    """Show one customer."""
    return lists.fetch(world, "customer", "customer", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List customers, by e-mail address if asked."""
    return lists.page(world, "customer", "customer", call, "email")


_ADDRESS = {name: optional(text) for name in ("city", "country", "line1", "line2", "postal_code", "state")}
_WRITE = {
    **EXPAND,
    "address": optional(fields(_ADDRESS)),
    "description": optional(text),
    "email": optional(text),
    "metadata": optional(metadata),
    "name": optional(text),
    "phone": optional(text),
    "preferred_locales": optional(items(text)),
}

OPERATIONS = (
    Operation("POST", "/v1/customers", _WRITE, create),
    Operation(
        "GET", "/v1/customers", {**LIST, "created": optional(time_range), "email": optional(text)}, list_all
    ),
    Operation("GET", "/v1/customers/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/customers/{id}", _WRITE, update),
)
