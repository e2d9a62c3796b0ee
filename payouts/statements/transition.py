"""What a buyer deducts of tax paid to payees who are not registered: how the dated table reads, and its yearly cap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.dated import in_force, required
from marketplace.core.money import Money
from payouts.tax import DEDUCTIBLE_SHARES, TRANSITION, DeductibleShare


@dataclass(frozen=True, slots=True)
class SupplierCap:
    """The most (yen with tax, a year) that the transition covers of one supplier."""

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


def over_cap(paid: Money, day: date, table: Sequence[SupplierCap] = SUPPLIER_CAPS) -> bool:
    """Tell whether a year's payments (with tax) to one supplier are more than the transition covers."""
    cap = in_force(table, day)
    return cap is not None and paid.amount > cap.most
