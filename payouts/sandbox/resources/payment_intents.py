"""Payment intents as they are called: made, confirmed, given up, shown."""

from payouts.sandbox import lists
from payouts.sandbox.errors import declined, invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    amount,
    boolean,
    choice,
    currency,
    fields,
    items,
    metadata,
    optional,
    required,
    text,
    time_range,
    url,
)
from payouts.sandbox.resources import cards, payments
from payouts.sandbox.store import Json
from payouts.sandbox.world import World

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(world: World, call: Call) -> Json:
    """Create a payment intent and confirm it at once if asked."""
    params = call.params
    if params.get("customer"):
        lists.fetch(world, "customer", "customer", params["customer"], param="customer")
    intent = payments.start(world, params)
    return _confirm(world, intent, params) if params.get("confirm") else intent


def confirm(world: World, call: Call) -> Json:
    """Confirm a payment intent with a test card or the customer's cash."""
    intent = lists.fetch(world, "payment_intent", "payment_intent", call.path["id"])
    if intent["status"] not in _OPEN:
        raise _unexpected(intent, "confirm")
    options = call.params.get("payment_method_options")
    if options:
        intent["payment_method_options"] = options
    return _confirm(world, intent, call.params)


def _confirm(world: World, intent: Json, params: Json) -> Json:
    method = params.get("payment_method")
    if method is not None:
        number = cards.TEST_METHODS.get(method)
        card = cards.read(number) if number else None
        if card is None:
            raise invalid(
                f"No such PaymentMethod: '{method}'", code="resource_missing", param="payment_method"
            )
        return _charge_or_raise(world, intent, card)
    if "customer_balance" in intent["payment_method_options"]:
        return payments.wait_for_cash(world, intent)
    raise invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method.",
        code="payment_intent_unexpected_state",
    )


def _charge_or_raise(world: World, intent: Json, card: Json) -> Json:
    refusal = payments.pay_by_card(world, intent, card)
    if refusal is None:
        return intent
    raise declined(*refusal, charge=intent["latest_charge"], payment_intent=intent)


def cancel(world: World, call: Call) -> Json:
    """Give up a payment intent that has not succeeded."""
    intent = lists.fetch(world, "payment_intent", "payment_intent", call.path["id"])
    if intent["status"] not in _OPEN:
        raise _unexpected(intent, "cancel")
    return payments.give_up(world, intent, call.params.get("cancellation_reason"))


def _unexpected(intent: Json, verb: str) -> Exception:
    return invalid(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )


def retrieve(world: World, call: Call) -> Json:
    """Show one payment intent."""
    return lists.fetch(world, "payment_intent", "payment_intent", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List payment intents, by customer if asked."""
    return lists.page(world, "payment_intent", "payment_intent", call, "customer")


_TYPES = items(choice("card", "customer_balance"))
_BANK_TRANSFER = {"type": required(choice("jp_bank_transfer"))}
_CUSTOMER_BALANCE = {
    "bank_transfer": required(fields(_BANK_TRANSFER)),
    "funding_type": required(choice("bank_transfer")),
}
_OPTIONS = fields({"customer_balance": optional(fields(_CUSTOMER_BALANCE))})
_CONFIRM = {
    **EXPAND,
    "off_session": optional(boolean),
    "payment_method": optional(text),
    "payment_method_options": optional(_OPTIONS),
    "return_url": optional(url),
}
_AUTOMATIC = {"enabled": required(boolean), "allow_redirects": optional(choice("always", "never"))}
_CREATE = {
    **_CONFIRM,
    "allowed_payment_method_types": optional(_TYPES),
    "amount": required(amount(50)),
    "automatic_payment_methods": optional(fields(_AUTOMATIC)),
    "confirm": optional(boolean),
    "currency": required(currency),
    "customer": optional(text),
    "description": optional(text),
    "metadata": optional(metadata),
    "receipt_email": optional(text),
    "transfer_group": optional(text),
}
_REASONS = choice("abandoned", "duplicate", "fraudulent", "requested_by_customer")

OPERATIONS = (
    Operation("POST", "/v1/payment_intents", _CREATE, create),
    Operation(
        "GET",
        "/v1/payment_intents",
        {**LIST, "created": optional(time_range), "customer": optional(text)},
        list_all,
    ),
    Operation("GET", "/v1/payment_intents/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/payment_intents/{id}/confirm", _CONFIRM, confirm),
    Operation(
        "POST",
        "/v1/payment_intents/{id}/cancel",
        {**EXPAND, "cancellation_reason": optional(_REASONS)},
        cancel,
    ),
)
