"""The posting that puts a break right: the accounts in question on one side, suspense on the other. Pure."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.core.money import Money
from payouts import chart
from payouts.chart import Account
from payouts.ledger import Transfer
from payouts.postings import post

CLEARED: Mapping[str, Account] = {
    "expense:stripe_fee": chart.stripe_fee_expense(),
    "expense:bank_fee": chart.bank_fee_expense(),
    "expense:goodwill": chart.goodwill_expense(),
    "expense:bad_debt": chart.bad_debt_expense(),
}
"""Where a difference may go on to from suspense; without one it waits there."""


def account_named(name: str, currency: str = "JPY") -> Account:
    """Return the asset account of a name at the provider or the bank. Raises ValueError for any other."""
    if name.startswith("stripe:connected:"):
        return chart.stripe_connected(name.removeprefix("stripe:connected:"), currency=currency)
    held = (chart.stripe_platform, chart.bank_client, chart.bank_operator)
    found = {account.name: account for account in (make(currency=currency) for make in held)}
    if name not in found:
        raise ValueError(f"{name} is not an account that is reconciled")
    return found[name]


def entry(
    number: str, corrections: Mapping[str, int], *, bank: bool, currency: str, happened_at: datetime
) -> Transfer:
    """Correct the accounts by signed minor units; what is left of them goes to suspense. Key: `break:<number>`."""
    lines = [(account_named(name, currency), Money(amount, currency)) for name, amount in corrections.items()]
    rest = -Money.total([amount for _, amount in lines], currency)
    return post(f"break:{number}", happened_at, currency, *lines, (_suspense(bank, currency), rest))


def cleared(number: str, into: str, amount: Money, *, bank: bool, happened_at: datetime) -> Transfer:
    """Take a difference out of suspense; `amount` is signed as it lies there."""
    return post(
        f"break:{number}:cleared",
        happened_at,
        amount.currency,
        (_suspense(bank, amount.currency), -amount),
        (CLEARED[into], amount),
    )


def _suspense(bank: bool, currency: str) -> Account:
    return chart.bank_suspense(currency=currency) if bank else chart.stripe_suspense(currency=currency)
