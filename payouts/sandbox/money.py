"""Balance transactions: the only place where a balance of the sandbox changes."""

from payouts.sandbox import events
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id

# How Stripe groups balance transaction types for reports.
_REPORTING_CATEGORY = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
}


def record(
    world: World,
    kind: str,
    amount: int,
    *,
    source: str,
    fee: int = 0,
    available_on: int | None = None,
    category: str | None = None,
    description: str | None = None,
) -> Json:
    """Move money on the calling account's balance and return the balance transaction.

    ``amount`` is signed yen before the fee; the net counts as pending until ``available_on`` (default: now).
    """
    available_on = world.now if available_on is None else available_on
    pending = available_on > world.now
    fee_details = [
        {
            "amount": fee,
            "application": None,
            "currency": CURRENCY,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    transaction = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": world.now,
        "currency": CURRENCY,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fee_details if fee else [],
        "net": amount - fee,
        "reporting_category": category or _REPORTING_CATEGORY[kind],
        "source": source,
        "status": "pending" if pending else "available",
        "type": kind,
    }
    world.store.add("balance_transaction", transaction, account=world.account, created=world.now)
    _shift(world, available=0 if pending else amount - fee, pending=amount - fee if pending else 0)
    if pending:
        world.schedule(available_on, "release", str(transaction["id"]))
    return transaction


def _shift(world: World, *, available: int, pending: int) -> None:
    world.store.run(
        "insert into balance values (?, ?, ?, ?) on conflict (account, currency) do update "
        "set available = available + ?3, pending = pending + ?4",
        world.account,
        CURRENCY,
        available,
        pending,
    )


def release(world: World, transaction_id: str) -> None:
    """Make a pending balance transaction available because its time has come."""
    transaction = world.store.find("balance_transaction", transaction_id)
    if transaction is None or transaction["status"] == "available":
        return
    own = world.within(world.store.owner("balance_transaction", transaction_id))
    world.store.save("balance_transaction", {**transaction, "status": "available"})
    _shift(own, available=transaction["net"], pending=-transaction["net"])
    events.emit(own, "balance.available", balance(own))


def totals(world: World) -> tuple[int, int]:
    """Return available and pending yen of the calling account."""
    found = world.store.row(
        "select available, pending from balance where account = ? and currency = ?", world.account, CURRENCY
    )
    return (0, 0) if found is None else (int(found[0]), int(found[1]))


def balance(world: World) -> Json:
    """Show the calling account's balance as Stripe does."""
    available, pending = totals(world)
    return {
        "object": "balance",
        "available": [_part(available)],
        "connect_reserved": [_part(0)],
        "livemode": False,
        "pending": [_part(pending)],
    }


def _part(amount: int) -> Json:
    return {"amount": amount, "currency": CURRENCY, "source_types": {"card": amount}}


def fee_of(amount: int, basis_points: int) -> int:
    """Price a payment: the rate in basis points, half a yen rounded up."""
    return (amount * basis_points + 5_000) // 10_000
