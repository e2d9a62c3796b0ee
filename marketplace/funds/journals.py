"""A company's journal as its finance sees, exports and names it: slips with people's names, files, accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.settings import settings
from marketplace.funds import statements
from marketplace.funds.company import ACTS, READS
from payouts.exports import accounts, files, numbering, queries, records
from payouts.exports.files import File, Missing
from payouts.exports.journal import PLATFORM, Journal, Role
from payouts.exports.mapping import Names, Package
from payouts.exports.rows import Numbered
from payouts.statements import months

PAGE = 50
MOST_SHOWN = 200
"""So many rows with characters that Shift-JIS lacks are listed; more are only counted."""


@dataclass(frozen=True, slots=True)
class Book:
    """A month's journal in the names of one package: one page of slips, what is to look at, earlier downloads.

    `fresh` counts what is new since this package's last file; `lacking` are rows that Shift-JIS cannot write.
    """

    journal: Journal
    standing: numbering.Standing
    slips: tuple[Numbered, ...]
    fresh: int
    exported: int
    names: Names
    people: Mapping[str, str]
    used: frozenset[Role]
    lacking: list[Missing]
    exports: list[Any]
    found_exports: int
    today: date

    @property
    def unconfirmed(self) -> list[Role]:
        """The roles of this month that still have our suggested name."""
        return [role for role in Role if role in self.used & self.names.suggested]

    @property
    def changed_numbers(self) -> list[int]:
        """The numbers of slips that were exported and say something else now."""
        return [each.number for each in self.standing.slips if each.slip.key in self.standing.changed]

    @property
    def ended(self) -> bool:
        """True when the month is over: until then slips are still added."""
        return months.has_ended(self.journal.month, self.today)


async def book(
    asked: date | None, package: Package, *, page: int = 1, exports_page: int = 1, by: Actor
) -> Book:
    """Return a month's journal, by default of the month that ended last."""
    by.must_have(*READS)
    company = str(by.company)
    async with db.transaction(operator=True):
        today = await clock.today()
        month = min(months.first_of(asked), months.first_of(today)) if asked else months.before(today)
        found = await _read(company, month, package)
        exports, count = await records.listed(company, month, page=exports_page)
    roles = frozenset(line.role for slip in found.journal.slips for line in slip.lines)
    return Book(
        journal=found.journal,
        standing=found.standing,
        slips=found.standing.slips[(page - 1) * PAGE : page * PAGE],
        fresh=len(found.standing.after(found.exported)),
        exported=found.exported,
        names=found.names,
        people=found.people,
        used=roles,
        lacking=files.missing(found.standing.slips, found.names, found.people),
        exports=exports,
        found_exports=count,
        today=today,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    journal: Journal
    standing: numbering.Standing
    exported: int
    names: Names
    people: Mapping[str, str]


async def _read(company: str, month: date, package: Package) -> _Read:
    journal = await queries.journal(company, month)
    standing = numbering.compare(journal.slips, await records.known(company, month))
    parties = {line.party for slip in journal.slips for line in slip.lines}
    _issuer, people = await statements.know(
        company, sorted(party for party in parties if party.startswith("person:"))
    )
    named = {owner: party.name for owner, party in people.items()}
    return _Read(
        journal,
        standing,
        await records.last_exported(company, month, package),
        await accounts.names_of(company, package),
        {**named, PLATFORM: settings().operator_name},
    )


async def export(month: date, package: Package, encoding: str, *, only_new: bool, by: Actor) -> File:
    """Write a month's file for a package, whole or only what is new since its last one; it is noted with its hash.

    Raises NotFound for an encoding that the package does not read, Conflict when there is nothing to write.
    """
    by.must_have(*ACTS)
    if encoding not in files.ENCODINGS[package]:
        raise NotFound
    company = str(by.company)
    async with db.transaction(company=by.company, operator=True):
        await records.lock(company, month)
        found = await _read(company, month, package)
        after = found.exported if only_new else 0
        slips = found.standing.after(after)
        if not slips:
            raise Conflict(N_("There is nothing to export: no slip is new in this month."))
        file = files.write(slips, found.names, found.people, encoding)
        await records.remember(company, month, found.standing, whole=not only_new)
        await records.note(
            company, month, package, encoding, slips=slips, file=file, after=after, by=by.name or by.ref
        )
        await record(
            "journal.exported", f"company:{company}", by=by, company=by.company, month=month.isoformat(),
            package=package.value, encoding=encoding, slips=len(slips), sha256=file.sha256,
        )  # fmt: skip
    return file


async def names(package: Package, *, by: Actor) -> Names:
    """Return the company's names of accounts and classes of tax in a package."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return await accounts.names_of(str(by.company), package)


async def name(given: Names, *, by: Actor) -> None:
    """Keep the company's names for a package; what changed goes into the audit log. Raises Invalid with every wrong field."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        before = await accounts.names_of(str(by.company), given.package)
        await accounts.save(str(by.company), given)
        await record(
            "journal.accounts_named", f"company:{by.company}", by=by, company=by.company,
            package=given.package.value, changed=_changes(before, given),
        )  # fmt: skip


async def forget(package: Package, *, by: Actor) -> None:
    """Set the company's names for a package back to our suggestions."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        await accounts.forget(str(by.company), package)
        await record(
            "journal.accounts_reset",
            f"company:{by.company}",
            by=by,
            company=by.company,
            package=package.value,
        )


def _changes(before: Names, after: Names) -> dict[str, str]:
    """Return what is called otherwise now: role or class of tax, the name before and the name after."""
    accounts_changed = {
        role.value: f"{_account(before.accounts[role])} → {_account(one)}"
        for role, one in after.accounts.items()
        if one != before.accounts[role]
    }
    labels_changed = {
        kind.value: f"{before.labels[kind].text} → {one.text}"
        for kind, one in after.labels.items()
        if one != before.labels[kind]
    }
    return accounts_changed | labels_changed


def _account(one: Any) -> str:
    return " / ".join(part for part in (one.name, one.sub_account, one.code, one.department) if part)
