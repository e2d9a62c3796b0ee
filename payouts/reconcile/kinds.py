"""What can be wrong between our books, the provider and the bank: one name for each, with what probably happened."""

from enum import StrEnum

from marketplace.core.errors import N_


class Kind(StrEnum):
    """A kind of break."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DUPLICATE = "duplicate"
    AMOUNT = "amount"
    CURRENCY = "currency"
    TIMING = "timing"
    FEE = "fee"
    UNKNOWN_TYPE = "unknown_type"
    ORPHAN_REVERSAL = "orphan_reversal"
    WRONG_ACCOUNT = "wrong_account"
    WRONG_SIGN = "wrong_sign"
    PAYOUT_WITHOUT_TRANSFER = "payout_without_transfer"
    DISPUTE_WITHOUT_POSTING = "dispute_without_posting"
    REFUND_WITHOUT_POSTING = "refund_without_posting"
    BALANCE = "balance"
    BANK_LINE_UNKNOWN = "bank_line_unknown"
    BANK_AMOUNT = "bank_amount"
    BANK_MISSING = "bank_missing"
    BANK_DUPLICATE = "bank_duplicate"
    BANK_RESULT = "bank_result"


NAMES: dict[Kind, str] = {
    Kind.MISSING_HERE: N_("At Stripe, not in our books"),
    Kind.MISSING_THERE: N_("In our books, not at Stripe"),
    Kind.DUPLICATE: N_("Twice at Stripe"),
    Kind.AMOUNT: N_("Different amount"),
    Kind.CURRENCY: N_("Different currency"),
    Kind.TIMING: N_("Different time"),
    Kind.FEE: N_("Fee not booked"),
    Kind.UNKNOWN_TYPE: N_("Unknown kind of movement"),
    Kind.ORPHAN_REVERSAL: N_("Reversal without its posting"),
    Kind.WRONG_ACCOUNT: N_("On the wrong account"),
    Kind.WRONG_SIGN: N_("In the wrong direction"),
    Kind.PAYOUT_WITHOUT_TRANSFER: N_("Payout without its transfer"),
    Kind.DISPUTE_WITHOUT_POSTING: N_("Dispute without its posting"),
    Kind.REFUND_WITHOUT_POSTING: N_("Refund without its posting"),
    Kind.BALANCE: N_("Balance differs from its movements"),
    Kind.BANK_LINE_UNKNOWN: N_("At the bank, not in our books"),
    Kind.BANK_AMOUNT: N_("Different amount at the bank"),
    Kind.BANK_MISSING: N_("In our books, not at the bank"),
    Kind.BANK_DUPLICATE: N_("Twice at the bank"),
    Kind.BANK_RESULT: N_("Different amount in a transfer file's result"),
}

SUGGESTIONS: dict[Kind, str] = {
    Kind.MISSING_HERE: N_("Stripe moved money that no posting of ours knows: an event was lost, or somebody acted in Stripe's own pages."),
    Kind.MISSING_THERE: N_("We have booked a movement that Stripe does not list: it was never made, or on another account."),
    Kind.DUPLICATE: N_("Another movement at Stripe belongs to the same posting already: it may have been sent twice."),
    Kind.AMOUNT: N_("The posting is found by its object, but the amounts differ: part of it was changed at Stripe."),
    Kind.CURRENCY: N_("The posting is found by its object, but the currency is another: nothing can be booked before this is clear."),
    Kind.TIMING: N_("The amounts agree, but the days lie too far apart: it was booked late, or has not arrived in time."),
    Kind.FEE: N_("The difference is exactly what Stripe kept as a fee: book it as Stripe's fee."),
    Kind.UNKNOWN_TYPE: N_("We know no rule for this kind of movement: Stripe may have begun to charge or to pay for something new."),
    Kind.ORPHAN_REVERSAL: N_("Money of a transfer was taken back at Stripe, and no posting says so."),
    Kind.WRONG_ACCOUNT: N_("The posting is found, but it names another Stripe account than the one on which the money moved."),
    Kind.WRONG_SIGN: N_("The amounts agree, but one says in and the other out."),
    Kind.PAYOUT_WITHOUT_TRANSFER: N_("Money left a connected account for a bank, and no transfer of ours had brought it there."),
    Kind.DISPUTE_WITHOUT_POSTING: N_("A card payment was taken back, or won back, and no posting says so."),
    Kind.REFUND_WITHOUT_POSTING: N_("Money went back to a company, and no posting says so: it was refunded in Stripe's own pages."),
    Kind.BALANCE: N_("The movements that Stripe lists do not add up to the balance that it shows: some have not been listed."),
    Kind.BANK_LINE_UNKNOWN: N_("The bank moved money that no posting of ours knows: a fee, interest, or a payment by hand."),
    Kind.BANK_AMOUNT: N_("A posting of another amount lies on the same days with the same reference: a fee may have been kept."),
    Kind.BANK_MISSING: N_("We have booked a movement that the bank does not list on the days around it."),
    Kind.BANK_DUPLICATE: N_("Another line of the bank belongs to the same posting already."),
    Kind.BANK_RESULT: N_("The bank's result names another amount than our transfer file: ask the bank which of the two it paid."),
}  # fmt: skip

BANK_KINDS = frozenset({Kind.BANK_LINE_UNKNOWN, Kind.BANK_AMOUNT, Kind.BANK_MISSING, Kind.BANK_DUPLICATE})
ONLY_EXPLAINED = frozenset({Kind.CURRENCY, Kind.TIMING, Kind.BALANCE, Kind.BANK_RESULT})
"""Kinds that no entry can put right."""

CLOSED_BY_NAME = frozenset({Kind.BANK_RESULT})
"""Kinds that no run looks for: what opened them closes them."""

AGES = (1, 7, 30)
"""Days at which an open break grows into the next bucket: today, this week, this month, older."""
