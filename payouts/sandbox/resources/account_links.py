"""Doors to the hosted pages: account links for onboarding, login links for the Express page."""

from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import EXPAND, Spec, choice, fields, optional, required, url
from payouts.sandbox.resources import accounts
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, moment, new_id


def create(world: World, call: Call) -> Json:
    """Make a link that opens the onboarding page once, for a few minutes."""
    account = accounts.fetch(world, call.params["account"], param="account")
    use_case = call.params["use_case"]
    details = use_case.get(use_case["type"])
    if details is None:
        missing = f"use_case.{use_case['type']}"
        raise invalid(f"Missing required field: {missing}", code="parameter_missing", param=missing)
    token = new_id("link")
    expires_at = world.now + world.settings.link_seconds
    link = {
        "id": token,
        "account": account["id"],
        "refresh_url": details["refresh_url"],
        "return_url": details.get("return_url"),
        "use_case": use_case["type"],
        "expires_at": expires_at,
        "used": False,
    }
    world.store.add("account_link", link, account="", created=world.now)
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": moment(world.now),
        "expires_at": moment(expires_at),
        "livemode": False,
        "url": f"{world.settings.public_url}/connect/links/{token}",
        "use_case": use_case,
    }


def create_login(world: World, call: Call) -> Json:
    """Make a link that opens the Express page once; the owner must have been onboarded."""
    account = accounts.fetch(world, call.path["account"])
    if account["dashboard"] != "express":
        raise invalid("Cannot create a login link for an account that has no Express Dashboard access.")
    if not account["person"].get("terms"):
        raise invalid("Cannot create a login link for an account that has not completed onboarding.")
    token = new_id("login")
    link = {
        "id": token,
        "account": account["id"],
        "expires_at": world.now + world.settings.link_seconds,
        "used": False,
    }
    world.store.add("login_link", link, account="", created=world.now)
    page = f"{world.settings.public_url}/connect/login/{token}"
    return {"object": "login_link", "created": world.now, "url": page}


_COLLECTION = {
    "fields": optional(choice("currently_due", "eventually_due")),
    "future_requirements": optional(choice("include", "omit")),
}


def _door() -> Spec:
    return {
        "collection_options": optional(fields(_COLLECTION)),
        "refresh_url": required(url),
        "return_url": optional(url),
    }


_CREATE = {
    "account": required(lambda value, _path: str(value)),
    "use_case": required(
        fields(
            {
                "type": required(choice("account_onboarding", "account_update")),
                "account_onboarding": optional(fields(_door())),
                "account_update": optional(fields(_door())),
            }
        )
    ),
}

OPERATIONS = (
    Operation("POST", "/v2/core/account_links", _CREATE, create),
    Operation("POST", "/v1/accounts/{account}/login_links", EXPAND, create_login),
)
