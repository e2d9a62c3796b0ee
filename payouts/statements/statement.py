"""The sums of a payment statement: one rounding for each rate on a document, and the difference to the contracts. Pure.

The law rounds once per rate and document (Consumption Tax Act enforcement order art. 70-10); each contract has fixed
its own tax before. What is paid is what was agreed, to the yen; the difference is stated, never taken from anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from marketplace.core.money import BASIS, Money
from payouts.statements.lines import Line
from payouts.statements.transition import covered
from payouts.tax import DEDUCTIBLE_SHARES, DeductibleShare, deductible_tax


@dataclass(frozen=True, slots=True)
class RateSum:
    """All lines at one rate (basis points; 0: outside of consumption tax): price, its tax, and what the buyer deducts.

    `covered` is the part of the tax of which the buyer deducts a share: all of it, but above the transition's cap.
    """

    rate: int
    base: Money
    tax: Money
    agreed: Money
    covered: Money
    deductible: Money

    @property
    def total(self) -> Money:
        """The price with its tax."""
        return self.base + self.tax


@dataclass(frozen=True, slots=True)
class Sums:
    """What a statement adds up to. `tax` is what the contracts agreed, `document_tax` the one rounding per rate."""

    rates: tuple[RateSum, ...]
    work: Money
    bounties: Money
    tax: Money
    document_tax: Money
    deductible: Money
    withheld: Money
    netted: Money
    net: Money

    @property
    def difference(self) -> Money:
        """The tax of the document less the taxes agreed in the contracts (signed)."""
        return self.document_tax - Money.total((rate.agreed for rate in self.rates), self.tax.currency)


def sums(
    lines: Iterable[Line],
    *,
    registered: bool,
    on: date,
    room: Money | None = None,
    shares: Sequence[DeductibleShare] = DEDUCTIBLE_SHARES,
) -> Sums:
    """Add up the lines of one document of a month (`on`: a day in it).

    The buyer deducts all of a registered payee's tax and a dated share of another's, as far as there is `room` (with
    tax) below the year's cap; None: no cap. The payee is paid the same.
    """
    lines = list(lines)
    currency = lines[0].base.currency
    rates = []
    for rate in sorted({line.rate for line in lines if line.kind != "correction"}, reverse=True):
        same = [line for line in lines if line.rate == rate and line.kind != "correction"]
        found = _rate_sum(rate, same)
        rates.append(found if registered else _in_transition(found, room, on, shares))
        room = room - found.total if room is not None and rate else room
    return Sums(
        rates=tuple(rates),
        work=Money.total((line.base for line in lines if line.kind != "bounty"), currency),
        bounties=Money.total((line.base for line in lines if line.kind == "bounty"), currency),
        tax=Money.total((line.tax for line in lines), currency),
        document_tax=Money.total((rate.tax for rate in rates), currency),
        deductible=Money.total((rate.deductible for rate in rates), currency),
        withheld=Money.total((line.withheld for line in lines), currency),
        netted=Money.total((line.netted for line in lines), currency),
        net=Money.total((line.net for line in lines), currency),
    )


def _rate_sum(rate: int, lines: list[Line]) -> RateSum:
    """Round once: prices without tax and prices with tax are brought together as exact fractions first."""
    currency = lines[0].base.currency
    without = Money.total((line.base for line in lines if not line.tax_included), currency)
    within = Money.total((line.base for line in lines if line.tax_included), currency)
    exact = without.amount * (BASIS + rate) + within.amount * BASIS
    tax = Money(exact * rate // (BASIS * (BASIS + rate)), currency)
    added = without.share(rate)
    agreed = Money.total((line.tax for line in lines), currency) + tax - added
    return RateSum(rate, without + within - (tax - added), tax, agreed, covered=tax, deductible=tax)


def _in_transition(
    found: RateSum, room: Money | None, on: date, shares: Sequence[DeductibleShare]
) -> RateSum:
    within = covered(found.tax, found.total, room)
    return replace(found, covered=within, deductible=deductible_tax(within, on=on, table=shares))
