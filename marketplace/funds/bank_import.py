"""The operator's bank files: uploaded, mapped, imported; every read and every import of bank data is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid
from payouts.reconcile import bank_files, bank_lines
from payouts.reconcile.bank_files import ACCOUNTS
from payouts.reconcile.bank_lines import Line

PAGE = 50
SAMPLE = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """A file with its lines, or with its first rows while nobody has said which column means what."""

    row: Any
    lines: list[Line] | None
    sample: list[list[str]]
    problem: Invalid | None


async def lines(account: str, *, page: int, by: Actor) -> tuple[list[Any], int, list[Any]]:
    """Return one page of the bank's lines, how many there are, and the files."""
    by.must_be("operator")
    wanted = account if account in ACCOUNTS else ""
    async with db.transaction(operator=True):
        rows, found = await bank_files.lines(wanted, page=page, size=PAGE)
        await record("bank_lines.read", "reconciliation:bank", by=by, account=wanted, page=page)
        return rows, found, await bank_files.files()


async def every_line(account: str, *, by: Actor) -> list[Any]:
    """Return the bank's lines of a file."""
    by.must_be("operator")
    wanted = account if account in ACCOUNTS else ""
    async with db.transaction(operator=True):
        rows, found = await bank_files.lines(wanted, page=1, size=1_000_000)
        await record("bank_lines.exported", "reconciliation:bank", by=by, account=wanted, rows=found)
        return rows


async def stage(account: str, bank: str, name: str, content: bytes, *, by: Actor) -> UUID:
    """Keep a file as a preview. Raises Invalid."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        number = await bank_files.stage(account, bank, name, content, ref=by.ref, by_name=by.name)
        await record("bank_file.uploaded", f"bank_file:{number}", by=by, account=account)
    return number


async def preview(number: UUID, *, by: Actor) -> Preview:
    """Return a file with what it would bring. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await bank_files.one(number)
        await record("bank_file.read", f"bank_file:{number}", by=by)
        sample = bank_lines.rows_of(bytes(row["content"]))[:SAMPLE] if row["kind"] == "csv" else []
        try:
            return Preview(row, await bank_files.lines_of(row), sample, None)
        except Invalid as problem:
            return Preview(row, None, sample, problem)


async def remember(number: UUID, columns: Mapping[str, int], header_rows: int, *, by: Actor) -> None:
    """Keep which column of this bank means what. Raises Invalid, Conflict, NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await bank_files.remember(number, columns, header_rows)
        await record("bank_layout.remembered", f"bank_file:{number}", by=by, columns=dict(columns))


async def take_in(number: UUID, *, by: Actor) -> tuple[int, int]:
    """Import a preview; return how many lines it has and how many are new."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        count, new = await bank_files.take_in(number)
        await record("bank_file.imported", f"bank_file:{number}", by=by, lines=count, new=new)
    return count, new


async def discard(number: UUID, *, by: Actor) -> None:
    """Throw a preview away."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await bank_files.discard(number)
        await record("bank_file.discarded", f"bank_file:{number}", by=by)
