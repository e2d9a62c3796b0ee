"""What a buyer deducts of tax paid to payees who are not registered: how the dated table reads, and its yearly cap. Pure.

The cap is of what one supplier is paid (with tax) in the buyer's year or business year, and the one in force when that
year begins holds for all of it; above it nothing is deducted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.dated import in_force, required
from marketplace.core.money import Money
from payouts.tax import DEDUCTIBLE_SHARES, TRANSITION, DeductibleShare

NEAR_BP = 8000
"""From this share of the cap on finance is warned."""


@dataclass(frozen=True, slots=True)
class SupplierCap:
    """The most (yen with tax, a year) that the transition covers of one supplier, for years that begin in its time."""

    valid_from: date
    valid_to: date | None
    source: str
    most: int


SUPPLIER_CAPS = (
    SupplierCap(date(2024, 10, 1), date(2026, 9, 30), TRANSITION, 1_000_000_000),
    SupplierCap(date(2026, 10, 1), date(2031, 9, 30), TRANSITION, 100_000_000),
)


def share_on(day: date, table: Sequence[DeductibleShare] = DEDUCTIBLE_SHARES) -> int:
    """Return the share in basis points. Raises LookupError on a day before the table."""
    return required(table, day).share


def year_begins(month: date, first_month: int) -> date:
    """Return the first day of the business year that holds a month; `first_month` is 1 for calendar years."""
    return date(month.year - (month.month < first_month), first_month, 1)


def cap_of(begins: date, table: Sequence[SupplierCap] = SUPPLIER_CAPS) -> Money | None:
    """Return the cap of the business year that begins on a day; None where there is none."""
    cap = in_force(table, begins)
    return Money(cap.most) if cap else None


def is_near(paid: Money, cap: Money | None) -> bool:
    """Tell whether what a supplier was paid in a year comes near its cap, or is above it."""
    return cap is not None and paid >= cap.share(NEAR_BP)


def covered(tax: Money, total: Money, room: Money | None) -> Money:
    """Return the part of a sum's tax that lies below the cap, when `room` (with tax) is left of it; rounded down."""
    if room is None or total <= room:
        return tax
    zero = Money.zero(tax.currency)
    return zero if room <= zero else Money(tax.amount * room.amount // total.amount, tax.currency)
