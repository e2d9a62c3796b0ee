"""Bank transfers to a customer's virtual account: its details, deposits and the cash they leave."""

from payouts.sandbox import events, lists
from payouts.sandbox.errors import no_such
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    amount,
    choice,
    currency,
    fields,
    items,
    optional,
    required,
    text,
)
from payouts.sandbox.resources import cash, payments
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World


def deposit(
    world: World, customer_id: str, yen: int, *, sender: str = "", reference: str | None = None
) -> Json:
    """Let a bank transfer arrive on the virtual account; waiting payment intents are paid, oldest first."""
    customer = lists.fetch(world, "customer", "customer", customer_id)
    origin = {
        "sender_bank": "サンドボックス銀行",
        "sender_branch": "本店",
        "sender_name": sender or customer["name"] or "フリコミ ニン",
    }
    transfer = {"type": "jp_bank_transfer", "jp_bank_transfer": origin, "reference": reference}
    transaction = cash.move(world, customer_id, yen, "funded", {"bank_transfer": transfer})
    payments.reconcile(world, customer_id)
    if cash.balance(world, customer_id) > 0:
        events.emit(world, "cash_balance.funds_available", _cash_balance(world, customer_id))
    return transaction


def holder(world: World, number: str) -> str:
    """Return the customer whose virtual account has this number."""
    for customer in world.store.matching("customer"):
        if cash.zengin_address(customer["id"])["zengin"]["account_number"] == number:
            return str(customer["id"])
    raise no_such("virtual account", number)


def _cash_balance(world: World, customer_id: str) -> Json:
    yen = cash.balance(world, customer_id)
    return {
        "object": "cash_balance",
        "available": {CURRENCY: yen} if yen else None,
        "customer": customer_id,
        "customer_account": None,
        "livemode": False,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


def retrieve(world: World, call: Call) -> Json:
    """Show a customer's unapplied cash."""
    return _cash_balance(world, lists.fetch(world, "customer", "customer", call.path["id"])["id"])


def list_transactions(world: World, call: Call) -> Json:
    """List what came in and what it was applied to."""
    customer = lists.fetch(world, "customer", "customer", call.path["id"])
    return lists.paged(
        world,
        "customer_cash_balance_transaction",
        "customer cash balance transaction",
        call,
        where="account = ? and json_extract(body, '$.customer') = ?",
        values=[world.account, customer["id"]],
    )


def instructions(world: World, call: Call) -> Json:
    """Give the customer's virtual account; it is the same at every call."""
    customer = lists.fetch(world, "customer", "customer", call.path["id"])
    return {
        "object": "funding_instructions",
        "bank_transfer": {
            "country": "JP",
            "financial_addresses": [cash.zengin_address(customer["id"])],
            "type": "jp_bank_transfer",
        },
        "currency": CURRENCY,
        "funding_type": "bank_transfer",
        "livemode": False,
    }


def fund(world: World, call: Call) -> Json:
    """Simulate an incoming bank transfer, as Stripe's own test helper does."""
    return deposit(world, call.path["id"], call.params["amount"], reference=call.params.get("reference"))


_BANK_TRANSFER = {
    "type": required(choice("jp_bank_transfer")),
    "requested_address_types": optional(items(choice("zengin"))),
}
_INSTRUCTIONS = {
    **EXPAND,
    "bank_transfer": required(fields(_BANK_TRANSFER)),
    "currency": required(currency),
    "funding_type": required(choice("bank_transfer")),
}
_FUND = {
    **EXPAND,
    "amount": required(amount()),
    "currency": required(currency),
    "reference": optional(text),
}

OPERATIONS = (
    Operation("POST", "/v1/customers/{id}/funding_instructions", _INSTRUCTIONS, instructions),
    Operation("GET", "/v1/customers/{id}/cash_balance", EXPAND, retrieve),
    Operation("GET", "/v1/customers/{id}/cash_balance_transactions", LIST, list_transactions),
    Operation("POST", "/v1/test_helpers/customers/{id}/fund_cash_balance", _FUND, fund),
)
