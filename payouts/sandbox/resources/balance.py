"""The balance, its transactions and the payout schedule of an account."""

from payouts.sandbox import lists, money
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    boolean,
    choice,
    currency,
    fields,
    items,
    optional,
    text,
    time_range,
)
from payouts.sandbox.store import Json
from payouts.sandbox.world import World


def retrieve(world: World, _call: Call) -> Json:
    """Show what is available and what is pending."""
    return money.balance(world)


def retrieve_transaction(world: World, call: Call) -> Json:
    """Show one balance transaction."""
    return lists.fetch(world, "balance_transaction", "balance transaction", call.path["id"])


def list_transactions(world: World, call: Call) -> Json:
    """List balance transactions, by source or type if asked."""
    return lists.page(world, "balance_transaction", "balance transaction", call, "source", "type", "currency")


def retrieve_settings(world: World, _call: Call) -> Json:
    """Show how and when the account is paid out."""
    return _settings_view(_settings(world))


def update_settings(world: World, call: Call) -> Json:
    """Change the payout schedule, the descriptor or the debiting of negative balances."""
    settings = _settings(world)
    payments = call.params.get("payments", {})
    payouts = payments.get("payouts", {})
    if "debit_negative_balances" in payments:
        settings["debit_negative_balances"] = payments["debit_negative_balances"]
    if "statement_descriptor" in payouts:
        settings["statement_descriptor"] = payouts["statement_descriptor"]
    if "schedule" in payouts:
        settings["interval"] = payouts["schedule"].get("interval", settings["interval"])
        settings["weekly_payout_days"] = payouts["schedule"].get("weekly_payout_days", [])
    world.store.save("balance_settings", settings)
    return _settings_view(settings)


def _settings(world: World) -> Json:
    settings_id = f"settings_{world.account or 'platform'}"
    found = world.store.find("balance_settings", settings_id)
    if found is not None:
        return found
    fresh: Json = {
        "id": settings_id,
        "interval": "daily",
        "weekly_payout_days": [],
        "statement_descriptor": None,
        "debit_negative_balances": False,
    }
    return world.store.add("balance_settings", fresh, account=world.account, created=world.now)


def _settings_view(settings: Json) -> Json:
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": settings["debit_negative_balances"],
            "payouts": {
                "minimum_balance_by_currency": None,
                "schedule": {
                    "interval": settings["interval"],
                    "monthly_payout_days": [],
                    "weekly_payout_days": settings["weekly_payout_days"],
                },
                "statement_descriptor": settings["statement_descriptor"],
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": 0, "delay_days_override": None},
        },
    }


_SCHEDULE = {
    "interval": optional(choice("daily", "manual", "monthly", "weekly")),
    "weekly_payout_days": optional(items(choice("monday", "tuesday", "wednesday", "thursday", "friday"))),
}
_PAYMENTS = {
    "debit_negative_balances": optional(boolean),
    "payouts": optional(
        fields({"schedule": optional(fields(_SCHEDULE)), "statement_descriptor": optional(text)})
    ),
}
_FILTER = {
    **LIST,
    "created": optional(time_range),
    "currency": optional(currency),
    "source": optional(text),
    "type": optional(text),
}

OPERATIONS = (
    Operation("GET", "/v1/balance", EXPAND, retrieve),
    Operation("GET", "/v1/balance_transactions", _FILTER, list_transactions),
    Operation("GET", "/v1/balance_transactions/{id}", EXPAND, retrieve_transaction),
    Operation("GET", "/v1/balance_settings", EXPAND, retrieve_settings),
    Operation(
        "POST", "/v1/balance_settings", {**EXPAND, "payments": optional(fields(_PAYMENTS))}, update_settings
    ),
)
