"""Income tax withheld, consumption tax and late interest, in integers, from dated tables.

Every function takes its table, so that a row can change without a release. Amounts are yen.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from marketplace.core.bank_days import bank_day_on_or_after
from marketplace.core.dated import required
from marketplace.core.money import BASIS, Money

DECEMBER = 12
REMITTANCE_DAY = 10
YEAR = 365


@dataclass(frozen=True, slots=True)
class WithholdingRate:
    """The two brackets of income tax withheld from fees, in basis points."""

    valid_from: date
    valid_to: date | None
    source: str
    threshold: int
    up_to: int
    above: int


WITHHOLDING_RATES = (
    WithholdingRate(
        date(2013, 1, 1),
        date(2037, 12, 31),
        "Income Tax Act art. 205 no. 1; Reconstruction Funding Act art. 28 (2.1 % on top)",
        threshold=1_000_000,
        up_to=1021,
        above=2042,
    ),
)


@lru_cache(maxsize=4096)
def withholding(base: Money, *, on: date, table: tuple[WithholdingRate, ...] = WITHHOLDING_RATES) -> Money:
    """Return what is withheld from one payment, rounded down (the 102,100 of the first bracket is exact).

    `base` leaves consumption tax out only if the document shows the tax apart. Raises LookupError on a day
    that the table does not cover, ValueError for another currency or a base below zero.
    """
    if base.currency != "JPY" or base.amount < 0:
        raise ValueError("withholding is on yen, zero or more")
    rate = required(table, on)
    first = min(base.amount, rate.threshold)
    return Money(first * rate.up_to // BASIS + (base.amount - first) * rate.above // BASIS)


@dataclass(frozen=True, slots=True)
class Payment:
    """A fee that is withheld from: who pays whom on which day, its base, and what was withheld so far."""

    payer: str
    payee: str
    pay_on: date
    base: Money
    withheld: Money


@dataclass(frozen=True, slots=True)
class Grouped:
    """The payments of one payer to one payee on one day as one base."""

    payer: str
    payee: str
    pay_on: date
    base: Money
    withheld: Money
    due: Money

    @property
    def more(self) -> Money:
        """What is still to be withheld (signed: below zero goes back to the person)."""
        return self.due - self.withheld


def grouped(
    payments: Iterable[Payment], *, table: tuple[WithholdingRate, ...] = WITHHOLDING_RATES
) -> list[Grouped]:
    """Group payments by payer, payee and day, and compute the tax of each group once."""
    groups: defaultdict[tuple[str, str, date], list[Payment]] = defaultdict(list)
    for payment in payments:
        groups[payment.payer, payment.payee, payment.pay_on].append(payment)
    result = []
    for (payer, payee, pay_on), together in sorted(groups.items()):
        base = Money.total(payment.base for payment in together)
        withheld = Money.total(payment.withheld for payment in together)
        due = withholding(base, on=pay_on, table=table)
        result.append(Grouped(payer, payee, pay_on, base, withheld, due))
    return result


def remittance_due_on(paid_on: date) -> date:
    """Return the day by which the payer remits: the 10th of the next month, or the next bank day.

    Income Tax Act art. 204; National Tax General Rules Act art. 10.
    """
    year, month = (paid_on.year + 1, 1) if paid_on.month == DECEMBER else (paid_on.year, paid_on.month + 1)
    return bank_day_on_or_after(date(year, month, REMITTANCE_DAY))


@dataclass(frozen=True, slots=True)
class ConsumptionTaxRate:
    """The standard rate of consumption tax, local part included, in basis points."""

    valid_from: date
    valid_to: date | None
    source: str
    standard: int
    reduced: int


CONSUMPTION_TAX_RATES = (
    ConsumptionTaxRate(date(2019, 10, 1), None, "Consumption Tax Act art. 29", standard=1000, reduced=800),
)


@dataclass(frozen=True, slots=True)
class RateTotal:
    """The lines of a document at one rate (basis points): their net sum and its tax."""

    rate: int
    net: Money
    tax: Money


def tax_by_rate(lines: Iterable[tuple[Money, int]]) -> list[RateTotal]:
    """Total a document's lines (net, rate in basis points): one rounding down per rate per document.

    Consumption Tax Act enforcement order art. 70-10. Three lines of ¥105 at 10 % bear 31, not 30.
    """
    nets: defaultdict[int, list[Money]] = defaultdict(list)
    for net, rate in lines:
        nets[rate].append(net)
    totals = []
    for rate in sorted(nets, reverse=True):
        net = Money.total(nets[rate], nets[rate][0].currency)
        totals.append(RateTotal(rate, net, net.share(rate)))
    return totals


def tax_included(gross: Money, rate: int) -> Money:
    """Return the consumption tax inside a tax-inclusive amount, rounded down; the rate is in basis points."""
    return Money(gross.amount * rate // (BASIS + rate), gross.currency)


@dataclass(frozen=True, slots=True)
class DeductibleShare:
    """The share (basis points) of tax paid to an unregistered supplier that the buyer still deducts."""

    valid_from: date
    valid_to: date | None
    source: str
    share: int


TRANSITION = "Consumption Tax Act, 2016 supplementary provisions art. 52, 53, as amended in 2026"
DEDUCTIBLE_SHARES = (
    DeductibleShare(date(2023, 10, 1), date(2026, 9, 30), TRANSITION, 8000),
    DeductibleShare(date(2026, 10, 1), date(2028, 9, 30), TRANSITION, 7000),
    DeductibleShare(date(2028, 10, 1), date(2030, 9, 30), TRANSITION, 5000),
    DeductibleShare(date(2030, 10, 1), date(2031, 9, 30), TRANSITION, 3000),
    DeductibleShare(date(2031, 10, 1), None, TRANSITION, 0),
)


def deductible_tax(tax: Money, *, on: date, table: Sequence[DeductibleShare] = DEDUCTIBLE_SHARES) -> Money:
    """Return what the buyer deducts of the tax on a supply by an *unregistered* payee, rounded down.

    The payee still gets the fee and its tax in full. The yearly cap per supplier is `statements.transition`'s.
    """
    return tax.share(required(table, on).share)


@dataclass(frozen=True, slots=True)
class InterestRate:
    """A yearly rate of late interest, in basis points."""

    valid_from: date
    valid_to: date | None
    source: str
    yearly: int


SUBCONTRACT_INTEREST = (
    InterestRate(date(2026, 1, 1), None, "取適法 art. 6 and its rule on late interest: 14.6 %", 1460),
)
CIVIL_INTEREST = (
    InterestRate(date(2020, 4, 1), None, "Civil Code art. 404 (reviewed every three years)", 300),
)


def late_interest(unpaid: Money, *, due_on: date, paid_on: date, table: Sequence[InterestRate]) -> Money:
    """Return the interest from the day after `due_on` to `paid_on`, rounded down once; zero when on time.

    `due_on` is day 60 from receipt. The rate is the one of the first late day (Civil Code art. 404, 419).
    """
    days = (paid_on - due_on).days
    if days <= 0:
        return Money.zero(unpaid.currency)
    rate = required(table, date.fromordinal(due_on.toordinal() + 1))
    return Money(unpaid.amount * rate.yearly * days // (BASIS * YEAR), unpaid.currency)
