"""What a task costs the company at most, and what of it reaches a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.money import Money
from payouts.fees import SeatCost, seat_cost
from payouts.tax import withholding
from payouts.tax_category import Payee, Withheld, treatment


@dataclass(frozen=True, slots=True)
class CompanyTerms:
    """What the operator charges the company and by which rule it pays, in one version."""

    version: int
    platform_fee_bp: int
    platform_tax_bp: int
    pay_rule: str
    cancel_early_bp: int
    cancel_late_bp: int


async def company_terms(company: UUID, version: int | None = None) -> CompanyTerms:
    """Return a version of the company's terms, the current one unless named; in the company's scope."""
    row = await db.fetchrow(
        """select version, platform_fee_bp, platform_tax_bp, pay_rule, cancel_early_bp, cancel_late_bp from company_terms
           where company_id = $1 and ($2::integer is null or version = $2) order by version desc limit 1""",
        company,
        version,
    )
    assert row is not None
    return CompanyTerms(**dict(row))


def cost(price: Money, tax_bp: int, terms: CompanyTerms, *, withheld: Money | None = None) -> SeatCost:
    """Return the cost of one seat; without a person nothing is withheld, which is the most it can cost."""
    return seat_cost(
        price,
        tax_rate=tax_bp,
        platform_rate=terms.platform_fee_bp,
        platform_tax_rate=terms.platform_tax_bp,
        withheld=withheld or Money.zero(price.currency),
    )


async def seat_of(task: Mapping[str, Any]) -> SeatCost:
    """Return the most that one seat of a task costs, by the terms under which it was posted."""
    terms = await company_terms(task["company_id"], task["terms_version"])
    return cost(Money(task["price_amount"], task["currency"]), task["tax_bp"], terms)


@dataclass(frozen=True, slots=True)
class Receives:
    """What a person would receive for one seat: price and tax, less the income tax that is withheld."""

    price: Money
    tax: Money
    withheld: Money

    @property
    def net(self) -> Money:
        return self.price + self.tax - self.withheld


def receives(task: Mapping[str, Any], payee: Payee, *, on: date) -> Receives:
    """Return what a kind of payee would receive for a seat; `on` is the planned day of payment."""
    price = Money(task["price_amount"], task["currency"])
    verdict = treatment(task["tax_category"], payee, on=on)
    withheld = withholding(price, on=on) if isinstance(verdict, Withheld) else Money.zero(price.currency)
    return Receives(price, price.share(task["tax_bp"]), withheld)


async def payee_of(person: UUID) -> Payee:
    """Return what kind of taxpayer a person is; an individual until he says otherwise. In the person's scope."""
    kind = await db.fetchval("select kind from payee where owner = $1", f"person:{person}")
    return Payee(kind or Payee.INDIVIDUAL)
