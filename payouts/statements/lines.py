"""The lines of a payment statement: what was approved in a month, at which rate of tax, registered or not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core.dated import in_force, required
from marketplace.core.money import BASIS, Money
from payouts.tax import CONSUMPTION_TAX_RATES


@dataclass(frozen=True, slots=True)
class Line:
    """One thing owed: `base` bears the tax on top, or holds it (`tax_included`, a bounty); rates in basis points.

    `tax` is what was agreed for this line alone. A correction has only what was withheld later than stated.
    """

    item: str
    kind: str
    on: date
    title: str
    reference: str
    part: str
    rate: int
    tax_included: bool
    base: Money
    tax: Money
    withheld: Money
    netted: Money

    @property
    def net(self) -> Money:
        """What is paid of it."""
        return self.base + self.tax - self.withheld - self.netted


@dataclass(frozen=True, slots=True)
class Registered:
    """From when to when (None: still) a payee issues qualified invoices under a number."""

    number: str
    valid_from: date
    valid_to: date | None = None


def line_of(row: Mapping[str, Any]) -> Line:
    """Return the line of a row of payable_item, which has its Japanese day as `on_day`.

    `corrected_amount` is what later statements have said of its withholding already.
    """
    currency = row["currency"]
    return Line(
        item=str(row["id"]),
        kind=row["kind"],
        on=row["on_day"],
        title=row["title"],
        reference=row["reference"],
        part=row["part"],
        rate=rate_of(row["kind"], row["base_amount"], row["tax_amount"], on=row["on_day"]),
        tax_included=row["kind"] == "bounty",
        base=Money(row["base_amount"], currency),
        tax=Money(row["tax_amount"], currency),
        withheld=Money(row["withheld_amount"] + row["adjusted_amount"] - row["corrected_amount"], currency),
        netted=Money(row["netted_amount"], currency),
    )


def correction_of(row: Mapping[str, Any], *, on: date) -> Line:
    """Return what was withheld (signed) from an item after its statement: `more_amount` of a row of payable_item."""
    zero = Money.zero(row["currency"])
    return Line(
        item=str(row["id"]),
        kind="correction",
        on=on,
        title=row["title"],
        reference=row["reference"],
        part=row["part"],
        rate=0,
        tax_included=False,
        base=zero,
        tax=zero,
        withheld=Money(row["more_amount"], row["currency"]),
        netted=zero,
    )


def rate_of(kind: str, base: int, tax: int, *, on: date) -> int:
    """Return the rate of consumption tax of an item: services at the standard rate, compensations outside of it.

    A fee that was agreed without tax is outside, too; one too small to bear a yen is not.
    """
    if kind == "compensation":
        return 0
    rate = required(CONSUMPTION_TAX_RATES, on).standard
    return 0 if kind == "fee" and not tax and base * rate >= BASIS else rate


def parted(lines: Iterable[Line], periods: Sequence[Registered]) -> dict[str, list[Line]]:
    """Part a month's lines by the number that the payee had on each one's day; '' is not registered.

    A registration that begins or lapses within the month splits its statement: one paper cannot be a qualified
    invoice for a part of its lines. Registered parts come first.
    """
    parts: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda each: (each.on, each.kind == "correction", each.item)):
        period = in_force(periods, line.on)
        parts.setdefault(period.number if period else "", []).append(line)
    return dict(sorted(parts.items(), key=lambda part: not part[0]))
