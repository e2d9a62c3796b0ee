"""A company's register of income tax withheld, its remittances, and the yearly payment records with names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from marketplace.funds import payment_records, statements
from marketplace.funds.company import ACTS, READS
from payouts.statements import months, records, withholding
from payouts.statements.sheet import LOCALES

YEARS_BACK = 7


@dataclass(frozen=True, slots=True)
class Book:
    """A month's register with the names of its payees, and the remittances of a year up to it."""

    register: withholding.Register
    remittances: list[withholding.Remittance]
    names: Mapping[str, str]
    ended: bool
    today: date


async def book(asked: date | None, *, by: Actor) -> Book:
    """Return the register of a month, by default the one that ended last."""
    by.must_have(*READS)
    async with db.transaction(operator=True):
        today = await clock.today()
        month = min(months.first_of(asked), months.first_of(today)) if asked else months.before(today)
        register = await withholding.register(str(by.company), month)
        begin = date(month.year - 1, month.month, 1)
        remittances = await withholding.remittances(
            str(by.company), begin, months.after(months.first_of(today))
        )
        names = await _names(by, {row["owner"] for row in register.rows})
    return Book(register, remittances, names, months.has_ended(month, today), today)


async def export(month: date | None, *, by: Actor) -> Book:
    """Return a month's register for a file; it is written into the audit log."""
    found = await book(month, by=by)
    await _note("withholding.exported", by, month=found.register.month.isoformat())
    return found


async def note_remitted(month: date, on: date, *, by: Actor) -> Money:
    """Note on which day a month's tax was remitted; return how much. Raises Invalid, Conflict."""
    by.must_have(*ACTS)
    async with db.transaction(company=by.company, operator=True):
        amount = await withholding.note_remitted(
            str(by.company), month, on=on, by=by.ref, today=await clock.today()
        )
        await record(
            "withholding.remitted", f"company:{by.company}", by=by, company=by.company,
            month=month.isoformat(), amount=amount.amount, on=on.isoformat(),
        )  # fmt: skip
    return amount


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year's payment records, and the sum of its registers, which must be the same."""

    year: int
    this_year: int
    records: list[records.Record]
    names: Mapping[str, str]
    withheld: Money
    registered: Money

    @property
    def holds(self) -> bool:
        """The records of the individuals are all that was withheld."""
        return self.withheld == self.registered


async def year(asked: int | None, *, by: Actor) -> Year:
    """Return the payment records of a calendar year, by default the running one."""
    by.must_have(*READS)
    async with db.transaction(operator=True):
        this_year = (await clock.today()).year
        shown = asked if asked and this_year - YEARS_BACK <= asked <= this_year else this_year
        found = await records.of_year(str(by.company), shown)
        sums = await withholding.remittances(
            str(by.company), date(shown, 1, 1), months.after(date(shown, 12, 1))
        )
        names = await _names(by, {each.owner for each in found})
    return Year(
        shown, this_year, found, names,
        Money.total((each.withheld for each in found), "JPY"), Money.total((each.withheld for each in sums), "JPY"),
    )  # fmt: skip


async def export_year(asked: int | None, *, by: Actor) -> Year:
    """Return a year's payment records for a file; it is written into the audit log."""
    found = await year(asked, by=by)
    await _note("payment_records.exported", by, year=found.year)
    return found


async def record_paper(person: UUID, asked: int | None, locale: str, *, by: Actor) -> tuple[bytes, str]:
    """Return a payee's payment record of a year, kept as it is printed, and its name as a file. Raises NotFound."""
    found = await export_year(asked, by=by)
    owner = f"person:{person}"
    wanted = next((each for each in found.records if each.owner == owner), None)
    if wanted is None or locale not in LOCALES:
        raise NotFound
    async with db.transaction(operator=True):
        payer, payees = await statements.know(str(by.company), [owner])
    document = await payment_records.kept(wanted, (payer.record, payees[owner].record), locale, by=by)
    return document.content, f"payment-record-{found.year}-{str(person)[-6:]}-{locale}.pdf"


async def _names(by: Actor, owners: set[str]) -> Mapping[str, str]:
    _issuer, payees = await statements.know(str(by.company), sorted(owners))
    return {owner: party.name for owner, party in payees.items()}


async def _note(verb: str, by: Actor, **data: Any) -> None:
    async with db.transaction(**by.scope):
        await record(verb, f"company:{by.company}", by=by, company=by.company, **data)
