"""What the ledger's buckets and facts are called, as sentences to translate."""

from collections.abc import Mapping
from typing import Any

from marketplace.core.errors import N_
from marketplace.operations.owners import Owner
from payouts.holds import ACCOUNT_FAILURES, BANK_FAILURES, FUNDS_FAILURES
from web import i18n

PURPOSES: Mapping[str, str] = {
    "stripe_platform": N_("Stripe balance"),
    "stripe_connected": N_("On alumni's Stripe accounts"),
    "bank_client": N_("Bank account for client money"),
    "bank_operator": N_("The operator's own bank account"),
    "balance": N_("Companies' balances"),
    "reserved": N_("Reserved"),
    "receivable": N_("Owed by companies and people"),
    "clawback_pending": N_("To be credited to companies"),
    "payable": N_("Payable"),
    "in_transit": N_("In transit"),
    "awaiting": N_("Bounties not paid in yet"),
    "unvested": N_("Bounties in guarantee"),
    "revenue": N_("Revenue"),
    "tax": N_("Output tax"),
    "expense": N_("Expenses"),
    "suspense": N_("Suspense"),
}
FACTS: Mapping[str, str] = {
    "topup": N_("Money added"),
    "reserve": N_("Set aside for a task"),
    "conclude": N_("Contract concluded"),
    "release": N_("Set free again"),
    "reopen": N_("Contract left, seat opened again"),
    "approve": N_("Work approved"),
    "cancel": N_("Contract ended"),
    "withhold_adjust": N_("Withholding corrected"),
    "submit": N_("Put on its way"),
    "transfer": N_("Moved to the alumnus's Stripe account"),
    "paid": N_("Arrived in the bank"),
    "failed": N_("The bank refused it"),
    "returned": N_("The bank sent it back"),
    "reversal": N_("Moved back to the platform"),
    "refund": N_("Paid back to the company"),
    "chargeback": N_("Card payment taken back"),
    "debt_paid": N_("Owed for a payment taken back, paid"),
    "dispute_fee": N_("Stripe's fee for a dispute"),
    "cover": N_("Brought in by the operator to cover a loss"),
    "operator_payout": N_("Paid out to the operator"),
    "invoice": N_("Invoice issued"),
    "invoice_paid": N_("Invoice paid"),
    "fund_bounty": N_("Bounty paid in"),
    "vest": N_("Reward for a referral vested"),
    "credit_note": N_("Credit note issued"),
    "clawback": N_("Bounty taken back"),
    "netted": N_("Set off: an earlier reward goes back"),
    "write_off": N_("Written off"),
    "reverse": N_("Correction"),
    "break": N_("Break of the reconciliation posted"),
}
FAILURES = (
    (BANK_FAILURES, N_("The bank did not accept the account.")),
    (ACCOUNT_FAILURES, N_("The payment provider has restricted the account.")),
    (FUNDS_FAILURES, N_("The money was not released in time.")),
)
REFUSED = N_("The payment provider refused the payout.")
BALANCE = N_("Balance")
"""One company's; `PURPOSES` speaks of all of them."""

ACCOUNTS: Mapping[str, str] = {
    "stripe:platform": N_("Stripe balance"),
    "bank:client": N_("Bank account for client money"),
    "bank:operator": N_("The operator's own bank account"),
    "revenue:platform_fee": N_("Platform fees earned"),
    "revenue:success_fee": N_("Success fees earned"),
    "tax:output": N_("Output tax"),
    "expense:stripe_fee": N_("Stripe fees"),
    "expense:bank_fee": N_("Bank fees"),
    "expense:bad_debt": N_("Written off"),
    "expense:goodwill": N_("Goodwill"),
    "suspense:stripe": N_("Suspense at Stripe"),
    "suspense:bank": N_("Suspense at the bank"),
}


def fact(kind: str) -> str:
    """Say a posting's kind in the reader's language; an unknown one speaks for itself."""
    return i18n.tr(FACTS.get(kind, kind))


def purpose(name: str) -> str:
    """Say what a bucket is for."""
    return i18n.tr(PURPOSES.get(name, name))


def account(row: Any, owners: Mapping[str, Owner]) -> str:
    """Say an account: what it is for, and whose it is; `row` has name, purpose and owner."""
    said = ACCOUNTS.get(row["name"])
    if said is not None:
        return i18n.tr(said)
    what = i18n.tr(BALANCE if row["purpose"] == "balance" else PURPOSES[row["purpose"]])
    owner = owners.get(row["owner"])
    return f"{what} · {whose(owner)}" if owner else what


def named(name: str) -> str:
    """Say what an account is for by its name alone, without whose it is."""
    if name in ACCOUNTS:
        return i18n.tr(ACCOUNTS[name])
    side, _, rest = name.partition(":")
    if side == "stripe":
        return i18n.tr(PURPOSES["stripe_connected"])
    word = rest.split(":")[1]
    return i18n.tr(BALANCE if word == "balance" else PURPOSES.get(word, word))


def holder(name: str, company: str, person: str) -> str:
    """Say whose an account is, by its name alone, to a company that pays one person; `company` and `person` are names."""
    side, _, rest = name.partition(":")
    if side == "company":
        return company
    if side == "person" or (side == "stripe" and rest.startswith("connected:")):
        return person
    return i18n.tr(N_("The operator"))


def failure(code: str) -> str:
    """Say in the reader's language why a payout did not arrive, from the provider's code."""
    said = next((text for codes, text in FAILURES if code in codes), REFUSED)
    return i18n.tr(said)


def whose(owner: Owner) -> str:
    """Return an owner's name in the reader's language."""
    return owner.name_en if i18n.locale.get() == "en" else owner.name
