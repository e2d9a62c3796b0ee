"""The chart of accounts: every bucket that money can lie in, and the safeguarding identity over them.

Ids of companies, people, tasks and so on are opaque; a name is `owner:purpose:detail`, so an id holds
no colon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.money import Money


class Kind(StrEnum):
    """What a bucket is in the books; assets and expenses are positive, liabilities and revenue negative."""

    ASSET = "asset"
    LIABILITY = "liability"
    REVENUE = "revenue"
    EXPENSE = "expense"
    SUSPENSE = "suspense"


class Sign(StrEnum):
    """Which side of zero a balance may never reach."""

    FREE = "free"
    NEVER_NEGATIVE = "never_negative"
    NEVER_POSITIVE = "never_positive"


class Purpose(StrEnum):
    """What the money in a bucket is for, without whose it is."""

    STRIPE_PLATFORM = "stripe_platform"
    STRIPE_CONNECTED = "stripe_connected"
    BANK_CLIENT = "bank_client"
    BANK_OPERATOR = "bank_operator"
    BALANCE = "balance"
    RESERVED = "reserved"
    RECEIVABLE = "receivable"
    CLAWBACK_PENDING = "clawback_pending"
    PAYABLE = "payable"
    IN_TRANSIT = "in_transit"
    AWAITING = "awaiting"
    UNVESTED = "unvested"
    REVENUE = "revenue"
    TAX = "tax"
    EXPENSE = "expense"
    SUSPENSE = "suspense"


CLIENT_MONEY = frozenset(
    {Purpose.BALANCE, Purpose.RESERVED, Purpose.PAYABLE, Purpose.IN_TRANSIT, Purpose.UNVESTED}
)
SAFEGUARDED = frozenset({Purpose.STRIPE_PLATFORM, Purpose.STRIPE_CONNECTED, Purpose.BANK_CLIENT})


@dataclass(frozen=True, slots=True)
class Account:
    """A bucket of one currency; `owner` is `company:<id>`, `person:<id>`, or empty for the operator."""

    name: str
    kind: Kind
    purpose: Purpose
    sign: Sign = Sign.FREE
    owner: str = ""
    currency: str = "JPY"

    @property
    def holds_client_money(self) -> bool:
        """Money that the operator owes to companies and people and must have covered."""
        return self.purpose in CLIENT_MONEY

    def permits(self, balance: int) -> bool:
        """Tell whether the sign rule allows a balance in minor units."""
        if self.sign is Sign.NEVER_NEGATIVE:
            return balance >= 0
        return self.sign is not Sign.NEVER_POSITIVE or balance <= 0


def company_balance(company: str, *, currency: str = "JPY") -> Account:
    """Prepaid by a company and free to use."""
    return _owed(_owner("company", company), Purpose.BALANCE, currency=currency)


def company_reserved(company: str, *, task: str, currency: str = "JPY") -> Account:
    """Set aside for the open seats of a task."""
    return _owed(_owner("company", company), Purpose.RESERVED, task, currency=currency)


def company_reserved_contract(company: str, contract: str, *, currency: str = "JPY") -> Account:
    """Set aside for one concluded contract."""
    return _owed(_owner("company", company), Purpose.RESERVED, contract, currency=currency)


def company_receivable(company: str, *, currency: str = "JPY") -> Account:
    """Invoiced or charged back, and unpaid."""
    owner = _owner("company", company)
    return Account(
        f"{owner}:receivable", Kind.ASSET, Purpose.RECEIVABLE, Sign.FREE, owner=owner, currency=currency
    )


def company_clawback_pending(company: str, *, currency: str = "JPY") -> Account:
    """To be credited to a company when a clawed-back bounty is recovered."""
    owner = _owner("company", company)
    name = f"{owner}:clawback_pending"
    return Account(name, Kind.LIABILITY, Purpose.CLAWBACK_PENDING, owner=owner, currency=currency)


def person_payable(person: str, *, currency: str = "JPY") -> Account:
    """Earned by a person and not yet on its way."""
    return _owed(_owner("person", person), Purpose.PAYABLE, currency=currency)


def person_in_transit(person: str, payout: str, *, currency: str = "JPY") -> Account:
    """On its way to a person's bank in one payout."""
    return _owed(_owner("person", person), Purpose.IN_TRANSIT, payout, currency=currency)


def person_awaiting(person: str, claim: str, *, currency: str = "JPY") -> Account:
    """A bounty that is invoiced to the company and not yet paid in."""
    return _owed(_owner("person", person), Purpose.AWAITING, claim, currency=currency)


def person_unvested(person: str, claim: str, *, currency: str = "JPY") -> Account:
    """A bounty that is paid in while its guarantee runs."""
    return _owed(_owner("person", person), Purpose.UNVESTED, claim, currency=currency)


def person_receivable(person: str, *, currency: str = "JPY") -> Account:
    """Clawed back; netted from future bounties only, never from fees for work."""
    return _held(f"{_owner('person', person)}:receivable", Purpose.RECEIVABLE, person, currency)


