"""Replace ids by the objects they name where a request asks for it with ``expand``."""

from typing import Any

from payouts.sandbox.errors import invalid
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, public

_MAX_DEPTH = 4
_KINDS = {
    "ba": "bank_account",
    "ch": "charge",
    "cn": "credit_note",
    "cus": "customer",
    "dp": "dispute",
    "in": "invoice",
    "pi": "payment_intent",
    "po": "payout",
    "py": "charge",
    "pyr": "refund",
    "re": "refund",
    "tr": "transfer",
    "txn": "balance_transaction",
}


def expand(world: World, body: Json, paths: list[str]) -> Json:
    """Return the answer without private members and with the asked objects put in.

    Raises ApiError 400 for a path that leads nowhere or deeper than four levels.
    """
    shown = public(body)
    if body.get("object") == "list":
        shown["data"] = [public(item) for item in body["data"]]
    for path in paths:
        parts = path.split(".")
        if len(parts) > _MAX_DEPTH:
            raise invalid(
                f"You cannot expand more than {_MAX_DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        _walk(world, shown, parts, path)
    return shown


def _walk(world: World, place: Any, parts: list[str], path: str) -> None:
    if isinstance(place, list):
        for item in place:
            _walk(world, item, parts, path)
        return
    name, rest = parts[0], parts[1:]
    if not isinstance(place, dict) or name not in place:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand[0]")
    if isinstance(place[name], str):
        place[name] = _object(world, place[name], path)
    if rest and place[name] is not None:
        _walk(world, place[name], rest, path)


def _object(world: World, object_id: str, path: str) -> Json:
    kind = _KINDS.get(object_id.partition("_")[0])
    found = world.store.find(kind, object_id) if kind else None
    if found is None:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand[0]")
    return public(found)
