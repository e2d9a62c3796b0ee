"""The life of a payment intent: a wish to be paid, by a card on the hosted page or from a virtual bank account."""

from collections.abc import Callable

from payouts.sandbox import events, lists
from payouts.sandbox.errors import invalid
from payouts.sandbox.params import merge_metadata
from payouts.sandbox.resources import cards, cash, charges
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id

# Who hears that a payment intent has succeeded: what it pays for.
SUCCEEDED: list[Callable[[World, Json], None]] = []


def start(world: World, params: Json) -> Json:
    """Store a new payment intent that waits for its payment method."""
    intent_id = new_id("pi")
    allowed = params.get("allowed_payment_method_types")
    automatic = params.get("automatic_payment_methods") or {"enabled": True}
    intent = {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": allowed,
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None if allowed else {"allow_redirects": "always", **automatic},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('s')[2:]}",
        "confirmation_method": "automatic",
        "created": world.now,
        "currency": CURRENCY,
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": params.get("payment_method_options") or {},
        "payment_method_types": allowed or ["card", "customer_balance"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
        "_whole": params.get("_whole", False),
    }
    world.store.add("payment_intent", intent, account=world.account, created=world.now)
    events.emit(world, "payment_intent.created", intent)
    return intent


def pay_by_card(world: World, intent: Json, card: Json) -> tuple[str, str] | None:
    """Charge the card; on refusal return its code and message and leave the intent open for another card."""
    refusal = cards.decline_of(card)
    if refusal is None:
        _succeed(world, intent, charges.take_card(world, intent, card))
        return None
    code, message = refusal
    charge = charges.refuse_card(world, intent, card, code=code, message=message)
    intent["latest_charge"] = charge["id"]
    intent["last_payment_error"] = {
        "charge": charge["id"],
        "code": "card_declined",
        "decline_code": code,
        "message": message,
        "type": "card_error",
    }
    world.store.save("payment_intent", intent)
    events.emit(world, "payment_intent.payment_failed", intent)
    return refusal


def _succeed(world: World, intent: Json, charge: Json) -> None:
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }
    world.store.save("payment_intent", intent)
    events.emit(world, "payment_intent.succeeded", intent)
    for listener in SUCCEEDED:
        listener(world, intent)


def wait_for_cash(world: World, intent: Json) -> Json:
    """Show the bank details and wait, or pay at once from cash that is already there."""
    if intent["customer"] is None:
        raise invalid(
            "A customer is required for customer_balance payments.",
            code="parameter_missing",
            param="customer",
        )
    intent["status"] = "requires_action"
    _show_instructions(world, intent)
    reconcile(world, intent["customer"])
    now: Json = lists.fetch(world, "payment_intent", "payment_intent", intent["id"])
    if now["status"] == "requires_action":
        events.emit(world, "payment_intent.requires_action", now)
    return now


def _show_instructions(world: World, intent: Json) -> None:
    remaining = max(intent["amount"] - cash.balance(world, intent["customer"]), 0)
    intent["next_action"] = {
        "type": "display_bank_transfer_instructions",
        "display_bank_transfer_instructions": {
            "amount_remaining": remaining,
            "currency": CURRENCY,
            "financial_addresses": [cash.zengin_address(intent["customer"])],
            "hosted_instructions_url": None,
            "reference": intent["id"][-8:].upper(),
            "type": "jp_bank_transfer",
        },
    }
    world.store.save("payment_intent", intent)


def reconcile(world: World, customer_id: str) -> None:
    """Apply a customer's cash to the payment intents that wait for it: what it pays exactly first, then the oldest.

    An invoice is paid whole or not at all.
    """
    cash_now = cash.balance(world, customer_id)
    waiting = world.store.matching("payment_intent", customer=customer_id)
    for intent in sorted(waiting, key=lambda intent: intent["amount"] != cash_now):
        if (
            intent["status"] != "requires_action"
            or "customer_balance" not in intent["payment_method_options"]
        ):
            continue
        held = cash.balance(world, customer_id)
        if held >= intent["amount"]:
            applied = {"payment_intent": intent["id"]}
            cash.move(world, customer_id, -intent["amount"], "applied_to_payment", applied)
            _succeed(world, intent, charges.take_bank_transfer(world, intent))
        elif held > 0 and not intent["_whole"]:
            _show_instructions(world, intent)
            events.emit(world, "payment_intent.partially_funded", intent)
            return


def give_up(world: World, intent: Json, reason: str | None) -> Json:
    """Close an open payment intent."""
    intent |= {
        "status": "canceled",
        "canceled_at": world.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    world.store.save("payment_intent", intent)
    events.emit(world, "payment_intent.canceled", intent)
    return intent