def stripe_connected(person: str, *, currency: str = "JPY") -> Account:
    """In custody on a person's connected account at the provider."""
    _owner("person", person)
    return _held(f"stripe:connected:{person}", Purpose.STRIPE_CONNECTED, person, currency)


def stripe_platform(*, currency: str = "JPY") -> Account:
    """The operator's balance at the provider: below zero only by what the provider takes, as for a chargeback."""
    return Account("stripe:platform", Kind.ASSET, Purpose.STRIPE_PLATFORM, currency=currency)


def bank_client(*, currency: str = "JPY") -> Account:
    """The operator's segregated bank account for client money."""
    return _held("bank:client", Purpose.BANK_CLIENT, "", currency)


def bank_operator(*, currency: str = "JPY") -> Account:
    """The operator's own bank account: what was taken out, less what was brought in to cover losses.

    Its other money is unknown to this ledger, so that it may fall below zero.
    """
    return Account("bank:operator", Kind.ASSET, Purpose.BANK_OPERATOR, currency=currency)


def platform_fee_revenue(*, currency: str = "JPY") -> Account:
    """The operator's fee for spot work, without its tax."""
    return Account("revenue:platform_fee", Kind.REVENUE, Purpose.REVENUE, currency=currency)


def success_fee_revenue(*, currency: str = "JPY") -> Account:
    """The operator's fee for a successful referral, without its tax."""
    return Account("revenue:success_fee", Kind.REVENUE, Purpose.REVENUE, currency=currency)


def output_tax(*, currency: str = "JPY") -> Account:
    """Consumption tax on the operator's own fees."""
    return Account("tax:output", Kind.LIABILITY, Purpose.TAX, currency=currency)


def stripe_fee_expense(*, currency: str = "JPY") -> Account:
    """What the provider keeps at the operator's cost."""
    return Account("expense:stripe_fee", Kind.EXPENSE, Purpose.EXPENSE, currency=currency)


def bank_fee_expense(*, currency: str = "JPY") -> Account:
    """What a bank keeps for its transfers, at the operator's cost."""
    return Account("expense:bank_fee", Kind.EXPENSE, Purpose.EXPENSE, currency=currency)


def bad_debt_expense(*, currency: str = "JPY") -> Account:
    """Receivables that will not be paid."""
    return Account("expense:bad_debt", Kind.EXPENSE, Purpose.EXPENSE, currency=currency)


def goodwill_expense(*, currency: str = "JPY") -> Account:
    """What the operator gives to put something right."""
    return Account("expense:goodwill", Kind.EXPENSE, Purpose.EXPENSE, currency=currency)


def stripe_suspense(*, currency: str = "JPY") -> Account:
    """Differences at the provider until they are explained."""
    return Account("suspense:stripe", Kind.SUSPENSE, Purpose.SUSPENSE, currency=currency)


def bank_suspense(*, currency: str = "JPY") -> Account:
    """Differences at the bank until they are explained."""
    return Account("suspense:bank", Kind.SUSPENSE, Purpose.SUSPENSE, currency=currency)


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """Client money against the places that cover it, in one currency."""

    client_money: Money
    safeguarded: Money

    @property
    def shortfall(self) -> Money:
        """What the operator must cover at once; zero when the identity holds."""
        return max(self.client_money - self.safeguarded, Money.zero(self.client_money.currency))

    @property
    def excess(self) -> Money:
        """The most that the operator may take out."""
        return max(self.safeguarded - self.client_money, Money.zero(self.client_money.currency))


def safeguarding(balances: Mapping[Account, int], *, currency: str = "JPY") -> Safeguarding:
    """Compare client money with what covers it, from signed balances in minor units."""
    ours = {account: amount for account, amount in balances.items() if account.currency == currency}
    client = -sum(amount for account, amount in ours.items() if account.purpose in CLIENT_MONEY)
    covered = sum(amount for account, amount in ours.items() if account.purpose in SAFEGUARDED)
    return Safeguarding(Money(client, currency), Money(covered, currency))


def _owner(side: str, reference: str) -> str:
    _opaque(reference)
    return f"{side}:{reference}"


def _opaque(reference: str) -> str:
    if not reference or ":" in reference:
        raise ValueError(f"an id is not empty and holds no colon: {reference!r}")
    return reference


def _owed(owner: str, purpose: Purpose, detail: str | None = None, *, currency: str) -> Account:
    name = f"{owner}:{purpose}" if detail is None else f"{owner}:{purpose}:{_opaque(detail)}"
    return Account(name, Kind.LIABILITY, purpose, Sign.NEVER_POSITIVE, owner, currency)


def _held(name: str, purpose: Purpose, person: str, currency: str) -> Account:
    owner = f"person:{person}" if person else ""
    return Account(name, Kind.ASSET, purpose, Sign.NEVER_NEGATIVE, owner, currency)
