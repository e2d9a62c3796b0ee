"""Webhook endpoints: where signed events go; the secret is shown once, at creation."""

from urllib.parse import urlsplit

from payouts.sandbox import lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    boolean,
    choice,
    items,
    merge_metadata,
    metadata,
    optional,
    required,
    text,
    url,
)
from payouts.sandbox.store import Json
from payouts.sandbox.world import API_VERSION, World, new_id

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def create(world: World, call: Call) -> Json:
    """Register a receiver on this machine; ``connect`` makes it hear of connected accounts instead."""
    params = call.params
    if urlsplit(params["url"]).hostname not in LOOPBACK:
        raise invalid("The sandbox delivers webhooks to this machine only.", code="url_invalid", param="url")
    secret = new_id("whsec")
    endpoint = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": world.now,
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "status": "enabled",
        "url": params["url"],
        "_connect": params.get("connect", False),
        "_secret": secret,
    }
    world.store.add("webhook_endpoint", endpoint, account=world.account, created=world.now)
    return endpoint | {"secret": secret}


def retrieve(world: World, call: Call) -> Json:
    """Show one receiver."""
    return lists.fetch(world, "webhook_endpoint", "webhook endpoint", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List the receivers."""
    return lists.page(world, "webhook_endpoint", "webhook endpoint", call)


def delete(world: World, call: Call) -> Json:
    """Remove a receiver."""
    endpoint = lists.fetch(world, "webhook_endpoint", "webhook endpoint", call.path["id"])
    world.store.delete("webhook_endpoint", endpoint["id"])
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


_CREATE = {
    **EXPAND,
    "api_version": optional(choice(API_VERSION)),
    "connect": optional(boolean),
    "description": optional(text),
    "enabled_events": required(items(text)),
    "metadata": optional(metadata),
    "url": required(url),
}

OPERATIONS = (
    Operation("POST", "/v1/webhook_endpoints", _CREATE, create),
    Operation("GET", "/v1/webhook_endpoints", LIST, list_all),
    Operation("GET", "/v1/webhook_endpoints/{id}", EXPAND, retrieve),
    Operation("DELETE", "/v1/webhook_endpoints/{id}", {}, delete),
)
