"""Charges: money that came in on the platform, and the payments that connected accounts get by transfer."""

from payouts.sandbox import events, lists, money
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import EXPAND, LIST, optional, text, time_range
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, DAY, World, new_id

_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def take_card(world: World, intent: Json, card: Json) -> Json:
    """Charge a card for the whole of a payment intent; the fee comes off at once."""
    charge = _charge(world, new_id("ch"), intent, _card_details(card))
    available_on = world.now + world.settings.card_available_after_days * DAY
    fee = money.fee_of(intent["amount"], world.settings.card_fee_bp)
    return _credit(world, charge, "charge", fee, available_on)


def take_bank_transfer(world: World, intent: Json) -> Json:
    """Apply cash from the customer's virtual account to a payment intent."""
    details = {"type": "customer_balance", "customer_balance": {}}
    charge = _charge(world, new_id("py"), intent, details)
    return _credit(
        world, charge, "payment", money.fee_of(intent["amount"], world.settings.bank_fee_bp), world.now
    )


def refuse_card(world: World, intent: Json, card: Json, *, code: str, message: str) -> Json:
    """Record a declined attempt: no money moves."""
    charge = _charge(world, new_id("ch"), intent, _card_details(card)) | {
        "amount_captured": 0,
        "captured": False,
        "failure_code": "card_declined",
        "failure_message": message,
        "outcome": {
            "network_status": "declined_by_network",
            "reason": code,
            "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
        "paid": False,
        "status": "failed",
    }
    world.store.add("charge", charge, account=world.account, created=world.now)
    events.emit(world, "charge.failed", charge)
    return charge


def _credit(world: World, charge: Json, kind: str, fee: int, available_on: int) -> Json:
    transaction = money.record(
        world, kind, charge["amount"], source=charge["id"], fee=fee, available_on=available_on
    )
    charge["balance_transaction"] = transaction["id"]
    world.store.add("charge", charge, account=world.account, created=world.now)
    events.emit(world, "charge.succeeded", charge)
    return charge


def receive_transfer(world: World, transfer: Json, available_on: int) -> Json:
    """Credit a connected account with a transfer: there it is a payment, and no typed event tells of it."""
    payment_id = new_id("py")
    transaction = money.record(
        world, "payment", transfer["amount"], source=payment_id, available_on=available_on
    )
    payment = _body(world, payment_id, transfer["amount"]) | {
        "balance_transaction": transaction["id"],
        "description": transfer["description"],
        "payment_method_details": {"type": "stripe_account", "stripe_account": {}},
        "source_transfer": transfer["id"],
    }
    world.store.add("charge", payment, account=world.account, created=world.now)
    return payment


def give_back(world: World, payment_id: str, yen: int) -> Json:
    """Take a reversed transfer off a connected account: there it is a refund of the payment."""
    payment = lists.fetch(world, "charge", "payment", payment_id)
    refund_id = new_id("pyr")
    transaction = money.record(world, "payment_refund", -yen, source=refund_id)
    refund = {
        "id": refund_id,
        "object": "refund",
        "amount": yen,
        "balance_transaction": transaction["id"],
        "charge": payment_id,
        "created": world.now,
        "currency": CURRENCY,
        "destination_details": None,
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    world.store.add("refund", refund, account=world.account, created=world.now)
    note_refund(world, payment, yen)
    return refund


def note_refund(world: World, charge: Json, yen: int) -> None:
    """Count a refund on its charge and tell of it."""
    charge["amount_refunded"] += yen
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.store.save("charge", charge)
    events.emit(world, "charge.refunded", charge)


def _charge(world: World, charge_id: str, intent: Json, details: Json) -> Json:
    return _body(world, charge_id, intent["amount"]) | {
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": intent["metadata"],
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "transfer_group": intent["transfer_group"],
    }


def _body(world: World, charge_id: str, yen: int) -> Json:
    return {
        "id": charge_id,
        "object": "charge",
        "amount": yen,
        "amount_captured": yen,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": _NO_ADDRESS,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": None,
        "captured": True,
        "created": world.now,
        "currency": CURRENCY,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": {
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def _card_details(card: Json) -> Json:
    return {
        "type": "card",
        "card": {
            "brand": card["brand"],
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "JP",
            "exp_month": card["exp_month"],
            "exp_year": card["exp_year"],
            "fingerprint": None,
            "funding": "credit",
            "last4": card["number"][-4:],
            "network": card["brand"],
        },
    }


def retrieve(world: World, call: Call) -> Json:
    """Show one charge or payment."""
    return lists.fetch(world, "charge", "charge", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List charges, by payment intent, customer or group if asked."""
    return lists.page(world, "charge", "charge", call, "payment_intent", "transfer_group", "customer")


_FILTER = {
    **LIST,
    "created": optional(time_range),
    "customer": optional(text),
    "payment_intent": optional(text),
    "transfer_group": optional(text),
}

OPERATIONS = (
    Operation("GET", "/v1/charges", _FILTER, list_all),
    Operation("GET", "/v1/charges/{id}", EXPAND, retrieve),
)
