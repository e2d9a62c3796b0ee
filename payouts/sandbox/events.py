"""Record events and queue their delivery, in the transaction of the change that they tell of."""

import json
import time
from collections.abc import Iterator

from payouts.sandbox.store import Json
from payouts.sandbox.world import API_VERSION, World, moment, new_id, public


def emit(world: World, kind: str, thing: Json, *, previous: Json | None = None) -> None:
    """Record a snapshot event of the calling account; connect receivers get those of connected accounts."""
    data: Json = {"object": public(thing)}
    if previous is not None:
        data["previous_attributes"] = previous
    targets = list(_targets(world, kind))
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": len(targets),
        "request": {"id": world.request_id, "idempotency_key": world.idempotency_key},
        "type": kind,
    }
    if world.account:
        event["account"] = world.account
    world.store.add("event", event, account=world.account, created=world.now)
    for url, secret in targets:
        _queue(world, event, url, secret)


def _targets(world: World, kind: str) -> Iterator[tuple[str, str]]:
    wanted = "connect" if world.account else "platform"
    for hook in world.settings.hooks:
        if hook.kind == wanted:
            yield hook.url, hook.secret
    for endpoint in world.store.matching("webhook_endpoint"):
        enabled = endpoint["enabled_events"]
        if endpoint["_connect"] == bool(world.account) and ("*" in enabled or kind in enabled):
            yield endpoint["url"], endpoint["_secret"]


def emit_thin(world: World, kind: str, *, about: str | None = None, data: Json | None = None) -> None:
    """Record a thin v2 event; receivers fetch the account that it is ``about``, or the event for its data."""
    event: Json = {
        "id": new_id("evt_test"),
        "object": "v2.core.event",
        "changes": None,
        "context": None,
        "created": moment(world.now),
        "livemode": False,
        "reason": None,
        "snapshot_event": None,
        "type": kind,
    }
    if about is not None:
        url = f"/v2/core/accounts/{about}"
        event["related_object"] = {"id": about, "type": "v2.core.account", "url": url}
    if data is not None:
        event["data"] = data
    if world.request_id:
        request = {"id": world.request_id, "idempotency_key": world.idempotency_key or ""}
        event["reason"] = {"type": "request", "request": request}
    world.store.add("thin_event", event, account="", created=world.now)
    notice = {name: event[name] for name in _THIN_MEMBERS if name in event}
    for hook in world.settings.hooks:
        if hook.kind == "thin":
            _queue(world, notice, hook.url, hook.secret)


_THIN_MEMBERS = ("id", "object", "context", "created", "livemode", "reason", "related_object", "type")


def _queue(world: World, event: Json, url: str, secret: str) -> None:
    world.store.run(
        "insert into delivery (event, url, secret, body, next_at) values (?, ?, ?, ?, ?)",
        event["id"],
        url,
        secret,
        json.dumps(event, ensure_ascii=False),
        time.time(),
    )
