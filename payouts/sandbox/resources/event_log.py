"""The record of events, by list and by id, snapshot and thin."""

from typing import Any

from payouts.sandbox import lists
from payouts.sandbox.errors import no_such
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import EXPAND, LIST, boolean, items, optional, text, time_range
from payouts.sandbox.store import Json
from payouts.sandbox.world import DAY, World

_KEPT_DAYS = 30


def list_all(world: World, call: Call) -> Json:
    """List the calling account's events of the last 30 days, by type (``payout.*`` works) if asked."""
    where = "account = ? and created >= ?"
    values: list[Any] = [world.account, world.now - _KEPT_DAYS * DAY]
    kinds = call.params.get("types") or ([call.params["type"]] if call.params.get("type") else [])
    if kinds:
        where += " and (" + " or ".join("json_extract(body, '$.type') glob ?" for _ in kinds) + ")"
        values.extend(kinds)
    for bound, operator in (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")):
        if bound in call.params.get("created", {}):
            where += f" and created {operator} ?"
            values.append(call.params["created"][bound])
    if "delivery_success" in call.params:
        waiting = "=" if call.params["delivery_success"] else ">"
        where += f" and json_extract(body, '$.pending_webhooks') {waiting} 0"
    return lists.paged(world, "event", "event", call, where=where, values=values)


def retrieve(world: World, call: Call) -> Json:
    """Show one event."""
    return lists.fetch(world, "event", "event", call.path["id"])


def retrieve_thin(world: World, call: Call) -> Json:
    """Show one v2 event with its data."""
    found = world.store.find("thin_event", call.path["id"])
    if found is None:
        raise no_such("event", call.path["id"])
    return found


_FILTER = {
    **LIST,
    "created": optional(time_range),
    "delivery_success": optional(boolean),
    "type": optional(text),
    "types": optional(items(text)),
}

OPERATIONS = (
    Operation("GET", "/v1/events", _FILTER, list_all),
    Operation("GET", "/v1/events/{id}", EXPAND, retrieve),
    Operation("GET", "/v2/core/events/{id}", {}, retrieve_thin),
)
