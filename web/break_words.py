"""What breaks, their ages, the rules of matching, the legs and the phases of a run are called."""

from collections.abc import Mapping

from marketplace.core.errors import N_
from payouts.reconcile.kinds import AGES as BOUNDS
from payouts.reconcile.kinds import NAMES, SUGGESTIONS, Kind
from web import i18n

RULES: Mapping[str, str] = {
    "top_up": N_("Payment in, by its balance transaction"),
    "invoice": N_("Invoice paid, by its balance transaction"),
    "transfer": N_("Transfer, by the operation that made it"),
    "transfer_arrived": N_("Transfer on the alumnus's account, by its source"),
    "payout_paid": N_("Payout, by the operation that made it"),
    "payout_returned": N_("Payout that came back, by its operation"),
    "payout_refused": N_("Refused payout: out"),
    "payout_came_back": N_("Refused payout: back in"),
    "refund": N_("Refund, by the operation that made it"),
    "refund_failed": N_("Refund that failed, by its operation"),
    "reversal": N_("Reversal, by its id"),
    "reversal_taken": N_("Reversal on the alumnus's account, by amount and day"),
    "chargeback": N_("Dispute, by its id"),
    "chargeback_won": N_("Dispute won, by its id"),
    "dispute_fee": N_("Fee of a dispute, by its balance transaction"),
    "operator_payout": N_("The operator's own payout, by its id"),
    "entry": N_("Entry of a settled break"),
    "bank_transfer_file": N_("Bank transfer file, by its total and day"),
    "bank_transfer_back": N_("Given back from a bank transfer file"),
    "bank_reference": N_("Line of the bank, by amount, days and reference"),
    "bank_amount": N_("Line of the bank, by amount and days"),
}
LEGS: Mapping[str, str] = {
    "agreed": N_("Agreed in contracts"),
    "approved": N_("Approved"),
    "funded": N_("Set aside for contracts"),
    "sent": N_("Sent: transfer and payout"),
    "arrived": N_("Arrived at the bank"),
    "traced": N_("Arrived, with the bank's trace"),
}
PHASES: Mapping[str, str] = {
    "pull": N_("Fetching movements from Stripe"),
    "balances": N_("Reading the balances"),
    "match": N_("Matching movements to postings"),
    "judge": N_("Naming what has no posting"),
    "postings": N_("Looking for postings without a movement"),
    "close": N_("Closing what has matched late"),
    "arrivals": N_("Asking for the bank's traces"),
    "done": N_("Done"),
}
AGES = (N_("Up to a day"), N_("Up to a week"), N_("Up to a month"), N_("Older than a month"))
NOTES: Mapping[str, str] = {
    "opened": N_("Found by the reconciliation"),
    "changed": N_("The difference has changed"),
    "taken": N_("Taken"),
    "noted": N_("Note"),
    "evidence": N_("Evidence added"),
    "proposed": N_("Proposed"),
    "refused": N_("Proposal sent back"),
    "resolved": N_("Settled"),
    "closed": N_("Closed: it matched late"),
}
RESOLUTIONS: Mapping[str, str] = {
    "entry": N_("Post an entry"),
    "explanation": N_("Explain it, post nothing"),
}
INTO: Mapping[str, str] = {
    "expense:stripe_fee": N_("Stripe fees"),
    "expense:goodwill": N_("Goodwill"),
    "expense:bad_debt": N_("Written off"),
}


def kind(name: str) -> str:
    """Say a kind of break."""
    return i18n.tr(NAMES[Kind(name)])


def suggestion(name: str) -> str:
    """Say what probably happened."""
    return i18n.tr(SUGGESTIONS[Kind(name)])


def rule(name: str) -> str:
    """Say a rule of matching."""
    return i18n.tr(RULES.get(name, name))


def age(days: int) -> str:
    """Say the bucket of an age in days."""
    return i18n.tr(AGES[sum(days >= bound for bound in BOUNDS)])
