"""Turn Stripe's objects (as plain dicts) into ours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marketplace.core.clock import day_of
from marketplace.core.money import Money
from payouts.gateway.protocol import (
    Balance,
    BalanceTransaction,
    Checkout,
    ConnectedAccount,
    Dispute,
    Envelope,
    Fee,
    Movement,
    Payment,
    Reversal,
)

Json = Mapping[str, Any]


def money(amount: int, currency: str) -> Money:
    """Read an amount in minor units of a lower-case currency."""
    return Money(int(amount), currency.upper())


def account(found: Json, banks: list[Json]) -> ConnectedAccount:
    """Read a v2 account with its recipient configuration and requirements, and its bank accounts."""
    recipient = (found.get("configuration") or {}).get("recipient") or {}
    abilities = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    entries = (found.get("requirements") or {}).get("entries") or []
    bank = banks[0] if banks else {}
    return ConnectedAccount(
        id=found["id"],
        status=_account_status(found, abilities, bool(bank)),
        requirements=tuple(sorted({str(entry["description"]) for entry in entries})),
        bank_name=str(bank.get("bank_name") or ""),
        bank_last4=str(bank.get("last4") or ""),
    )


def _account_status(found: Json, abilities: Json, has_bank: bool) -> str:
    transfers, payouts = abilities.get("stripe_transfers") or {}, abilities.get("payouts") or {}
    codes = {detail["code"] for detail in transfers.get("status_details") or []}
    if found.get("closed") or "restricted_other" in codes:
        return "restricted"
    if transfers.get("status") != "active":
        return "incomplete"
    return "active" if has_bank and payouts.get("status", "active") == "active" else "bank_needed"


def checkout(found: Json) -> Checkout:
    """Read a Checkout Session."""
    metadata = found.get("metadata") or {}
    return Checkout(
        found["id"],
        found.get("url") or "",
        found["status"],
        _id(found.get("payment_intent")),
        metadata.get("topup", ""),
    )


def payment(found: Json) -> Payment:
    """Read a PaymentIntent with `latest_charge.balance_transaction` expanded."""
    charge = found.get("latest_charge") or {}
    transaction = (charge.get("balance_transaction") if isinstance(charge, Mapping) else None) or {}
    settled = isinstance(transaction, Mapping) and found["status"] == "succeeded"
    currency = found["currency"]
    return Payment(
        payment_intent=found["id"],
        status=found["status"],
        topup=(found.get("metadata") or {}).get("topup", ""),
        customer=_id(found.get("customer")),
        amount=money(found["amount"], currency),
        charge=_id(charge),
        transaction=transaction.get("id", "") if settled else "",
        fee=money(transaction.get("fee", 0) if settled else 0, currency),
        net=money(transaction.get("net", 0) if settled else 0, currency),
    )


def balance(found: Json, currency: str) -> Balance:
    """Read the two parts of an account's balance in one currency."""
    parts = {
        name: sum(part["amount"] for part in found[name] if part["currency"] == currency.lower())
        for name in ("available", "pending")
    }
    return Balance(Money(parts["available"], currency), Money(parts["pending"], currency))


def movement(kind: str, found: Json, account: str = "") -> Movement:
    """Read a transfer, payout or refund; a transfer is done when it exists."""
    arrives = found.get("arrival_date")
    return Movement(
        id=found["id"],
        kind=kind,
        status=str(found.get("status") or "paid"),
        amount=money(found["amount"], found["currency"]),
        op=(found.get("metadata") or {}).get("op_id", ""),
        account=account or str(found.get("destination") or ""),
        failure_code=str(found.get("failure_code") or found.get("failure_reason") or ""),
        arrives_on=_day(arrives) if arrives else None,
        trace=str((found.get("trace_id") or {}).get("value") or ""),
    )


def document(kind: str, found: Json) -> Movement:
    """Read an invoice, one of its items or a credit note: what was made, or what a step left of it."""
    amount = found["total"] if "total" in found else found["amount"]
    return Movement(
        id=found["id"],
        kind=kind,
        status=str(found.get("status") or "made"),
        amount=money(amount, found["currency"]),
        op=(found.get("metadata") or {}).get("op_id", ""),
        url=str(found.get("hosted_invoice_url") or ""),
    )


def reversal(found: Json, transfer: Json) -> Reversal:
    """Read one reversal of a transfer."""
    return Reversal(
        found["id"],
        transfer["id"],
        _id(transfer["destination"]),
        money(found["amount"], found["currency"]),
    )


def dispute(found: Json) -> Dispute:
    """Read a dispute with the fees of its balance transactions."""
    currency = found["currency"]
    moved = found.get("balance_transactions") or []
    return Dispute(
        found["id"],
        found["status"],
        _id(found.get("payment_intent")),
        money(found["amount"], currency),
        tuple(Fee(str(each["id"]), money(each["fee"], currency)) for each in moved if each.get("fee")),
    )


def balance_transaction(found: Json) -> BalanceTransaction:
    """Read a balance transaction, with its source expanded or not."""
    source = found.get("source")
    currency = found["currency"]
    return BalanceTransaction(
        id=found["id"],
        kind=str(found["type"]),
        category=str(found.get("reporting_category") or ""),
        source=_id(source),
        origin=_id(source.get("source_transfer")) if isinstance(source, Mapping) else "",
        amount=money(found["amount"], currency),
        fee=money(found.get("fee") or 0, currency),
        status=str(found["status"]),
        description=str(found.get("description") or ""),
        made_at=datetime.fromtimestamp(found["created"], UTC),
        available_at=datetime.fromtimestamp(found["available_on"], UTC),
    )


def snapshot(found: Json) -> Envelope:
    """Read the label of a snapshot event."""
    about = (found.get("data") or {}).get("object") or {}
    object_id = about.get("id") or about.get("customer") or ""
    return Envelope(found["id"], found["type"], str(object_id), str(found.get("account") or ""), found)


def thin(found: Json) -> Envelope:
    """Read the label of a thin v2 event; the account is the object itself."""
    related = found.get("related_object") or {}
    return Envelope(found["id"], found["type"], str(related.get("id") or ""), "", found)


def _id(found: Any) -> str:
    return str(found.get("id") or "") if isinstance(found, Mapping) else str(found or "")


def _day(seconds: int) -> date:
    return day_of(datetime.fromtimestamp(seconds, UTC))
