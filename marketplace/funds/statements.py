"""Payment statements as a company's finance makes and sends them: a month, one statement, its answer to a dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.funds.company import ACTS, READS
from payouts.billing import parties
from payouts.billing.documents import Document
from payouts.billing.parties import Party
from payouts.closing.months import must_take_statements
from payouts.statements import answering, making, months, papers, queries, runs
from payouts.statements.sheet import LOCALES, file_name

PAGE = queries.PAGE


@dataclass(frozen=True, slots=True)
class Book:
    """A company's month: one page of its statements, what is still to do, the runs, and the tie to what was approved."""

    month: date
    ended: bool
    rows: list[Any]
    found: int
    unmade: int
    unsent: int
    works: Mapping[str, runs.Run]
    tie: queries.Tie
    every: list[queries.Month]

    @property
    def running(self) -> runs.Run | None:
        """The run that is under way, or was stopped."""
        return next((run for run in self.works.values() if run.status != "done"), None)


async def month(asked: date | None, *, status: str = "", page: int = 1, by: Actor) -> Book:
    """Return a company's statements of a month, by default the one that ended last."""
    by.must_have(*READS)
    company = str(by.company)
    async with db.transaction(**by.scope):
        today = await clock.today()
        shown = min(months.first_of(asked), months.first_of(today)) if asked else months.before(today)
        rows, found = await queries.of_month(company, shown, status=status, page=page)
        return Book(
            month=shown,
            ended=months.has_ended(shown, today),
            rows=rows,
            found=found,
            unmade=await making.count_payees(company, shown),
            unsent=await answering.count_unsent(company, shown),
            works=await runs.of(company, shown),
            tie=await queries.tie(company, shown),
            every=await queries.months_of(company),
        )


async def start(shown: date, kind: str, *, by: Actor) -> None:
    """Begin to make or to send (kind) a month's statements, or go on. Raises Conflict when the month is not over."""
    by.must_have(*ACTS)
    company = str(by.company)
    async with db.transaction(**by.scope):
        await making.must_have_ended(shown)
        if kind == "make":
            await must_take_statements(f"company:{company}", shown)
        count = answering.count_unsent if kind == "send" else making.count_payees
        total = await count(company, shown)
        if not total:
            raise Conflict(N_("Nothing is left to do in this month."))
        run = await runs.begin(company, shown, kind, total=total, asked_by=by.ref)
        await record(
            "statements.sent" if kind == "send" else "statements.made", f"company:{company}", by=by,
            company=by.company, month=shown.isoformat(), count=total,
        )  # fmt: skip
        await outbox.enqueue("statements.work", run=str(run.id), kind=kind)


async def stop(shown: date, kind: str, *, by: Actor) -> None:
    """Stop making or sending after the batch that is under way. Raises Conflict when nothing is."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        await runs.stop(str(by.company), shown, kind)
        await record(
            "statements.stopped", f"company:{by.company}", by=by, company=by.company, month=shown.isoformat()
        )


async def one(statement: UUID, *, by: Actor) -> queries.One:
    """Return one of the company's statements. Raises NotFound for another's."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return await queries.one(statement)


async def paper(statement: UUID, locale: str, *, by: Actor) -> tuple[Document, str]:
    """Return the paper of one of the company's statements and its name as a file. Raises NotFound."""
    found = await one(statement, by=by)
    return await _paper(found.row, locale)


async def _paper(row: Any, locale: str) -> tuple[Document, str]:
    if locale not in LOCALES:
        raise NotFound
    return await papers.read("statement", row["id"], locale), file_name(row, locale)


async def settle(statement: UUID, answer: str, *, by: Actor) -> None:
    """Answer an alumnus's dispute. Raises Invalid, NotFound, Conflict."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        row = await answering.settle(statement, str(by.company), answer)
        await record(
            "statement.settled", f"statement:{statement}", by=by, company=by.company, person=_person(row), number=row["number"]
        )  # fmt: skip
        await outbox.enqueue("statements.tell", statement=str(statement), news="settled")


async def whole(shown: date, *, by: Actor) -> tuple[list[Any], list[Any]]:
    """Return all statements of a month with their lines, for a file; it is written into the audit log."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        rows, found = await queries.of_month(str(by.company), shown, whole=True)
        lines = await queries.lines_of([row["id"] for row in rows])
        await record(
            "statements.exported", f"company:{by.company}", by=by, company=by.company, month=shown.isoformat(), count=found
        )  # fmt: skip
    return rows, lines


async def mine(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of the alumnus's own statements, the newest first, and how many there are."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        return await queries.of_person(str(by.person), page=page)


async def my_one(statement: UUID, *, by: Actor) -> queries.One:
    """Return one of the alumnus's own statements that was sent. Raises NotFound."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        found = await queries.one(statement)
    if found.row["status"] == "made" or found.row["owner"] != f"person:{by.person}":
        raise NotFound
    return found


async def my_paper(statement: UUID, locale: str, *, by: Actor) -> tuple[Document, str]:
    """Return the paper of one of the alumnus's own statements and its name as a file. Raises NotFound."""
    found = await my_one(statement, by=by)
    return await _paper(found.row, locale)


async def confirm(statement: UUID, *, by: Actor) -> None:
    """Confirm one's own statement. Raises NotFound, Conflict when it was answered already."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        row = await answering.confirm(statement, str(by.person))
        await _note("statement.confirmed", row, by)


async def dispute(statement: UUID, reason: str, line: int | None, *, by: Actor) -> None:
    """Disagree with one's own statement or one line of it. Raises Invalid without a reason, NotFound, Conflict."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        row = await answering.dispute(statement, str(by.person), reason, line)
        await _note("statement.disputed", row, by)
        await outbox.enqueue("statements.tell", statement=str(statement), news="disputed")


async def _note(verb: str, row: Any, by: Actor) -> None:
    company = UUID(row["payer"].partition(":")[2])
    await record(
        verb, f"statement:{row['id']}", by=by, company=company, person=by.person, number=row["number"]
    )


def _person(row: Any) -> UUID:
    return UUID(row["owner"].partition(":")[2])


async def know(company: str, payees: Sequence[str]) -> tuple[Party, Mapping[str, Party]]:
    """Return a company as the issuer of statements and its payees (`person:<id>`) by name; in the operator's scope."""
    rows = await db.fetch(
        """select 'person:' || p.id as owner, coalesce(nullif(p.name, ''), m.name, p.email) as name, p.email
           from person p left join membership m on m.person_id = p.id and m.company_id = $1
           where 'person:' || p.id = any($2::text[])""",
        UUID(company),
        list(payees),
    )
    known = {row["owner"]: Party(row["name"], email=row["email"]) for row in rows}
    return await parties.buyer(company), {payee: known.get(payee, Party(payee)) for payee in payees}
