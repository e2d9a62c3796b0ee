"""Bank transfer files as the operator works them: made, checked, downloaded, answered by the bank. All of it is audited."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.money import Money, yen
from payouts.zengin import files, jobs, queries, rail, results  # noqa: F401 - jobs applies results
from payouts.zengin.queries import PAGE

__all__ = ["PAGE"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operator sees first: what waits for a file, the days a file can name, the free money, the files."""

    is_on: bool
    waiting: int
    total: Money
    latest: date | None
    first: date
    last: date
    free: Money
    files: list[Any]
    found: int


async def desk(*, page: int, by: Actor) -> Desk:
    """Return what waits for a bank transfer file, and one page of the files."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        ready = await files.ready()
        first, last = await rail.days()
        shown, found = await queries.listed(page=page)
        return Desk(
            is_on=rail.is_on(),
            waiting=len(ready),
            total=yen(sum(row["amount"] for row in ready)),
            latest=max(first, ready[0]["due_on"]) if ready else None,
            first=first,
            last=last,
            free=await files.free_money(),
            files=shown,
            found=found,
        )


async def make(pay_on: date, until: date | None, *, by: Actor) -> UUID:
    """Make a file for a day of payment of what is due until a day. Raises Invalid, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        file = await files.make(pay_on, until, ref=by.ref, by_name=by.name)
        await record("transfer_file.made", f"transfer_file:{file}", by=by, pay_on=pay_on.isoformat())
    return file


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file with a page of its transfers, the payees' names, its sums by state, and what was told of it."""

    row: Any
    rows: list[Any]
    found: int
    names: dict[str, str]
    sums: dict[str, tuple[int, int]]
    told: list[Any]
    debit: Any
    mine: bool


async def one(file: UUID, *, page: int, by: Actor) -> OneFile:
    """Return a file without its bytes; that its bank data was read is audited. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await queries.one(file)
        rows, found = await queries.rows(file, page=page)
        await record("transfer_file.read", f"transfer_file:{file}", by=by, page=page)
        sums, told = await queries.sums(file), await queries.told(file)
        debit = await results.debit(row)
        return OneFile(row, rows, found, await _names(rows), sums, told, debit, row["made_ref"] == by.ref)


async def every_row(file: UUID, *, by: Actor) -> tuple[Any, list[Any], dict[str, str]]:
    """Return a file with all of its transfers, as a list to be filled in with results. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await queries.one(file)
        rows, found = await queries.rows(file, size=None)
        await record("transfer_file.listed", f"transfer_file:{file}", by=by, rows=found)
        return row, rows, await _names(rows)


async def _names(rows: list[Any]) -> dict[str, str]:
    people = await db.fetch(
        "select 'person:' || id as owner, name from person where 'person:' || id = any($1::text[])",
        list({row["owner"] for row in rows}),
    )
    return {row["owner"]: row["name"] for row in people}


async def check(file: UUID, *, by: Actor) -> None:
    """Approve a file as another than who made it. Raises NotFound, NotAllowed, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await files.check(file, ref=by.ref, by_name=by.name)
        await record("transfer_file.checked", f"transfer_file:{file}", by=by)


async def download(file: UUID, *, by: Actor) -> tuple[bytes, str]:
    """Return a file's bytes and name: locked and on its way from the first time on. Raises NotFound, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        content, first = await files.download(file, ref=by.ref, by_name=by.name)
        row = await queries.one(file)
        verb = "transfer_file.downloaded" if first else "transfer_file.downloaded_again"
        await record(verb, f"transfer_file:{file}", by=by, sha256=row["sha256"])
    return content, f"furikomi-{row['pay_on']:%Y%m%d}-{row['number']}.txt"


async def cancel(file: UUID, *, by: Actor) -> None:
    """Give a file up that was not downloaded. Raises NotFound, Conflict."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await files.cancel(file, ref=by.ref, by_name=by.name)
        await record("transfer_file.cancelled", f"transfer_file:{file}", by=by)


async def take_result(file: UUID, name: str, content: bytes, *, by: Actor) -> None:
    """Take in the bank's answer. Raises NotFound, Conflict, Invalid on `file`."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        result = await results.take_file(file, name, content, ref=by.ref, by_name=by.name)
        await record(
            "transfer_result.uploaded", f"transfer_file:{file}", by=by, result=str(result), name_of_file=name
        )


async def say_rest(file: UUID, reason: str, *, by: Actor) -> None:
    """Say that everything untold has arrived. Raises NotFound, Conflict, Invalid."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        result = await results.propose_rest(file, reason, ref=by.ref, by_name=by.name)
        await record(
            "transfer_result.proposed", f"transfer_file:{file}", by=by, result=str(result), reason=reason
        )


async def say_one(file: UUID, position: int, code: str, reason: str, *, by: Actor) -> None:
    """Say what became of one transfer. Raises NotFound, Conflict, Invalid."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        result = await results.propose(file, {position: code}, reason, ref=by.ref, by_name=by.name)
        await record(
            "transfer_result.proposed", f"transfer_file:{file}", by=by, result=str(result), reason=reason
        )


async def say_void(file: UUID, reason: str, *, by: Actor) -> None:
    """Say that the bank never got a downloaded file. Raises NotFound, Conflict, Invalid."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        result = await results.propose_void(file, reason, ref=by.ref, by_name=by.name)
        await record(
            "transfer_file.void_proposed", f"transfer_file:{file}", by=by, result=str(result), reason=reason
        )


async def decide(result: UUID, *, agreed: bool, by: Actor) -> UUID:
    """Agree to what another has said of a file, or throw it away; return the file. Raises NotFound, Conflict, NotAllowed."""
    by.must_be("operator")
    act = results.agree if agreed else results.refuse
    async with db.transaction(operator=True):
        await act(result, ref=by.ref, by_name=by.name)
        file: UUID = await db.fetchval("select file_id from transfer_result where id = $1", result)
        verb = "transfer_result.agreed" if agreed else "transfer_result.refused"
        await record(verb, f"transfer_file:{file}", by=by, result=str(result))
    return file
