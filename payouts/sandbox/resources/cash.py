"""A customer's unapplied cash: the balance, each movement of it, and the virtual account it came in on."""

import hashlib

from payouts.sandbox import events
from payouts.sandbox.errors import invalid
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id


def balance(world: World, customer_id: str) -> int:
    """Return a customer's unapplied cash in yen."""
    found = world.store.row("select available from cash where customer = ?", customer_id)
    return 0 if found is None else int(found[0])


def move(world: World, customer_id: str, yen: int, kind: str, details: Json) -> Json:
    """Change a customer's cash (signed yen) and tell of it; ``details`` is the member named ``kind``."""
    world.store.run(
        "insert into cash values (?, ?, ?) on conflict (customer, currency) do update "
        "set available = available + ?3",
        customer_id,
        CURRENCY,
        yen,
    )
    transaction = {
        "id": new_id("ccsbtxn"),
        "object": "customer_cash_balance_transaction",
        "created": world.now,
        "currency": CURRENCY,
        "customer": customer_id,
        "ending_balance": balance(world, customer_id),
        "livemode": False,
        "net_amount": yen,
        "type": kind,
        **({kind: details} if details else {}),
    }
    world.store.add(
        "customer_cash_balance_transaction", transaction, account=world.account, created=world.now
    )
    events.emit(world, "customer_cash_balance_transaction.created", transaction)
    return transaction


def zengin_address(customer_id: str) -> Json:
    """Derive the virtual account's number from the customer's id."""
    number = int(hashlib.sha256(customer_id.encode()).hexdigest(), 16) % 10_000_000
    nowhere = {
        "city": None,
        "country": "JP",
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }
    zengin = {
        "account_holder_address": nowhere,
        "account_holder_name": "サンドボックス(カ",
        "account_number": f"{number:07}",
        "account_type": "futsu",
        "bank_address": nowhere,
        "bank_code": "9999",
        "bank_name": "サンドボックス銀行",
        "branch_code": "950",
        "branch_name": "テスト支店",
    }
    return {"supported_networks": ["zengin"], "type": "zengin", "zengin": zengin}


def refund_to_sender(world: World, customer_id: str, yen: int) -> None:
    """Send unapplied cash back to the customer's bank."""
    held = balance(world, customer_id)
    if yen > held:
        raise invalid(
            f"The customer's cash balance (¥{held:,}) does not cover this refund (¥{yen:,}).", param="amount"
        )
    move(world, customer_id, -yen, "return_initiated", {})
