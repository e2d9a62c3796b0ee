"""Payouts from an account's balance to its bank account: sent, in transit, paid, or come back."""

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
    required,
    text,
    time_range,
)
from payouts.sandbox.resources import accounts, bank_accounts
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, arrival, new_id

FAILURES = {
    "account_closed": "The bank account has been closed.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located "
    "with those details.",
    "could_not_process": "The bank could not process this payout.",
}


def create(world: World, call: Call) -> Json:
    """Send available money to the account's bank account; it arrives some weekdays later."""
    params = call.params
    bank = _bank(world, params)
    if money.totals(world)[0] < params["amount"]:
        raise insufficient_balance("You have insufficient funds in your Stripe account for this payout.")
    payout = _payout(world, params, bank)
    transaction = money.record(world, "payout", -params["amount"], source=payout["id"])
    payout["balance_transaction"] = transaction["id"]
    world.store.add("payout", payout, account=world.account, created=world.now)
    world.schedule(world.now, "send_payout", payout["id"])
    events.emit(world, "payout.created", payout)
    return payout


def _bank(world: World, params: Json) -> Json:
    """Choose the bank account or refuse: none there, switched off after a failure, or not this account's."""
    wanted = params.get("destination")
    if wanted:
        bank = lists.fetch(world, "bank_account", "external account", wanted, param="destination")
    else:
        found = bank_accounts.of(world)
        if found is None:
            raise invalid("Sorry, you don't have any external accounts in that currency (jpy)")
        bank = found
    if bank["status"] == "errored":
        raise invalid(
            "Cannot create payouts: this account has payouts disabled until its bank account is replaced.",
            code="payouts_not_allowed",
        )
    return bank


def _payout(world: World, params: Json, bank: Json) -> Json:
    return {
        "id": new_id("po"),
        "object": "payout",
        "amount": params["amount"],
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrival(world.now, world.settings.payout_weekdays),
        "automatic": False,
        "balance_transaction": None,
        "created": world.now,
        "currency": CURRENCY,
        "description": params.get("description"),
        "destination": bank["id"],
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": params.get("source_type", "card"),
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


def send(world: World, payout_id: str) -> None:
    """Hand a pending payout to the bank."""
    payout, own = _find(world, payout_id)
    if payout["status"] != "pending":
        return
    payout |= {"status": "in_transit", "trace_id": {"status": "pending", "value": None}}
    world.store.save("payout", payout)
    world.schedule(payout["arrival_date"], "settle_payout", payout_id)
    events.emit(own, "payout.updated", payout, previous={"status": "pending"})


def settle(world: World, payout_id: str) -> None:
    """Let a payout arrive, or come back when its bank account is one that fails."""
    send(world, payout_id)
    payout, own = _find(world, payout_id)
    if payout["status"] != "in_transit":
        return
    bank = world.store.find("bank_account", payout["destination"])
    reason = bank_accounts.failure_of(bank) if bank else "account_closed"
    if reason is not None:
        fail(world, payout_id, reason)
        return
    trace = {"status": "supported", "value": payout_id[-12:]}
    payout |= {"status": "paid", "trace_id": trace}
    world.store.save("payout", payout)
    events.emit(own, "payout.paid", payout, previous={"status": "in_transit"})


def fail(world: World, payout_id: str, reason: str) -> Json:
    """Bring the money of a sent, or even paid, payout back and switch its bank account off."""
    payout, own = _find(world, payout_id)
    if payout["status"] not in {"pending", "in_transit", "paid"}:
        raise invalid(f"A payout that is {payout['status']} cannot fail.")
    transaction = money.record(own, "payout_failure", payout["amount"], source=payout_id)
    before = payout["status"]
    payout |= {
        "status": "failed",
        "failure_code": reason,
        "failure_message": FAILURES[reason],
        "failure_balance_transaction": transaction["id"],
    }
    world.store.save("payout", payout)
    events.emit(own, "payout.failed", payout, previous={"status": before})
    accounts.switch_off_bank(own, payout["destination"])
    return payout


def _find(world: World, payout_id: str) -> tuple[Json, World]:
    """Return a payout of any account and the world as its account sees it."""
    payout = world.store.find("payout", payout_id)
    if payout is None:
        raise invalid(f"No such payout: '{payout_id}'", code="resource_missing", param="payout")
    return payout, world.within(world.store.owner("payout", payout_id))


def cancel(world: World, call: Call) -> Json:
    """Stop a payout that is still pending."""
    payout = lists.fetch(world, "payout", "payout", call.path["id"])
    if payout["status"] != "pending":
        raise invalid("Payouts can only be canceled while they are pending.", code="payout_not_cancelable")
    money.record(world, "payout_cancel", payout["amount"], source=payout["id"])
    payout["status"] = "canceled"
    world.store.save("payout", payout)
    events.emit(world, "payout.canceled", payout, previous={"status": "pending"})
    return payout


def retrieve(world: World, call: Call) -> Json:
    """Show one payout."""
    return lists.fetch(world, "payout", "payout", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List payouts, by status or destination if asked."""
    return lists.page(world, "payout", "payout", call, "status", "destination")


_CREATE = {
    **EXPAND,
    "amount": required(amount()),
    "currency": required(currency),
    "description": optional(text),
    "destination": optional(text),
    "metadata": optional(metadata),
    # No instant payouts in Japan.
    "method": optional(choice("standard")),
    "source_type": optional(choice("bank_account", "card", "fpx")),
    "statement_descriptor": optional(text),
}
_FILTER = {
    **LIST,
    "created": optional(time_range),
    "destination": optional(text),
    "status": optional(choice("canceled", "failed", "in_transit", "paid", "pending")),
}

OPERATIONS = (
    Operation("POST", "/v1/payouts", _CREATE, create),
    Operation("GET", "/v1/payouts", _FILTER, list_all),
    Operation("GET", "/v1/payouts/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/payouts/{id}/cancel", EXPAND, cancel),
)
