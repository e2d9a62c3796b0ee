"""Why a payout may not start now, and who can change that. Pure."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.errors import N_, Message
from marketplace.core.money import Money

MOST_ATTEMPTS = 5
BANK_FAILURES = frozenset(
    {
        "account_closed",
        "account_frozen",
        "bank_account_restricted",
        "bank_account_unusable",
        "bank_ownership_changed",
        "could_not_process",
        "debit_not_authorized",
        "declined",
        "expired",
        "incorrect_account_holder_name",
        "incorrect_account_holder_tax_id",
        "invalid_account_number",
        "invalid_account_number_length",
        "invalid_currency",
        "no_account",
        "no_bank_account",
        "payouts_not_allowed",
        "unsupported_card",
    }
)
ACCOUNT_FAILURES = frozenset({"insufficient_capabilities_for_transfer", "account_invalid", "account_closed"})
FUNDS_FAILURES = frozenset({"balance_insufficient", "insufficient_funds"})
NEVER_SENT = "never_sent"
"""A bank transfer file that two people say the bank never got."""
MENDABLE = BANK_FAILURES | ACCOUNT_FAILURES | FUNDS_FAILURES | {NEVER_SENT}

REASONS = {
    "onboarding_incomplete": Message(
        N_("The payment set-up is not complete. Please finish it on the page of the payment provider.")
    ),
    "bank_details_wrong": Message(N_("The bank did not accept the account. Please give other bank details.")),
    "tax_category_unknown": Message(
        N_("The tax category of this work is not known. Finance has to choose it before the payout.")
    ),
    "over_limit": Message(N_("The amount needs the approval of a second person at the operator.")),
    "kill_switch": Message(N_("The operator has stopped payouts for the moment.")),
    "funds_pending": Message(N_("The money has arrived, but the payment provider has not released it yet.")),
    "account_restricted": Message(N_("The payment provider has restricted the account and has to be asked.")),
    "provider_refused": Message(
        N_("The payment provider or the bank refused the payout. The operator is looking into it.")
    ),
    "other_rail": Message(
        N_("Bank transfers are switched off for the moment. The operator has to switch them on again.")
    ),
    "bank_account_new": Message(
        N_("The bank account was changed a short while ago. Nothing is sent to a new account at once.")
    ),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """A stable reason (a key of REASONS) and who has to act: alumnus, finance, operator or provider."""

    reason: str
    owner: str
    until: datetime | None = None

    @property
    def message(self) -> Message:
        """The sentence that tells the reason."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a payout may start; `available` is None when the provider could not be asked.

    `rests_until` is set while a new bank account is not used yet; `rail_on` tells whether bank transfers are switched on.
    """

    amount: Money
    payee_status: str
    rail: str
    approved: bool
    limit: Money
    stopped: bool
    available: Money | None
    transferred: bool
    failure_code: str
    attempts: int
    rests_until: datetime | None = None
    rail_on: bool = False


def blocker(now: Situation) -> Hold | None:
    """Return the first reason to wait, the payee's own first, or None when the payout may start."""
    return _payee(now) or _operator(now) or _provider(now)


def _payee(now: Situation) -> Hold | None:
    if now.rests_until is not None and now.rail != "stripe":
        return Hold("bank_account_new", "operator", now.rests_until)
    if now.payee_status == "active":
        return None
    if now.payee_status == "bank_needed":
        return Hold("bank_details_wrong", "alumnus")
    if now.payee_status == "restricted":
        return Hold("account_restricted", "operator")
    return Hold("onboarding_incomplete", "alumnus")


def _operator(now: Situation) -> Hold | None:
    if now.rail != "stripe" and not now.rail_on:
        return Hold("other_rail", "operator")
    if now.stopped:
        return Hold("kill_switch", "operator")
    if now.amount > now.limit and not now.approved:
        return Hold("over_limit", "operator")
    return None


def _provider(now: Situation) -> Hold | None:
    if now.failure_code and now.failure_code not in MENDABLE and not now.approved:
        return Hold("provider_refused", "operator")
    if now.attempts >= MOST_ATTEMPTS and not now.approved:
        return Hold("provider_refused", "operator")
    if (
        now.rail == "stripe"
        and not now.transferred
        and now.available is not None
        and now.available < now.amount
    ):
        return Hold("funds_pending", "provider")
    return None
