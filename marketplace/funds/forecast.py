"""What money is going to do: cash by week, fees by month, what a task costs beside an agency. For finance and the operator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import Money, yen
from marketplace.core.settings import settings
from marketplace.funds.company import READS
from payouts import books, outlook
from payouts.billing import queries as billing
from payouts.statements import months, withholding
from payouts.tax import remittance_due_on

WEEKS = 13
"""A quarter of a year: as far as finance plans its cash."""
MONTHS = 12
FEWEST = 3
ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """A week from its Monday, or a month from its first day: sums by what they are for."""

    begins: date
    parts: Mapping[str, Money]

    @property
    def total(self) -> Money:
        """Return the sum of the parts."""
        return Money.total(self.parts.values())


def total(spans: Iterable[Span], *kinds: str) -> Money:
    """Return what some kinds come to in all spans."""
    return Money.total((span.parts[kind] for span in spans for kind in kinds), "JPY")


@dataclass(frozen=True, slots=True)
class Cost:
    """What approved tasks of a year have cost without tax, and what an agency would ask that pays people as much.

    `margin_bp` is the share of its price that the agency keeps, in basis points: a stated assumption.
    """

    tasks: int
    people: Money
    fees: Money
    agency: Money
    margin_bp: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A company's weeks to come and later, its months so far, its costs; `free` is prepaid and set aside for nothing."""

    weeks: Sequence[Span]
    later: Span
    months: Sequence[Span]
    cost: Cost
    free: Money
    reserved: Money


def last_day(weeks: Sequence[Span]) -> date:
    """Return the Sunday on which the last of some weeks ends."""
    return weeks[-1].begins + ONE_WEEK - timedelta(days=1)


OURS = ("set_aside", "invoices", "tax")
"""A company's payments: paid for already from its balance; invoices; income tax, which it remits itself."""
THEIRS = ("approved", "running", "rewards")
"""What the operator sends on: fees that are owed, fees of work that runs, rewards that vest."""


async def company(*, by: Actor) -> Plan:
    """Return what a company has to find by week, and what its months have cost."""
    by.must_have(*READS)
    owner = f"company:{by.company}"
    async with db.transaction(operator=True):
        today = await clock.today()
        held = await books.held_by_purpose(owner)
        weeks, later = by_week(today, OURS, await _payments(str(by.company), today))
        spent = await outlook.spent(owner, _since(today))
        cost = await db.fetchrow(_COST, by.company, _since(today))
    return Plan(
        weeks, later, by_month(today, ("people", "fees"), spent), _cost(cost),
        held.get("balance", yen(0)), held.get("reserved", yen(0)),
    )  # fmt: skip


async def export(*, by: Actor) -> Plan:
    """Return the plan for a file; it is written into the audit log."""
    found = await company(by=by)
    async with db.transaction(**by.scope):
        await record("forecast.exported", f"company:{by.company}", by=by, company=by.company)
    return found


@dataclass(frozen=True, slots=True)
class Outlook:
    """The operator's view: what leaves by week, what is owed to it by age, what it earns by month."""

    weeks: Sequence[Span]
    later: Span
    ages: Mapping[str, Money]
    months: Sequence[Span]


async def operator(*, by: Actor) -> Outlook:
    """Return what all companies' money is going to do."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        today = await clock.today()
        falls = [("approved", row["due_on"], row["amount"]) for row in await outlook.due()]
        falls += [("running", row["due_on"], row["amount"]) for row in await db.fetch(_RUNNING, None)]
        falls += [("rewards", row["due_on"], row["amount"]) for row in await db.fetch(_REWARDS, None)]
        weeks, later = by_week(today, THEIRS, falls)
        aged = await billing.ageing()
        earned = await outlook.earned(_since(today))
    ages = {
        name: Money.total(one.parts[place] for one in aged) for place, (name, *_) in enumerate(billing.AGES)
    }
    return Outlook(weeks, later, ages, by_month(today, ("platform", "success"), earned))


async def export_all(*, by: Actor) -> Outlook:
    """Return the operator's view for a file; it is written into the audit log."""
    found = await operator(by=by)
    async with db.transaction(operator=True):
        await record("forecast.exported", "operator:forecast", by=by)
    return found


