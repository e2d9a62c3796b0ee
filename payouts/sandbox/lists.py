"""Lists as Stripe gives them: newest first, filtered, in pages, and objects found or refused by id."""

import json
from typing import Any

from payouts.sandbox.errors import no_such
from payouts.sandbox.operation import Call
from payouts.sandbox.store import Json
from payouts.sandbox.world import World

_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_DEFAULT_LIMIT = 10


def fetch(world: World, kind: str, noun: str, object_id: str, *, param: str = "id") -> Json:
    """Return an object of the calling account or refuse with ``resource_missing``."""
    found = world.store.find(kind, object_id, account=world.account)
    if found is None:
        raise no_such(noun, object_id, param=param)
    return found


def page(world: World, kind: str, noun: str, call: Call, *filters: str) -> Json:
    """Return one page of the calling account's objects.

    ``filters`` are parameters that must equal the member of the same name; ``created`` is always understood.
    """
    where = ["account = ?"]
    values: list[Any] = [world.account]
    for name in filters:
        if name in call.params:
            where.append(f"json_extract(body, '$.{name}') = ?")
            values.append(call.params[name])
    for operator, moment in call.params.get("created", {}).items():
        where.append(f"created {_OPERATORS[operator]} ?")
        values.append(moment)
    return paged(world, kind, noun, call, where=" and ".join(where), values=values)


def paged(world: World, kind: str, noun: str, call: Call, *, where: str, values: list[Any]) -> Json:
    """Cut one page, newest first, out of the rows that ``where`` selects."""
    limit = call.params.get("limit", _DEFAULT_LIMIT)
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after:
        where += " and seq < ?"
        values = [*values, _position(world, kind, noun, after, "starting_after")]
    if before:
        where += " and seq > ?"
        values = [*values, _position(world, kind, noun, before, "ending_before")]
    order = "asc" if before else "desc"
    found = world.store.rows(
        f"select body from {kind} where {where} order by seq {order} limit ?", *values, limit + 1
    )
    data = [json.loads(body) for (body,) in found[:limit]]
    return listing(data[::-1] if before else data, call.url, has_more=len(found) > limit)


def _position(world: World, kind: str, noun: str, object_id: str, param: str) -> int:
    found = world.store.row(f"select seq from {kind} where id = ? and account = ?", object_id, world.account)
    if found is None:
        raise no_such(noun, object_id, param=param)
    return int(found[0])


def listing(data: list[Json], url: str, *, has_more: bool = False) -> Json:
    """Wrap objects in Stripe's list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
