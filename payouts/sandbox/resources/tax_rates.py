"""Tax rates: a percentage with a name, once made never changed but for its activity."""

from payouts.sandbox import lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    boolean,
    choice,
    merge_metadata,
    metadata,
    optional,
    required,
    text,
    time_range,
)
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, new_id

_MOST_PERCENT = 100


def create(world: World, call: Call) -> Json:
    """Make a tax rate."""
    params = call.params
    rate = {
        "id": new_id("txr"),
        "object": "tax_rate",
        "active": params.get("active", True),
        "country": params.get("country"),
        "created": world.now,
        "description": params.get("description"),
        "display_name": params["display_name"],
        "effective_percentage": params["percentage"],
        "flat_amount": None,
        "inclusive": params["inclusive"],
        "jurisdiction": params.get("jurisdiction"),
        "jurisdiction_level": None,
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "percentage": params["percentage"],
        "rate_type": "percentage",
        "state": None,
        "tax_type": params.get("tax_type"),
    }
    return world.store.add("tax_rate", rate, account=world.account, created=world.now)


def usable(world: World, rate_id: str, *, param: str) -> Json:
    """Return an active tax rate or refuse it."""
    rate = lists.fetch(world, "tax_rate", "tax rate", rate_id, param=param)
    if not rate["active"]:
        raise invalid(f"The tax rate {rate_id} is inactive and cannot be used.", param=param)
    return rate


def included(rate: Json, yen: int) -> int:
    """Return the tax in an amount that includes it, or on one that does not; half a yen is rounded up."""
    percent: int = round(rate["percentage"] * 100)  # in basis points
    whole = 10_000 + percent if rate["inclusive"] else 10_000
    return (2 * yen * percent + whole) // (2 * whole)


def percentage(value: object, path: str) -> float:
    """Read a percentage between 0 and 100 with at most four places."""
    try:
        percent = float(str(value))
    except ValueError as wrong:
        raise invalid(f"Invalid decimal: {value}", code="parameter_invalid_number", param=path) from wrong
    if not 0 <= percent <= _MOST_PERCENT:
        raise invalid("The percentage must be between 0 and 100.", param=path)
    return percent


def retrieve(world: World, call: Call) -> Json:
    """Show one tax rate."""
    return lists.fetch(world, "tax_rate", "tax rate", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List tax rates."""
    return lists.page(world, "tax_rate", "tax rate", call)


_CREATE = {
    **EXPAND,
    "active": optional(boolean),
    "country": optional(text),
    "description": optional(text),
    "display_name": required(text),
    "inclusive": required(boolean),
    "jurisdiction": optional(text),
    "metadata": optional(metadata),
    "percentage": required(percentage),
    "tax_type": optional(choice("gst", "jct", "sales_tax", "vat")),
}

OPERATIONS = (
    Operation("POST", "/v1/tax_rates", _CREATE, create),
    Operation("GET", "/v1/tax_rates", {**LIST, "created": optional(time_range)}, list_all),
    Operation("GET", "/v1/tax_rates/{id}", EXPAND, retrieve),
)
