"""Invoices for success fees as a company's finance and the operator see them, and what each may do."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money
from marketplace.funds.company import ACTS, READS
from payouts import funding
from payouts import queries as ledger
from payouts.billing import credit_notes, documents, ending, paying, queries
from payouts.billing.documents import Document
from payouts.billing.queries import Aged, One
from payouts.billing.sheet import numbered

PAGE = queries.PAGE


@dataclass(frozen=True, slots=True)
class Book:
    """One page of a company's invoices, how many there are, and what is owed together."""

    rows: list[Any]
    found: int
    owed: Money


async def listed(*, page: int = 1, by: Actor) -> Book:
    """Return one page of the company's invoices, the newest first."""
    by.must_have(*READS)
    owner = f"company:{by.company}"
    async with db.transaction(**by.scope):
        rows, found = await queries.listed(owner, page=page)
        return Book(rows, found, await queries.owed(owner))


async def all_of_them(*, by: Actor) -> list[Any]:
    """Return every invoice of the company for a file, the newest first; that it was taken is audited."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        rows, found = await queries.listed(f"company:{by.company}", whole=True)
        await record("invoices.exported", f"company:{by.company}", by=by, company=by.company, rows=found)
    return rows


@dataclass(frozen=True, slots=True)
class Bill:
    """One of the company's invoices, and what is free to pay it from."""

    one: One
    free: Money


async def bill(number: UUID, *, by: Actor) -> Bill:
    """Return one of the company's invoices. Raises NotFound for another's."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return Bill(await queries.one(number), await funding.free_balance(str(by.company)))


async def paper(number: UUID, locale: str, *, note: int | None = None, by: Actor) -> tuple[Document, str]:
    """Return the paper of an invoice, or of its credit note of a number, and its name as a file.

    Raises NotFound for another's.
    """
    if by.kind != "operator":
        by.must_have(*READS)
    async with db.transaction(**by.scope):
        found = await queries.one(number)
    kind = "invoice" if note is None else "credit_note"
    papers = [found.row] if note is None else [each for each in found.credit_notes if each["number"] == note]
    if not papers:
        raise NotFound
    [about] = papers
    document = await documents.read(kind, about["id"], locale)
    return document, f"{numbered(kind, about['number'])}-{locale}.pdf"


async def pay_from_balance(number: UUID, *, by: Actor) -> Money:
    """Pay from what the company has prepaid; return what was paid. Raises NotFound, Conflict, Shortfall."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        due = Money((await queries.one(number)).row["left_amount"])
        async with db.transaction(operator=True):
            await paying.pay_from_balance(number)
        await record(
            "invoice.paid_from_balance",
            f"invoice:{number}",
            by=by,
            company=by.company,
            amount=due.amount,
        )
    return due


@dataclass(frozen=True, slots=True)
class Receivables:
    """What companies owe by age, and one page of the open invoices behind it."""

    companies: list[Aged]
    rows: list[Any]
    found: int


async def receivables(
    *, owner: str = "", age: str = "", page: int = 1, whole: bool = False, by: Actor
) -> Receivables:
    """Return what is owed by age, and the open invoices of one company or one age; all of them for a file, audited."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows, found = await queries.outstanding(owner=owner, age=age, page=page, whole=whole)
        if whole:
            await record("receivables.exported", "operator", by=by, rows=found)
        return Receivables(await queries.ageing(), rows, found)


@dataclass(frozen=True, slots=True)
class Receivable:
    """One invoice as the operator sees it: with its postings and the provider's steps."""

    one: One
    postings: list[dict[str, Any]]
    steps: list[Any]


async def receivable(number: UUID, *, by: Actor) -> Receivable:
    """Return one invoice with everything about it. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found = await queries.one(number)
        about = f"invoice:{number}"
        steps = await db.fetch("select * from money_op where reference = $1 order by id", about)
        return Receivable(found, await ledger.postings_about(about), steps)


async def void(number: UUID, reason: str, *, by: Actor) -> None:
    """Take an open invoice back. Raises NotFound, Invalid without a reason, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await ending.void(number, reason)
        await _note("invoice.voided", number, reason, by)


async def give_up(number: UUID, reason: str, *, by: Actor) -> None:
    """Write an open invoice off. Raises NotFound, Invalid without a reason, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await ending.give_up(number, reason)
        await _note("invoice.given_up", number, reason, by)


async def give_back(number: UUID, fee: Money, reason: str, *, occasion: str, by: Actor) -> None:
    """Give back a part of the fee by a credit note of its own; `occasion` makes it once.

    Raises NotFound, Invalid naming fields, Conflict.
    """
    by.must_be("operator")
    reason = reason.strip()
    if not 1 <= len(reason) <= ending.LONGEST_REASON:
        wrong = Message(
            N_("Please write why, in up to %(most)s characters."), {"most": ending.LONGEST_REASON}
        )
        raise Invalid(fields={"why": wrong})
    async with db.transaction(operator=True):
        await credit_notes.give_back(number, fee, reason=reason, occasion=f"operator:{occasion}")
        await _note("invoice.credited", number, reason, by)


async def _note(verb: str, number: UUID, reason: str, by: Actor) -> None:
    owner = str(await db.fetchval("select owner from invoice where id = $1", number))
    company = UUID(owner.partition(":")[2])
    await record(verb, f"invoice:{number}", by=by, company=company, reason=reason)
