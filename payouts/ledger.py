"""The double-entry ledger as arithmetic: balanced facts, folded to balances.

Entries are signed integers in minor units of their account's currency: assets and expenses +,
liabilities and revenue −. Each transfer sums to zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.money import Money
from payouts.chart import Account, Kind

PAIR = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed line on one account."""

    account: Account
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount == 0:
            raise ValueError(f"an entry is a whole number of minor units and not zero: {self.amount!r}")


@dataclass(frozen=True, slots=True)
class Transfer:
    """A balanced fact. `key` names the fact, so that recording it twice is harmless.

    `happened_at` is business time with a zone; `reference` is the provider's id or whatever proves the fact.
    Raises ValueError when the entries are not a balanced fact in one currency.
    """

    key: str
    kind: str
    entries: tuple[Entry, ...]
    happened_at: datetime
    reference: str = ""

    def __post_init__(self) -> None:
        if not self.key or not self.kind:
            raise ValueError("a transfer has a key and a kind")
        if self.happened_at.tzinfo is None:
            raise ValueError(f"{self.key} happened at a time without a zone")
        if len(self.entries) < PAIR:
            raise ValueError(f"{self.key} has fewer than two entries")
        if len({entry.account.currency for entry in self.entries}) > 1:
            raise ValueError(f"{self.key} mixes currencies")
        if len({entry.account.name for entry in self.entries}) < len(self.entries):
            raise ValueError(f"{self.key} names an account twice")
        if sum(entry.amount for entry in self.entries) != 0:
            raise ValueError(f"{self.key} does not balance")

    @property
    def currency(self) -> str:
        """The one currency of the entries."""
        return self.entries[0].account.currency

    def states_same_as(self, other: "Transfer") -> bool:
        """Tell whether two transfers move the same amounts on the same accounts under one key."""
        return self.key == other.key and set(self.entries) == set(other.entries)

    def reverse(self, *, happened_at: datetime, reference: str = "") -> "Transfer":
        """Return the fact that undoes this one: mistakes are reversed, never edited."""
        entries = tuple(Entry(entry.account, -entry.amount) for entry in self.entries)
        return Transfer(f"reverse:{self.key}", "reverse", entries, happened_at, reference)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The sums of one currency; the books are sound when the difference is zero."""

    debits: Money
    credits: Money
    by_kind: Mapping[Kind, Money]

    @property
    def difference(self) -> Money:
        """Debits less credits: zero in sound books."""
        return self.debits - self.credits


@dataclass(frozen=True, slots=True)
class Violation:
    """An account on the side of zero that its sign rule forbids, with its signed balance in minor units."""

    account: Account
    balance: int


def fold(transfers: Iterable[Transfer]) -> dict[Account, int]:
    """Add transfers up to signed balances; accounts at zero are left out.

    A key counts once. Raises ValueError when one key stands for two different facts.
    """
    facts: dict[str, Transfer] = {}
    balances: dict[Account, int] = {}
    for transfer in transfers:
        known = facts.setdefault(transfer.key, transfer)
        if known is not transfer:
            if not known.states_same_as(transfer):
                raise ValueError(f"{transfer.key} stands for two different facts")
            continue
        for entry in transfer.entries:
            balances[entry.account] = balances.get(entry.account, 0) + entry.amount
    return {account: amount for account, amount in balances.items() if amount}


def trial_balance(balances: Mapping[Account, int]) -> dict[str, TrialBalance]:
    """Return the sums of signed balances per currency, with the signed sum of each kind of account."""
    result = {}
    for currency in sorted({account.currency for account in balances}):
        ours = [(account, amount) for account, amount in balances.items() if account.currency == currency]
        by_kind = {
            kind: Money(sum(amount for account, amount in ours if account.kind is kind), currency)
            for kind in Kind
        }
        debits = Money(sum(amount for _, amount in ours if amount > 0), currency)
        credit = Money(-sum(amount for _, amount in ours if amount < 0), currency)
        result[currency] = TrialBalance(debits, credit, by_kind)
    return result


def violations(balances: Mapping[Account, int]) -> list[Violation]:
    """Return every balance that its account's sign rule forbids, by account name."""
    broken = [
        Violation(account, amount) for account, amount in balances.items() if not account.permits(amount)
    ]
    return sorted(broken, key=lambda violation: violation.account.name)
