"""Closing a month, for a company's finance and for the operator of the ledger's: look, close in steps, open again by two.

Whose month it is follows from who acts: a member closes the company's, the operator the ledger's. What is read needs
the operator's scope (the register of withholding, the reconciliation); the role is looked at before.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity import queries as activity
from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.funds import closing_company, closing_ledger, closing_notices
from marketplace.funds.company import ACTS, READS
from payouts.closing import checklist, months, packages, reopening, runs
from payouts.closing.checklist import Item
from payouts.closing.months import LEDGER, Month
from payouts.reconcile import runs as reconcile_runs
from payouts.statements import runs as statement_runs
from payouts.statements.months import first_of, has_ended

PAGE = 24
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Book:
    """One month: where it stands, its checklist as it is now, its close under way, its requests, packages and events."""

    month: Month
    ended: bool
    items: list[Item]
    run: runs.Run | None
    waiting: Any | None
    packages: list[Any]
    events: list[dict[str, Any]]
    companies: list[Any]

    @property
    def live(self) -> bool:
        """True while a close is under way or was stopped half-way."""
        return self.run is not None and self.run.status in {"running", "stopped"}


async def listed(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of the months, the newest first, and how many there are."""
    owner = _owner(by, *READS)
    async with db.transaction(operator=True):
        return await months.listed(owner, page=page, size=PAGE)


async def book(month: date, *, by: Actor) -> Book:
    """Return one month with everything about it. Raises NotFound for a month without a posting in or before it."""
    owner = _owner(by, *READS)
    async with db.transaction(operator=True):
        today = await _known(owner, month)
        return Book(
            month=await months.find(owner, month),
            ended=has_ended(month, today),
            items=await items(owner, month),
            run=await runs.last(owner, month),
            waiting=await reopening.waiting(owner, month),
            packages=await packages.of_month(owner, month),
            events=await activity.timeline(_subject(owner, month)),
            companies=[] if owner else (await closing_ledger.companies_open(month))[0],
        )


async def items(owner: str, month: date) -> list[Item]:
    """Return the checklist of a month as it is now. In the operator's scope."""
    if owner:
        return await closing_company.items(UUID(owner.partition(":")[2]), month)
    return await closing_ledger.items(month)


async def start(month: date, target: str, *, reason: str = "", by: Actor) -> UUID:
    """Begin to close a month, softly (`soft_closed`) or for good (`closed`).

    Raises NotFound, Conflict while the month runs, when it is closed, is being closed, or something stands in the way,
    and Invalid when what is warned of needs a reason.
    """
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        await months.must_have_ended(month)
        await _may_begin(owner, month, target, reason)
        run = await runs.begin(owner, month, target, reason=reason, ref=by.ref, name=by.name)
        await _note("month.close_begun", owner, month, by, target=target, reason=reason)
    return run


async def stop(month: date, *, by: Actor) -> None:
    """Stop a close behind its batch; what was done stays. Raises Conflict when none runs."""
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        run = await runs.stop(owner, month)
        for kind in ("make", "send") if owner else ():
            with suppress(Conflict):  # it may not have come so far, or be over
                await statement_runs.stop(run.company, month, kind)
        await _note("month.close_stopped", owner, month, by)


async def resume(month: date, *, by: Actor) -> None:
    """Go on with a close that was stopped, and with what it was waiting for. Raises Conflict when none was."""
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        run = await runs.resume(owner, month)
        if owner:
            await _go_on_with_statements(run, by)
        else:
            await _go_on_with_reconciliation()
        await _note("month.close_resumed", owner, month, by)


async def open_again(month: date, *, reason: str, by: Actor) -> bool:
    """Open a softly closed month again, or ask a second person to for a closed one; return whether it is open.

    Raises Conflict when it is open, while a close is under way, or when somebody has asked already.
    """
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        held = await months.hold(owner, month)
        if held.status == "closed":
            await _ask(owner, month, reason, by)
            return False
        await _no_close_under_way(owner, month)
        await months.open_again(owner, month, by=by.name, reason=reason)
        await _note("month.opened", owner, month, by, reason=reason)
        return True


