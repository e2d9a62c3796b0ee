"""Pack what was found for an office that asks for it (ダウンロードの求め): which papers, how far they are, stop and go on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, NotFound
from marketplace.documents import chain, papers, search
from marketplace.documents.criteria import Criteria
from marketplace.documents.owners import owner_of

MOST = 5000
BATCH = 40


@dataclass(frozen=True, slots=True)
class Content:
    """What a finished package holds, in order: rows of documents, how they stand, the fingerprints of their papers."""

    rows: list[Any]
    standing: dict[UUID, str]
    sha256: dict[UUID, dict[str, str]]


async def start(wanted: Criteria, *, by: Actor) -> UUID:
    """Begin a package of all that is found; it is written into the audit log. Raises Invalid for too many or none."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        rows = await search.whole(owner, wanted, most=MOST + 1)
        if not rows:
            raise Invalid(N_("Nothing was found, so there is nothing to pack."))
        if len(rows) > MOST:
            raise Invalid(
                N_("A package holds at most %(most)s documents. Please ask for a shorter time."),
                most=f"{MOST:,}",
            )
        made: UUID = await db.fetchval(
            """insert into document_export (owner, criteria, total_count, asked_by, asked_ref) values ($1, $2, $3, $4, $5)
               returning id""",
            owner, wanted.stored, len(rows), by.name, by.ref,
        )  # fmt: skip
        await db.executemany(
            "insert into document_export_item (export_id, position, owner, document_id) values ($1, $2, $3, $4)",
            [(made, position, owner, row["document_id"]) for position, row in enumerate(rows, start=1)],
        )
        await record(
            "documents.packed", owner, by=by, company=by.company, count=len(rows), criteria=wanted.stored
        )
        await outbox.enqueue("documents.pack", export=str(made))
    return made


async def one(export: UUID, *, by: Actor) -> Any:
    """Return a package of the reader's side, how far it is. Raises NotFound."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        row = await db.fetchrow("select * from document_export where id = $1 and owner = $2", export, owner)
    if row is None:
        raise NotFound
    return row


async def recent(*, by: Actor, limit: int = 10) -> list[Any]:
    """Return the newest packages of the reader's side."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        return await db.fetch(
            "select * from document_export where owner = $1 order by id desc limit $2", owner, limit
        )


async def stop(export: UUID, *, by: Actor) -> None:
    """Stop after the batch that is under way. Raises NotFound, Conflict when nothing is."""
    await _move(export, "running", "stopped", by)


async def resume(export: UUID, *, by: Actor) -> None:
    """Go on with a package that was stopped. Raises NotFound, Conflict when it is not."""
    await _move(export, "stopped", "running", by)


async def _move(export: UUID, old: str, new: str, by: Actor) -> None:
    await one(export, by=by)
    async with db.transaction(**by.scope):
        moved = await db.execute(
            "update document_export set status = $3 where id = $1 and status = $2", export, old, new
        )
        if not moved:
            raise Conflict(N_("This has just changed. Please look again."))
        if new == "running":
            await outbox.enqueue("documents.pack", export=str(export))


async def content(export: UUID, *, by: Actor) -> Content:
    """Return what a finished package holds; it is written into the audit log. Raises NotFound, Conflict before it is done."""
    found = await one(export, by=by)
    if found["status"] != "done":
        raise Conflict(N_("The papers are still being printed. Please come back in a moment."))
    async with db.transaction(**by.scope):
        items = await db.fetch(
            "select document_id from document_export_item where export_id = $1 order by position", export
        )
        documents = [item["document_id"] for item in items]
        rows = await search.named(found["owner"], documents)
        await record(
            "documents.package_saved", found["owner"], by=by, company=by.company, count=len(documents)
        )
    return Content(
        [rows[each] for each in documents],
        await chain.standing(documents),
        await papers.fingerprints(documents),
    )


async def files(rows: list[Any]) -> AsyncIterator[tuple[Any, str, bytes]]:
    """Yield each paper of documents, one at a time: the document, the file's name, its bytes."""
    for row in rows:
        for locale in papers.LOCALES[row["kind"]]:
            found = await papers.read(row["kind"], row["document_id"], locale)
            yield row, papers.file_name(row, locale), found.content
