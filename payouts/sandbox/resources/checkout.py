"""Checkout sessions: a hosted page on which a company pays by card."""

from payouts.sandbox import events, lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    amount,
    choice,
    currency,
    fields,
    integer,
    items,
    merge_metadata,
    metadata,
    optional,
    required,
    text,
    time_range,
    url,
)
from payouts.sandbox.resources import payments
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, DAY, World, new_id

_MINIMUM = 50
_SHORTEST = 1_800
# A client that computes "in 24 hours" a moment before us must not be refused.
_CLOCKS_APART = 60


def create(world: World, call: Call) -> Json:
    """Open a payment page for the given lines."""
    params = call.params
    if params.get("customer"):
        lists.fetch(world, "customer", "customer", params["customer"], param="customer")
        if params.get("customer_email"):
            raise invalid("You may only specify one of these parameters: customer, customer_email.")
    _check_expiry(world, params)
    total = sum(line["price_data"]["unit_amount"] * line.get("quantity", 1) for line in params["line_items"])
    if total < _MINIMUM:
        raise invalid(
            "The Checkout Session's total amount must convert to at least ¥50.", code="amount_too_small"
        )
    session = _session(world, params, total)
    world.store.add("checkout_session", session, account=world.account, created=world.now)
    world.schedule(session["expires_at"], "expire_checkout", session["id"])
    return session


def _check_expiry(world: World, params: Json) -> None:
    """Keep the page open for half an hour at least and a day at most."""
    lasts = params.get("expires_at", world.now + DAY) - world.now
    if not _SHORTEST <= lasts <= DAY + _CLOCKS_APART:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _session(world: World, params: Json, total: int) -> Json:
    session_id = new_id("cs_test")
    lines = [line["price_data"]["product_data"]["name"] for line in params["line_items"]]
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "created": world.now,
        "currency": CURRENCY,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer": params.get("customer"),
        "customer_creation": None if params.get("customer") else "if_required",
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", world.now + DAY),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.settings.public_url}/checkout/{session_id}",
        "_intent": params.get("payment_intent_data", {}),
        "_lines": lines,
    }


def pay(world: World, session: Json, card: Json, email: str) -> str | None:
    """Pay an open session with a card from the page; return the decline's code if the bank refuses."""
    intent = _intent(world, session, email)
    refusal = payments.pay_by_card(world, intent, card)
    if refusal is not None:
        return refusal[0]
    session |= {
        "customer_details": {
            "address": None,
            "email": email or session["customer_email"],
            "name": None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
        "payment_status": "paid",
        "status": "complete",
        "url": None,
    }
    world.store.save("checkout_session", session)
    events.emit(world, "checkout.session.completed", session)
    return None


def _intent(world: World, session: Json, email: str) -> Json:
    """Return the session's payment intent; it comes into being at the first attempt to pay."""
    if session["payment_intent"] is not None:
        return lists.fetch(world, "payment_intent", "payment_intent", session["payment_intent"])
    details = session["_intent"] | {
        "amount": session["amount_total"],
        "customer": session["customer"],
        "receipt_email": email or session["customer_email"],
        "allowed_payment_method_types": ["card"],
    }
    intent = payments.start(world, details)
    session["payment_intent"] = intent["id"]
    world.store.save("checkout_session", session)
    return intent


def expire(world: World, call: Call) -> Json:
    """Close an open session."""
    session = lists.fetch(world, "checkout_session", "checkout.session", call.path["id"])
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of {session['status']}."
        )
    return _expired(world, session)


def expire_by_time(world: World, session_id: str) -> None:
    """Close a session whose time is up, unless it has been paid."""
    session = world.store.find("checkout_session", session_id)
    if session is not None and session["status"] == "open":
        _expired(world, session)


def _expired(world: World, session: Json) -> Json:
    session |= {"status": "expired", "url": None}
    world.store.save("checkout_session", session)
    events.emit(world, "checkout.session.expired", session)
    return session


def retrieve(world: World, call: Call) -> Json:
    """Show one session."""
    return lists.fetch(world, "checkout_session", "checkout.session", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List sessions, by customer or payment intent if asked."""
    return lists.page(world, "checkout_session", "checkout.session", call, "customer", "payment_intent")


_PRODUCT = {"name": required(text), "description": optional(text), "metadata": optional(metadata)}
_PRICE = {
    "currency": required(currency),
    "product_data": required(fields(_PRODUCT)),
    "unit_amount": required(amount()),
}
_LINE = {"price_data": required(fields(_PRICE)), "quantity": optional(integer(1, 999_999))}
_INTENT = {
    "description": optional(text),
    "metadata": optional(metadata),
    "receipt_email": optional(text),
    "transfer_group": optional(text),
}
_CREATE = {
    **EXPAND,
    "allowed_payment_method_types": optional(items(choice("card"))),
    "cancel_url": optional(url),
    "client_reference_id": optional(text),
    "currency": optional(currency),
    "customer": optional(text),
    "customer_email": optional(text),
    "excluded_payment_method_types": optional(items(text)),
    "expires_at": optional(integer(1)),
    "line_items": required(items(fields(_LINE))),
    "locale": optional(choice("auto", "ja", "en")),
    "metadata": optional(metadata),
    "mode": required(choice("payment")),
    "payment_intent_data": optional(fields(_INTENT)),
    "success_url": required(url),
}
_FILTER = {
    **LIST,
    "created": optional(time_range),
    "customer": optional(text),
    "payment_intent": optional(text),
}

OPERATIONS = (
    Operation("POST", "/v1/checkout/sessions", _CREATE, create),
    Operation("GET", "/v1/checkout/sessions", _FILTER, list_all),
    Operation("GET", "/v1/checkout/sessions/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/checkout/sessions/{id}/expire", EXPAND, expire),
)
