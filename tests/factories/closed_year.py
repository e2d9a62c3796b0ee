"""Synthetic months, each closed by its company and in the ledger by the real steps; what differs is returned in yen."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.funds import closing
from payouts.closing import months, trial
from payouts.closing.checklist import Reading
from payouts.closing.months import LEDGER
from payouts.statements import platform_invoices, queries, withholding
from payouts.statements.months import after, first_of, last_moment
from tests.factories.closing import OPERATOR, drive, reconciled
from tests.factories.statements import go_to

Happens = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Closed:
    """A month as it was closed: how many statements, what differs (0 is the proof), and how long the two closes took."""

    month: date
    statements: int
    differences: dict[str, int]
    unclean: list[str]
    company_seconds: float
    ledger_seconds: float


async def close_months(number: int, happens: Happens, *, finance: Actor) -> list[Closed]:
    """Let months happen one after another, each closed when it is over."""
    async with db.transaction(operator=True):
        month = first_of(await clock.today())
    found = []
    for _ in range(number):
        await happens()
        await go_to(last_moment(month))
        await reconciled()
        company, ledger = [await _close(month, by) for by in (finance, OPERATOR)]
        assert finance.company is not None
        found.append(await _look(month, finance.company, company, ledger))
        month = after(month)
    return found


async def _close(month: date, by: Actor) -> float:
    begun = time.monotonic()
    run = await drive(await closing.start(month, "closed", by=by))
    if run.status != "done":
        raise RuntimeError(f"{month}: {run.status} {run.refused} {run.last_error}")
    return time.monotonic() - begun


async def _look(month: date, company: UUID, company_seconds: float, ledger_seconds: float) -> Closed:
    owner = f"company:{company}"
    async with db.transaction(operator=True):
        tie = await queries.tie(str(company), month)
        register = await withholding.register(str(company), month)
        invoices = await platform_invoices.tie(month)
        books, journal = await trial.sums(month), await trial.journal(owner, month)
        statements = await db.fetchval(
            "select count(*) from statement where payer = $1 and month = $2", owner, month
        )
        states = [(await months.find(each, month)).status for each in (LEDGER, owner)]
        items = [*await closing.items(owner, month), *await closing.items(LEDGER, month)]
    differences = {
        "statements": tie.owed - tie.stated + tie.unstated,
        "register": (register.base + register.tax - register.withheld - register.net).amount,
        "invoiced_fees": (invoices.fee - invoices.ledger_fee).amount,
        "invoiced_tax": (invoices.tax - invoices.ledger_tax).amount,
        "trial_balance": books.closing.amount,
        "journal": (journal.debit - journal.credit).amount,
    }
    unclean = [item.key for item in items if item.reading is not Reading.OK and (item.blocks or item.warns)]
    unclean += [state for state in states if state != "closed"]
    return Closed(month, statements, differences, unclean, company_seconds, ledger_seconds)


async def forget_jobs() -> None:
    """Drop the jobs of notices and papers that nobody here works on."""
    async with db.transaction(operator=True):
        await db.execute("delete from outbox where kind not in ('closing.package')")
    while await outbox.work_one("work"):
        pass
