"""A search as its page shows it: documents with how they stand and their fingerprints; one with its whole story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity import queries as activity
from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.documents import chain, papers, search
from marketplace.documents.criteria import Criteria
from marketplace.documents.owners import owner_of

MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found: rows, how those that are not plain stand, and the fingerprints of their papers."""

    found: search.Found
    standing: Mapping[UUID, str]
    sha256: Mapping[UUID, Mapping[str, str]]


async def page(wanted: Criteria, *, after: UUID | None = None, by: Actor) -> Page:
    """Return one page of the documents of the reader's side. Raises Invalid naming wrong fields, NotFound for a wrong `after`."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        found = await search.find(owner, wanted, after=after)
    return await _dressed(found)


async def _dressed(found: search.Found) -> Page:
    documents = [row["document_id"] for row in found.rows]
    return Page(found, await chain.standing(documents), await papers.fingerprints(documents))


async def export(wanted: Criteria, *, by: Actor) -> Page:
    """Return all that is found, for a file; it is written into the audit log. Raises Invalid."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        rows = await search.whole(owner, wanted, most=MOST_EXPORTED)
        await record(
            "documents.exported", owner, by=by, company=by.company, count=len(rows), criteria=wanted.stored
        )
    return await _dressed(search.Found(rows, len(rows), None))


@dataclass(frozen=True, slots=True)
class Story:
    """One document: its row, its papers' fingerprints, how it stands, the chain of documents around it, and what happened."""

    row: Any
    sha256: Mapping[str, str]
    standing: str
    links: list[chain.Link]
    events: list[dict[str, Any]]


async def story(document: UUID, *, by: Actor) -> Story:
    """Return one document of the reader's side with its story. Raises NotFound."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        row = await search.one(owner, document)
        events = await activity.timeline(f"{row['kind']}:{document}")
    standing = await chain.standing([document])
    links = await chain.links(owner, document)
    stored = await papers.fingerprints([document])
    return Story(row, stored[document], standing.get(document, ""), links, events)
