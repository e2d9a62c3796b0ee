"""Which posting a movement at the provider belongs to, and what it is called when none fits. Pure.

A balance transaction points to its posting by an object: by itself, by its source or by what the source comes from,
either as part of the posting's key or as what a money operation of ours made. `matching` runs the same table of rules
over sets, in SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from payouts.reconcile.kinds import Kind

GRACE = timedelta(hours=1)
"""How long news may be on its way before what is missing counts as missing."""

FEE_TYPES = frozenset({"stripe_fee", "stripe_fx_fee", "network_cost", "tax_fee", "application_fee"})
BY_AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Rule:
    """How transactions of some kinds name their posting, and what of them the posting must say.

    `points` is the member that names the object; `through` the kind of operation (or `invoice`) that made it, empty
    when the object stands in the key itself. Where nothing points, `amount` finds the posting of that kind on the account
    with the same amount and the nearest day. `against` is the entry that is compared: the one on the Stripe account, or
    what is in transit, times `sign`. `days` is how far the two may lie apart.
    """

    name: str
    connected: bool
    kinds: tuple[str, ...]
    prefix: str
    points: str
    through: str = ""
    category: str = ""
    measure: str = "net"
    against: str = "stripe"
    sign: int = 1
    half: int = 0
    part: str = "whole"
    days: int = 3

    def takes(self, transaction: "Transaction") -> bool:
        """Tell whether the rule speaks of such transactions."""
        return (
            self.connected == bool(transaction.account)
            and transaction.kind in self.kinds
            and self.category in {"", transaction.category}
        )


ARRIVES = 14
"""Days from the start of a payout to its arrival, with the longest holidays of the banks between."""

RULES: tuple[Rule, ...] = (
    Rule("top_up", False, ("charge", "payment"), "topup:", "id"),
    Rule("invoice", False, ("charge", "payment"), "invoice_paid:", "id", "invoice"),
    Rule("transfer", False, ("transfer",), "transfer:", "source", "transfer"),
    Rule("transfer_arrived", True, ("payment", "charge"), "transfer:", "origin", "transfer"),
    Rule("payout_paid", True, ("payout",), "paid:", "source", "payout", days=ARRIVES),
    Rule("payout_returned", True, ("payout_failure", "payout_cancel"), "returned:", "source", "payout", days=ARRIVES),
    Rule("payout_refused", True, ("payout",), "failed:", "source", "payout", against="in_transit", sign=-1, half=1, days=ARRIVES),
    Rule("payout_came_back", True, ("payout_failure", "payout_cancel"), "failed:", "source", "payout", against="in_transit", half=2, days=ARRIVES),
    Rule("refund", False, ("refund", "payment_refund"), "refund:", "source", "refund"),
    Rule("refund_failed", False, ("refund_failure", "payment_failure_refund"), "reverse:refund:", "source", "refund", days=ARRIVES),
    Rule("reversal", False, ("transfer_refund",), "reversal:", "source"),
    Rule("reversal_taken", True, ("payment_refund", "refund"), "reversal:", BY_AMOUNT),
    Rule("chargeback", False, ("adjustment",), "chargeback:", "source", category="dispute", measure="amount"),
    Rule("chargeback_won", False, ("adjustment",), "reverse:chargeback:", "source", category="dispute_reversal", measure="amount"),
    Rule("dispute_fee", False, ("adjustment",), "dispute_fee:", "id", measure="fee", sign=-1, part="fee"),
    Rule("operator_payout", False, ("payout",), "operator_payout:", "source"),
)  # fmt: skip

KNOWN = frozenset(kind for rule in RULES for kind in rule.kinds)
REVERSALS = frozenset({"transfer_refund", "payment_refund", "transfer_failure", "transfer_cancel"})


@dataclass(frozen=True, slots=True)
class Transaction:
    """A balance transaction: signed minor units; `account` is empty for the platform, `ledger` its account in our books."""

    id: str
    account: str
    ledger: str
    kind: str
    category: str
    source: str
    amount: int
    fee: int
    net: int
    currency: str
    made_at: datetime

    def measured(self, rule: Rule) -> int:
        """Return what the rule compares."""
        return {"net": self.net, "amount": self.amount, "fee": self.fee}[rule.measure] * rule.sign


@dataclass(frozen=True, slots=True)
class Claim:
    """A posting that a rule finds for a transaction: its entries on Stripe accounts by name, and who has it already.

    `in_transit` is the entry on what is in transit, `taken_by` the transaction that belongs to the same half.
    """

    rule: Rule
    transfer: str
    key: str
    currency: str
    happened_at: datetime
    entries: Mapping[str, int]
    in_transit: int = 0
    taken_by: str = ""

    def expected(self, ledger: str) -> int | None:
        """Return what the posting says of this account; None when it does not speak of it."""
        return self.in_transit if self.rule.against == "in_transit" else self.entries.get(ledger)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is known: an equal transaction that has its posting, and the payout of ours behind the source.

    `arrives_by` is when that payout should be in the bank, `transferred` whether a transfer brought its money.
    """

    twin: str = ""
    payout: str = ""
    on_its_way: bool = False
    overdue: bool = False
    transferred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference: what the books say, what is there, and which accounts an entry would have to correct."""

    kind: Kind
    expected: int | None
    found: int
    claim: Claim | None = None
    corrections: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def difference(self) -> int:
        """What is there less what the books say."""
        return self.found - (self.expected or 0)


def fits(claim: Claim, transaction: Transaction) -> bool:
    """Tell whether a posting says exactly what happened: account, currency, amount, and a day that is near."""
    return (
        claim.currency == transaction.currency
        and claim.expected(transaction.ledger) == transaction.measured(claim.rule)
        and abs(claim.happened_at - transaction.made_at) <= timedelta(days=claim.rule.days)
    )


def judge(
    transaction: Transaction, claims: Sequence[Claim], around: Surroundings, *, now: datetime
) -> Finding | None:
    """Name what is wrong with a transaction that has no posting of its own; None while it may still come."""
    if not any(rule.takes(transaction) for rule in RULES):
        kind = Kind.FEE if transaction.kind in FEE_TYPES else Kind.UNKNOWN_TYPE
        return _unbooked(transaction, kind)
    whole = [claim for claim in claims if claim.rule.part == "whole"]
    if whole:
        return _mismatch(transaction, _nearest(whole, transaction))
    if around.on_its_way and not around.overdue:
        return None
    if around.twin:
        return _unbooked(transaction, Kind.DUPLICATE)
    if now - transaction.made_at < GRACE:
        return None
    return _unbooked(transaction, _unclaimed(transaction, around))


def _nearest(claims: Sequence[Claim], transaction: Transaction) -> Claim:
    """Prefer a posting that speaks of the account, and among those the free one."""
    return min(claims, key=lambda claim: (claim.expected(transaction.ledger) is None, bool(claim.taken_by)))


def _mismatch(transaction: Transaction, claim: Claim) -> Finding:
    expected, found = claim.expected(transaction.ledger), transaction.measured(claim.rule)
    if claim.currency != transaction.currency:
        return Finding(Kind.CURRENCY, expected, found, claim)
    if claim.taken_by and claim.taken_by != transaction.id:
        return _unbooked(transaction, Kind.DUPLICATE, claim)
    if expected is None:
        return _elsewhere(transaction, claim)
    if expected == found:
        return _agreed(transaction, claim)
    correct = {transaction.ledger: found - expected}
    if expected == -found:
        return Finding(Kind.WRONG_SIGN, expected, found, claim, correct)
    kind = Kind.FEE if transaction.fee and expected == transaction.amount else Kind.AMOUNT
    return Finding(kind, expected, found, claim, correct)


def _agreed(transaction: Transaction, claim: Claim) -> Finding:
    """The amounts agree, so that it is the day, or a fee that has a posting of its own and has not got it."""
    if claim.rule.measure == "amount" and transaction.fee:
        fee = -transaction.fee
        return Finding(
            Kind.FEE, claim.expected(transaction.ledger), transaction.net, claim, {transaction.ledger: fee}
        )
    return Finding(Kind.TIMING, transaction.measured(claim.rule), transaction.measured(claim.rule), claim)


def _elsewhere(transaction: Transaction, claim: Claim) -> Finding:
    """The posting names another account: give there back what belongs here."""
    others = {name: -amount for name, amount in claim.entries.items() if amount == transaction.net}
    if len(others) == 1:
        others[transaction.ledger] = transaction.net
        return Finding(Kind.WRONG_ACCOUNT, None, transaction.net, claim, others)
    return Finding(Kind.WRONG_ACCOUNT, None, transaction.net, claim, {transaction.ledger: transaction.net})


def _unclaimed(transaction: Transaction, around: Surroundings) -> Kind:
    if around.on_its_way and around.transferred:
        return Kind.TIMING
    if transaction.kind == "payout" and transaction.account and not around.transferred:
        return Kind.PAYOUT_WITHOUT_TRANSFER
    if transaction.kind in REVERSALS and (transaction.account or transaction.kind == "transfer_refund"):
        return Kind.ORPHAN_REVERSAL
    if transaction.kind == "adjustment":
        return Kind.DISPUTE_WITHOUT_POSTING
    if transaction.kind in {"refund", "payment_refund"}:
        return Kind.REFUND_WITHOUT_POSTING
    return Kind.MISSING_HERE


def _unbooked(transaction: Transaction, kind: Kind, claim: Claim | None = None) -> Finding:
    if kind is Kind.TIMING:
        return Finding(kind, transaction.net, transaction.net, claim)
    return Finding(kind, None, transaction.net, claim, {transaction.ledger: transaction.net})
