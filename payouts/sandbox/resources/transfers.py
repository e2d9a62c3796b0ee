"""Transfers from the platform's balance to connected accounts, and their reversals."""

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
from payouts.sandbox.resources import accounts, charges
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id


def create(world: World, call: Call) -> Json:
    """Send platform money to a payee whose ``stripe_transfers`` capability is active."""
    params = call.params
    payee = accounts.fetch(world, params["destination"], param="destination")
    if not accounts.may_receive(world, payee):
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
            param="destination",
        )
    funding = _funding_charge(world, params)
    transfer = _transfer(world, params, funding)
    settled_on = _settled_on(world, funding)
    own = money.record(
        world,
        "transfer",
        -params["amount"],
        source=transfer["id"],
        available_on=settled_on,
        description=params.get("description"),
    )
    # Recipient accounts can use transferred money a day later, and never before its charge has settled.
    usable_on = max(settled_on, world.now + world.settings.transfer_delay_seconds)
    payment = charges.receive_transfer(world.within(payee["id"]), transfer, usable_on)
    transfer |= {"balance_transaction": own["id"], "destination_payment": payment["id"]}
    world.store.add("transfer", transfer, account=world.account, created=world.now)
    events.emit(world, "transfer.created", transfer)
    return transfer


def _funding_charge(world: World, params: Json) -> Json | None:
    """Check the funds: the named charge must cover the transfer, or else the available balance."""
    charge_id = params.get("source_transaction")
    if charge_id is None:
        if money.totals(world)[0] < params["amount"]:
            raise insufficient_balance(
                "You have insufficient available funds in your Stripe account. Try adding funds directly to "
                "your available balance by creating Charges using the 4000000000000077 test card."
            )
        return None
    charge = lists.fetch(world, "charge", "charge", charge_id, param="source_transaction")
    earlier = world.store.matching("transfer", source_transaction=charge_id)
    sent = sum(transfer["amount"] - transfer["amount_reversed"] for transfer in earlier)
    if sent + params["amount"] > charge["amount"] - charge["amount_refunded"]:
        raise invalid(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"¥{charge['amount']:,}. (There is already ¥{sent:,} in transfers using this source.)",
            param="amount",
        )
    return charge


def _settled_on(world: World, funding: Json | None) -> int:
    """Find when the money leaves the platform's available balance: now, or when the funding charge settles."""
    found = world.store.find("balance_transaction", funding["balance_transaction"]) if funding else None
    return max(world.now, found["available_on"]) if found else world.now


def _transfer(world: World, params: Json, funding: Json | None) -> Json:
    transfer_id = new_id("tr")
    group = params.get("transfer_group") or (funding or {}).get("transfer_group")
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": params["amount"],
        "amount_reversed": 0,
        "created": world.now,
        "currency": CURRENCY,
        "description": params.get("description"),
        "destination": params["destination"],
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "reversals": {**lists.listing([], f"/v1/transfers/{transfer_id}/reversals"), "total_count": 0},
        "reversed": False,
        "source_transaction": params.get("source_transaction"),
        "source_type": params.get("source_type", "card"),
        "transfer_group": group,
    }


def reverse(world: World, call: Call) -> Json:
    """Take money of a transfer back, as far as it is unreversed and the payee's balance covers it."""
    transfer = lists.fetch(world, "transfer", "transfer", call.path["id"])
    left = transfer["amount"] - transfer["amount_reversed"]
    yen = call.params.get("amount", left)
    if yen > left or left == 0:
        raise invalid(
            f"The amount of this reversal (¥{yen:,}) is greater than the unreversed amount (¥{left:,}).",
            param="amount",
        )
    payee = world.within(transfer["destination"])
    if sum(money.totals(payee)) < yen:
        raise insufficient_balance("The connected account's balance does not cover this reversal.")
    reversal = _reversal(world, call.params, transfer, yen)
    reversals = transfer["reversals"]["data"]
    transfer["amount_reversed"] += yen
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"] |= {"data": [reversal, *reversals], "total_count": len(reversals) + 1}
    world.store.save("transfer", transfer)
    events.emit(world, "transfer.reversed", transfer)
    return reversal


def _reversal(world: World, params: Json, transfer: Json, yen: int) -> Json:
    reversal_id = new_id("trr")
    own = money.record(world, "transfer_refund", yen, source=reversal_id)
    refund = charges.give_back(world.within(transfer["destination"]), transfer["destination_payment"], yen)
    return {
        "id": reversal_id,
        "object": "transfer_reversal",
        "amount": yen,
        "balance_transaction": own["id"],
        "created": world.now,
        "currency": CURRENCY,
        "destination_payment_refund": refund["id"],
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "source_refund": None,
        "transfer": transfer["id"],
    }


def retrieve(world: World, call: Call) -> Json:
    """Show one transfer."""
    return lists.fetch(world, "transfer", "transfer", call.path["id"])


def list_all(world: World, call: Call) -> Json:
    """List transfers, by group or destination if asked."""
    return lists.page(world, "transfer", "transfer", call, "transfer_group", "destination")


def list_reversals(world: World, call: Call) -> Json:
    """List the reversals of one transfer, newest first."""
    transfer = lists.fetch(world, "transfer", "transfer", call.path["id"])
    return lists.listing(transfer["reversals"]["data"], call.url)


def update(world: World, call: Call) -> Json:
    """Change description and metadata, which is all that a transfer lets change."""
    transfer = lists.fetch(world, "transfer", "transfer", call.path["id"])
    if "description" in call.params:
        transfer["description"] = call.params["description"]
    if "metadata" in call.params:
        transfer["metadata"] = merge_metadata(transfer["metadata"], call.params["metadata"])
    world.store.save("transfer", transfer)
    events.emit(world, "transfer.updated", transfer)
    return transfer


_CREATE = {
    **EXPAND,
    "amount": required(amount()),
    "currency": required(currency),
    "destination": required(text),
    "description": optional(text),
    "metadata": optional(metadata),
    "source_transaction": optional(text),
    "source_type": optional(choice("bank_account", "card", "fpx")),
    "transfer_group": optional(text),
}
_FILTER = {
    **LIST,
    "created": optional(time_range),
    "destination": optional(text),
    "transfer_group": optional(text),
}
_REVERSE = {
    **EXPAND,
    "amount": optional(amount()),
    "description": optional(text),
    "metadata": optional(metadata),
}
_UPDATE = {**EXPAND, "description": optional(text), "metadata": optional(metadata)}

OPERATIONS = (
    Operation("POST", "/v1/transfers", _CREATE, create),
    Operation("GET", "/v1/transfers", _FILTER, list_all),
    Operation("GET", "/v1/transfers/{id}", EXPAND, retrieve),
    Operation("POST", "/v1/transfers/{id}", _UPDATE, update),
    Operation("POST", "/v1/transfers/{id}/reversals", _REVERSE, reverse),
    Operation("GET", "/v1/transfers/{id}/reversals", LIST, list_reversals),
)
