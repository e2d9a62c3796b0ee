"""Disputes: a card payer takes money back; opened and decided by the control plane."""

from payouts.sandbox import events, lists, money
from payouts.sandbox.errors import invalid
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    boolean,
    fields,
    merge_metadata,
    metadata,
    optional,
    text,
    time_range,
)
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, DAY, World, new_id

_TEXTS = (
    "access_activity_log",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "uncategorized_text",
)
_OPEN = ("needs_response", "under_review")


def open_for(world: World, charge_id: str, reason: str = "fraudulent") -> Json:
    """Let the payer of a card charge dispute it: the platform's balance is debited at once."""
    charge = lists.fetch(world, "charge", "charge", charge_id, param="charge")
    card = (charge["payment_method_details"] or {}).get("card")
    if card is None:
        raise invalid("Only card charges can be disputed.", param="charge")
    if charge["disputed"]:
        raise invalid("This charge is already disputed.", code="charge_disputed", param="charge")
    dispute = _dispute(world, charge, card, reason)
    _move(world, dispute, -dispute["amount"], fee=world.settings.dispute_fee, category="dispute")
    world.store.add("dispute", dispute, account=world.account, created=world.now)
    world.store.save("charge", {**charge, "disputed": True})
    events.emit(world, "charge.dispute.created", dispute)
    events.emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _dispute(world: World, charge: Json, card: Json, reason: str) -> Json:
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now,
        "currency": CURRENCY,
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_TEXTS), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now + 7 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network": card["brand"],
                "network_reason_code": "10.4",
            },
        },
        "reason": reason,
        "status": "needs_response",
    }


def _move(world: World, dispute: Json, yen: int, *, fee: int, category: str) -> None:
    transaction = money.record(world, "adjustment", yen, fee=fee, source=dispute["id"], category=category)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], transaction]


def win(world: World, dispute_id: str) -> Json:
    """Decide for the platform: the money comes back, and the fee for the dispute."""
    dispute = _undecided(world, dispute_id)
    fee = -world.settings.dispute_fee
    _move(world, dispute, dispute["amount"], fee=fee, category="dispute_reversal")
    _decided(world, dispute, "won")
    events.emit(world, "charge.dispute.funds_reinstated", dispute)
    return dispute


def lose(world: World, dispute_id: str) -> Json:
    """Decide for the payer: the money stays away."""
    return _decided(world, _undecided(world, dispute_id), "lost")


def _undecided(world: World, dispute_id: str) -> Json:
    dispute = lists.fetch(world, "dispute", "dispute", dispute_id)
    if dispute["status"] not in _OPEN:
        raise invalid("This dispute is already closed.")
    return dispute


def _decided(world: World, dispute: Json, status: str) -> Json:
    dispute["status"] = status
    world.store.save("dispute", dispute)
    events.emit(world, "charge.dispute.closed", dispute)
    return dispute


def update(world: World, call: Call) -> Json:
    """Add evidence; with ``submit`` (the default) it goes to the bank for review."""
    dispute = _undecided(world, call.path["id"])
    evidence = call.params.get("evidence", {})
    details = dispute["evidence_details"]
    dispute["evidence"] |= evidence
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    if evidence and call.params.get("submit", True):
        details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
        dispute["status"] = "under_review"
    if "metadata" in call.params:
        dispute["metadata"] = merge_metadata(dispute["metadata"], call.params["metadata"])
    world.store.save("dispute", dispute)
    events.emit(world, "charge.dispute.updated", dispute)
    return dispute


def close(world: World, call: Call) -> Json:
    """Accept the dispute as lost."""
    return lose(world, call.path["id"])


def retrieve(world: World, call: Call) -> Json:
    """Show one dispute."""
    return lists.fetch(world, "dispute", "dispute", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List disputes, by charge or payment intent if asked."""
    return lists.page(world, "dispute", "dispute", call, "charge", "payment_intent")


_UPDATE = {
    **EXPAND,
    "evidence": optional(fields({name: optional(text) for name in _TEXTS})),
    "metadata": optional(metadata),
    "submit": optional(boolean),
}
_FILTER = {
    **LIST,
    "charge": optional(text),
    "created": optional(time_range),
    "payment_intent": optional(text),
}

OPERATIONS = (
    Operation("GET", "/v1/disputes", _FILTER, list_all),
    Operation("GET", "/v1/disputes/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/disputes/{id}", _UPDATE, update),
    Operation("POST", "/v1/disputes/{id}/close", EXPAND, close),
)