def by_week(
    today: date, kinds: Sequence[str], falls: Iterable[tuple[str, date, int]]
) -> tuple[list[Span], Span]:
    """Sum payments (kind, day, yen) by week from this one, which takes what is overdue; and all that comes later."""
    monday = today - timedelta(days=today.weekday())
    sums = [dict.fromkeys(kinds, 0) for _ in range(WEEKS + 1)]
    for kind, day, amount in falls:
        sums[min(max((day - monday) // ONE_WEEK, 0), WEEKS)][kind] += amount
    weeks = [
        Span(monday + place * ONE_WEEK, {kind: yen(amount) for kind, amount in parts.items()})
        for place, parts in enumerate(sums)
    ]
    return weeks[:-1], weeks[-1]


def by_month(today: date, kinds: Sequence[str], rows: Iterable[Any]) -> list[Span]:
    """Return up to twelve months to this one, with zeros where nothing moved; from the first that did, or three."""
    found = {row["month"]: row for row in rows}
    month, shown = months.first_of(today), []
    for _ in range(MONTHS):
        row = found.get(month)
        shown.append(Span(month, {kind: yen(row[kind] if row else 0) for kind in kinds}))
        month = months.before(month)
    while len(shown) > FEWEST and not shown[-1].total.amount:
        shown.pop()
    return shown[::-1]


async def _payments(company: str, today: date) -> list[tuple[str, date, int]]:
    """Return everything that a company's money is or will be needed for: kind, day and yen."""
    about = f"company:{company}"
    due, running = await outlook.due(about), await db.fetch(_RUNNING, company)
    falls = [("set_aside", row["due_on"], row["amount"]) for row in [*due, *running]]
    falls += [("set_aside", row["due_on"], row["amount"]) for row in await db.fetch(_REWARDS, company)]
    falls += [("invoices", row["due_on"], row["amount"]) for row in await outlook.invoiced(about)]
    falls += [("tax", remittance_due_on(max(row["due_on"], today)), row["withheld"]) for row in [*due, *running]]  # fmt: skip
    known = await withholding.remittances(company, _since(today), months.after(months.first_of(today)))
    falls += [("tax", each.due_on, each.withheld.amount) for each in known if each.remitted_on is None]
    return falls


def _since(today: date) -> date:
    month = months.first_of(today)
    for _ in range(MONTHS - 1):
        month = months.before(month)
    return month


def _cost(row: Any) -> Cost:
    margin = settings().agency_margin_bp
    asked = -(-row["people"] * 10_000 // (10_000 - margin))
    return Cost(row["tasks"], yen(row["people"]), yen(row["fees"]), yen(asked), margin)


# Work that is agreed and not approved: its fee with tax, less what is withheld, by the day it is paid.
_RUNNING = """
select coalesce(pay_on, stated_due_on) as due_on, sum(price_amount + tax_amount - withheld_amount)::bigint as amount,
  sum(withheld_amount)::bigint as withheld
from contract where status in ('concluded', 'running', 'delivered', 'changes_requested', 'disputed')
  and ($1::uuid is null or company_id = $1) group by 1
"""
_REWARDS = """
select vest_on as due_on, sum(amount)::bigint as amount from tranche
where status in ('unvested', 'held') and ($1::uuid is null or company_id = $1) group by 1
"""
_COST = """
select count(distinct task_id) as tasks, coalesce(sum(price_amount), 0)::bigint as people, coalesce(sum(fee_amount), 0)::bigint as fees
from contract where company_id = $1 and approved_at >= $2::date::timestamp at time zone 'Asia/Tokyo' and status in ('approved', 'paid')
"""
