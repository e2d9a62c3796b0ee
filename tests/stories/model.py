"""The machine's plain model: the books in eight numbers, what is owed, and what is sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from payouts.lead import arrives_on


@dataclass
class Books:
    """The books in eight numbers."""

    balance: int = 0
    reserved: int = 0
    payable: int = 0
    in_transit: int = 0
    connected: int = 0
    platform: int = 0
    fee: int = 0
    tax: int = 0


@dataclass
class Owed:
    """One thing that a person has earned: its base, what is withheld from it, and whether tax is withheld at all."""

    base: int
    net: int
    withheld: int = 0
    taxed: bool = False


@dataclass
class Sent:
    """A payout as the model sees it."""

    number: UUID
    due_on: date
    person: str
    items: list[Owed]
    amount: int
    arrives: date
    state: str = "waiting"
    attempts: int = 0
    transferred: bool = False


def withheld_from(base: int) -> int:
    """Return the income tax of one payment (Income Tax Act art. 205)."""
    return min(base, 1_000_000) * 1021 // 10_000 + max(base - 1_000_000, 0) * 2042 // 10_000


def arrives_after_transfer(started_on: date) -> date:
    """Return the day of arrival of what needs a transfer first, which takes a day."""
    return arrives_on(started_on + timedelta(days=1))
