"""The operator's monthly invoices for platform fees, as a company reads its own and the operator all of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.funds.company import READS
from payouts.billing.documents import Document
from payouts.statements import months, papers, platform_invoices
from payouts.statements.platform_sheet import numbered
from payouts.statements.sheet import LOCALES


async def listed(*, by: Actor) -> list[Any]:
    """Return the company's invoices for platform fees, the newest first."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return await platform_invoices.listed(owner=f"company:{by.company}")


async def paper(invoice: UUID, locale: str, *, by: Actor) -> tuple[Document, str]:
    """Return the paper of an invoice and its name as a file. Raises NotFound for another company's."""
    if by.kind != "operator":
        by.must_have(*READS)
    async with db.transaction(**by.scope):
        row = await platform_invoices.one(invoice)
    if locale not in LOCALES:
        raise NotFound
    return await papers.read("platform_invoice", invoice, locale), f"{numbered(row['number'])}-{locale}.pdf"


@dataclass(frozen=True, slots=True)
class Overview:
    """A month's invoices with the tie to the ledger, and the months that have fees."""

    tie: platform_invoices.Tie
    rows: list[Any]
    months: list[date]
    ended: bool


async def overview(asked: date | None, *, by: Actor) -> Overview:
    """Return a month's invoices of all companies, by default of the month that ended last."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        today = await clock.today()
        month = min(months.first_of(asked), months.first_of(today)) if asked else months.before(today)
        return Overview(
            await platform_invoices.tie(month),
            await platform_invoices.listed(month=month),
            await platform_invoices.months_with_fees(),
            months.has_ended(month, today),
        )


async def make(month: date, *, by: Actor) -> int:
    """Make a month's missing invoices; return how many. Raises Conflict while the month runs."""
    by.must_be("operator")
    made = await platform_invoices.make_month(months.first_of(month))
    async with db.transaction(operator=True):
        await record("platform_invoices.made", "operator", by=by, month=month.isoformat(), count=made)
    return made