async def _ask(owner: str, month: date, reason: str, by: Actor) -> None:
    await reopening.ask(owner, month, reason=reason, ref=by.ref, name=by.name)
    await _note("month.reopening_asked", owner, month, by, reason=reason)
    asked = await reopening.waiting(owner, month)
    told = {"name": by.name, "reason": reason, "again": str(asked and asked["id"])}
    await closing_notices.tell("closing.reopening_asked", owner, month, besides=by.person, **told)


async def grant(month: date, *, by: Actor) -> None:
    """Open a closed month again, as somebody else has asked. Raises Conflict, NotAllowed for the one who asked."""
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        asked = await reopening.grant(owner, month, ref=by.ref, name=by.name)
        await _note("month.reopened", owner, month, by, reason=asked["reason"], asked_by=asked["asked_by"])


async def refuse(month: date, *, answer: str = "", by: Actor) -> None:
    """Refuse a request to open a month again, or take one's own back. Raises Conflict."""
    owner = _owner(by, *ACTS)
    async with db.transaction(operator=True):
        await _known(owner, month)
        asked = await reopening.refuse(owner, month, answer=answer, ref=by.ref, name=by.name)
        own = asked["asked_by"] == by.ref
        await _note(
            "month.reopening_withdrawn" if own else "month.reopening_refused", owner, month, by, answer=answer
        )


@dataclass(frozen=True, slots=True)
class Package:
    """The package of a closing: its name as a file, its size in bytes, and its bytes part by part."""

    name: str
    size: int
    parts: AsyncIterator[bytes]


async def package(month: date, version: int, *, by: Actor) -> Package:
    """Return the package of a closing; that it was taken is audited. Raises NotFound."""
    owner = _owner(by, *READS)
    async with db.transaction(operator=True):
        found = await packages.find(owner, month, version)
        await _note("month.package_read", owner, month, by, version=version, sha256=found["sha256"])
    return Package(found["name"], found["size"], packages.parts(owner, month, version))


async def note(verb: str, run: runs.Run, **data: Any) -> None:
    """Write into the audit log what a close has done for whoever began it."""
    by = Actor("system", name=run.asked_name)
    await _note(verb, run.owner, run.month, by, asked_by=run.asked_by, **data)


def _owner(by: Actor, *roles: str) -> str:
    if by.kind == "operator":
        return LEDGER
    by.must_have(*roles)
    return f"company:{by.company}"


async def _known(owner: str, month: date) -> date:
    """Return today; raise NotFound for a month that no posting makes an accounting period."""
    today = await clock.today()
    first = await months.first_month(owner)
    if first is None or not first <= month <= first_of(today):
        raise NotFound
    return today


async def _may_begin(owner: str, month: date, target: str, reason: str) -> None:
    held = await months.hold(owner, month)
    if held.status == "closed":
        raise Conflict(N_("This month is closed already."))
    if held.status == target:
        raise Conflict(N_("This month is softly closed already."))
    if held.status != "soft_closed":
        return  # much is not done yet that the close does itself: it looks when it has
    found = await items(owner, month)
    if in_the_way := checklist.blocking(found):
        raise Conflict(
            N_("Points that stand in the way: %(count)s. The list says what to do about each."),
            count=len(in_the_way),
        )
    if checklist.warnings(found) and not reason:
        raise Invalid(
            fields={"reason": Message(N_("Please say why the month is closed over what is warned of."))}
        )


async def _no_close_under_way(owner: str, month: date) -> None:
    run = await runs.last(owner, month)
    if run is not None and run.status in {"running", "stopped"}:
        raise Conflict(N_("This month is being closed already."))


async def _go_on_with_statements(run: runs.Run, by: Actor) -> None:
    for kind, work in (await statement_runs.of(run.company, run.month)).items():
        if work.status == "stopped":
            await statement_runs.begin(run.company, run.month, kind, total=work.total, asked_by=by.ref)


async def _go_on_with_reconciliation() -> None:
    stopped = await db.fetchval("select id from reconcile_run where status = 'stopped'")
    if stopped is not None:
        await reconcile_runs.resume(stopped)


def _subject(owner: str, month: date) -> str:
    return f"month:{owner or 'ledger'}:{month:%Y-%m}"


async def _note(verb: str, owner: str, month: date, by: Actor, **data: Any) -> None:
    company = UUID(owner.partition(":")[2]) if owner else None
    await record(verb, _subject(owner, month), by=by, company=company, month=month.isoformat(), **data)
