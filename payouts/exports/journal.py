"""The canonical journal of a company's month: slips whose two sides are equal, by role of account, and what they tie to. Pure.

Roles stand for accounts; which account that is in a company's own books its mapping says (`mapping.py`). Amounts are
yen above zero; the side says the sign. Tax on a purchase stands in a line of its own, behind the line that it belongs to.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from marketplace.core.money import Money


class Role(StrEnum):
    """What an account is for in these entries, whatever a company calls it."""

    DEPOSIT = "deposit"
    BANK = "bank"
    OUTSOURCING = "outsourcing"
    PLATFORM_FEE = "platform_fee"
    SUCCESS_FEE = "success_fee"
    BOUNTY = "bounty"
    PREPAID_BOUNTY = "prepaid_bounty"
    COMPENSATION = "compensation"
    TOPUP_FEE = "topup_fee"
    INPUT_TAX = "input_tax"
    WITHHELD = "withheld"
    PAYABLE_PERSON = "payable_person"
    PAYABLE_PLATFORM = "payable_platform"
    OTHER_INCOME = "other_income"
    UNEXPLAINED = "unexplained"


class TaxClass(StrEnum):
    """How a line counts for consumption tax: outside, deducted in full, or by a share of the transition."""

    OUTSIDE = "outside"
    QUALIFIED = "qualified"
    SHARE_80 = "share_80"
    SHARE_70 = "share_70"
    SHARE_50 = "share_50"
    SHARE_30 = "share_30"
    SHARE_0 = "share_0"


class Side(StrEnum):
    """The left or the right side of an entry."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


PLATFORM = "platform"
"""The operator as a counterparty; people are `person:<id>`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a slip; `taxes` names the role of the line before, whose tax this is."""

    side: Side
    role: Role
    amount: Money
    tax_class: TaxClass = TaxClass.OUTSIDE
    party: str = ""
    taxes: Role | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """An entry with all its lines. `key` names the fact for ever; `order` parts facts of one day, oldest first."""

    key: str
    kind: str
    on: date
    order: str
    lines: tuple[Line, ...]
    title: str = ""
    document: str = ""

    @property
    def debits(self) -> Money:
        """The sum of the left side."""
        return _sum(line for line in self.lines if line.side is Side.DEBIT)

    @property
    def credits(self) -> Money:
        """The sum of the right side."""
        return _sum(line for line in self.lines if line.side is Side.CREDIT)

    @property
    def is_balanced(self) -> bool:
        """True when both sides are equal and no line is at or below zero."""
        return self.debits == self.credits and all(line.amount.amount > 0 for line in self.lines)

    @property
    def digest(self) -> str:
        """The hash of what the slip says in yen: names and titles may change without making another slip of it."""
        told = [self.key, self.kind, self.on.isoformat()]
        told += [
            f"{line.side}|{line.role}|{line.amount.amount}|{line.tax_class}|{line.party}"
            for line in self.lines
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posting:
    """A line as accounting packages take it: with the tax that is in it, which the package parts by itself."""

    side: Side
    role: Role
    amount: Money
    tax: Money
    tax_class: TaxClass
    party: str


def folded(slip: Slip) -> list[Posting]:
    """Return a slip's lines with their tax in them; tax that belongs to no line stays a line of its own."""
    found: list[Posting] = []
    for line in slip.lines:
        zero = Money.zero(line.amount.currency)
        before = found[-1] if found else None
        if before and line.taxes is before.role and line.side is before.side:
            found[-1] = replace(before, amount=before.amount + line.amount, tax=before.tax + line.amount)
        else:
            found.append(Posting(line.side, line.role, line.amount, zero, line.tax_class, line.party))
    return found


@dataclass(frozen=True, slots=True)
class Tie:
    """A sum of the journal against the same in the ledger or in a register, read another way."""

    name: str
    journal: Money
    books: Money

    @property
    def holds(self) -> bool:
        """True when the two are equal, to the yen."""
        return self.journal == self.books


@dataclass(frozen=True, slots=True)
class Journal:
    """A company's month: its slips in the order of their days, and the ties that prove them."""

    company: str
    month: date
    slips: tuple[Slip, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def debits(self) -> Money:
        """The sum of all left sides."""
        return Money.total(slip.debits for slip in self.slips)

    @property
    def credits(self) -> Money:
        """The sum of all right sides."""
        return Money.total(slip.credits for slip in self.slips)

    @property
    def balanced(self) -> bool:
        """True when every single slip balances."""
        return all(slip.is_balanced for slip in self.slips)

    @property
    def holds(self) -> bool:
        """True when every slip balances, nothing is unexplained, and every tie holds."""
        explained = all(line.role is not Role.UNEXPLAINED for slip in self.slips for line in slip.lines)
        return self.balanced and explained and all(tie.holds for tie in self.ties)

    def moved(self, *roles: Role) -> Money:
        """Return what the left sides of some roles have more than their right sides (signed)."""
        return _moved(line for slip in self.slips for line in slip.lines if line.role in roles)

    def purchased(self, role: Role) -> Money:
        """Return the cost of a role with the tax that belongs to it (signed)."""
        return _moved(line for slip in self.slips for line in slip.lines if role is (line.taxes or line.role))


def _sum(lines: Iterable[Line]) -> Money:
    return Money.total(line.amount for line in lines)


def _moved(lines: Iterable[Line]) -> Money:
    return Money.total(line.amount if line.side is Side.DEBIT else -line.amount for line in lines)
