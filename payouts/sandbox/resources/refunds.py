"""Refunds of payments, and of cash that was never applied to one."""

from payouts.sandbox import events, lists, money
from payouts.sandbox.errors import insufficient_balance, invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    amount,
    choice,
    currency,
    merge_metadata,
    metadata,
    optional,
    text,
    time_range,
)
from payouts.sandbox.resources import cash, charges
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id


def create(world: World, call: Call) -> Json:
    """Give money back: of a payment, or with ``origin=customer_balance`` of unapplied cash."""
    params = call.params
    if params.get("origin") == "customer_balance":
        return _cash_refund(world, params)
    charge = _charge(world, params)
    yen = _amount(params, charge)
    if money.totals(world)[0] < yen:
        raise insufficient_balance("Insufficient funds in your Stripe balance to refund this amount.")
    refund = _refund(world, params, yen) | {
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "destination_details": _destination(charge),
    }
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    refund["balance_transaction"] = money.record(world, kind, -yen, source=refund["id"])["id"]
    charges.note_refund(world, charge, yen)
    return _stored(world, refund)


def _charge(world: World, params: Json) -> Json:
    if params.get("payment_intent"):
        intent_id = params["payment_intent"]
        intent = lists.fetch(world, "payment_intent", "payment_intent", intent_id, param="payment_intent")
        if intent["status"] != "succeeded":
            raise invalid(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.")
        return lists.fetch(world, "charge", "charge", intent["latest_charge"])
    if params.get("charge"):
        return lists.fetch(world, "charge", "charge", params["charge"], param="charge")
    raise invalid(
        "One of the following params should be provided for this request: payment_intent or charge.",
        code="parameter_missing",
    )


def _amount(params: Json, charge: Json) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    yen: int = params.get("amount", left)
    if yen > left:
        raise invalid(
            f"Refund amount (¥{yen:,}) is greater than unrefunded amount on charge (¥{left:,})",
            param="amount",
        )
    return yen


def _destination(charge: Json) -> Json:
    if charge["payment_method_details"]["type"] == "card":
        card = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
        return {"type": "card", "card": card}
    return {
        "type": "jp_bank_transfer",
        "jp_bank_transfer": {"reference": None, "reference_status": "pending"},
    }


def _cash_refund(world: World, params: Json) -> Json:
    for name in ("customer", "currency", "amount"):
        if name not in params:
            raise invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)
    customer = lists.fetch(world, "customer", "customer", params["customer"], param="customer")
    cash.refund_to_sender(world, customer["id"], params["amount"])
    back = {"reference": None, "reference_status": "pending"}
    refund = _refund(world, params, params["amount"]) | {
        "customer": customer["id"],
        "destination_details": {"type": "jp_bank_transfer", "jp_bank_transfer": back},
    }
    return _stored(world, refund)


def _refund(world: World, params: Json, yen: int) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": yen,
        "balance_transaction": None,
        "charge": None,
        "created": world.now,
        "currency": CURRENCY,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "payment_intent": None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _stored(world: World, refund: Json) -> Json:
    world.store.add("refund", refund, account=world.account, created=world.now)
    events.emit(world, "refund.created", refund)
    return refund


def retrieve(world: World, call: Call) -> Json:
    """Show one refund."""
    return lists.fetch(world, "refund", "refund", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List refunds, by charge or payment intent if asked."""
    return lists.page(world, "refund", "refund", call, "charge", "payment_intent")


_CREATE = {
    **EXPAND,
    "amount": optional(amount()),
    "charge": optional(text),
    "currency": optional(currency),
    "customer": optional(text),
    "instructions_email": optional(text),
    "metadata": optional(metadata),
    "origin": optional(choice("customer_balance")),
    "payment_intent": optional(text),
    "reason": optional(choice("duplicate", "fraudulent", "requested_by_customer")),
}
_FILTER = {
    **LIST,
    "charge": optional(text),
    "created": optional(time_range),
    "payment_intent": optional(text),
}

OPERATIONS = (
    Operation("POST", "/v1/refunds", _CREATE, create),
    Operation("GET", "/v1/refunds", _FILTER, list_all),
    Operation("GET", "/v1/refunds/{id}", EXPAND, retrieve),
)
