"""The papers of invoices and credit notes: printed once in each language, stored, and the same bytes for ever."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.typesetting import typeset
from payouts.billing import records
from payouts.billing.sheet import LOCALES, Paper, sheet

TEMPLATE = files("payouts.billing") / "templates" / "paper.typ"
AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Document:
    """A stored paper with the fingerprint of its bytes."""

    content: bytes
    sha256: str


def pdf(paper: Paper, locale: str, *, timestamp: int) -> bytes:
    """Print a paper in a language; the same paper gives the same bytes."""
    return typeset(TEMPLATE.read_bytes(), sheet(paper, locale), timestamp=timestamp)


async def read(kind: str, document: UUID, locale: str) -> Document:
    """Return a paper, printed and stored now if the sweep has not been there yet.

    Opens its own transactions in the operator's scope: the caller has shown that the reader may see it. Raises NotFound,
    Conflict for the invoice of a draft.
    """
    stored = await kept(kind, document, locale)
    if stored is None:
        await _make(kind, document, locale)
        stored = await kept(kind, document, locale)
    if stored is None:
        raise NotFound
    return stored


async def make_missing() -> int:
    """The sweep: print what is issued and has no paper yet; return how many papers were stored."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_MISSING, list(LOCALES), AT_A_TIME)
    for row in rows:
        await _make(row["kind"], row["id"], row["locale"])
    return len(rows)


_MISSING = """
select issued.kind, issued.id, wanted.locale from (
  select 'invoice' as kind, id from invoice where number is not null union all select 'credit_note', id from credit_note
) issued cross join unnest($1::text[]) as wanted (locale)
where not exists (select from billing_document d where d.kind = issued.kind and d.document_id = issued.id and d.locale = wanted.locale)
order by issued.id limit $2
"""


async def kept(kind: str, document: UUID, locale: str) -> Document | None:
    """Return a paper that was printed before, or None."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            "select content, sha256 from billing_document where kind = $1 and document_id = $2 and locale = $3",
            kind,
            document,
            locale,
        )
    return Document(row["content"], row["sha256"]) if row else None


async def _make(kind: str, document: UUID, locale: str) -> None:
    async with db.transaction(operator=True):
        row = await db.fetchrow(_INVOICE if kind == "invoice" else _NOTE, document)
    if row is None:
        raise NotFound
    if row["number"] is None:
        raise Conflict(N_("This invoice has not been issued yet."))
    moment = int(row["moment"].timestamp())
    content = await asyncio.to_thread(pdf, _paper(kind, row), locale, timestamp=moment)
    async with db.transaction(operator=True):
        await db.execute(
            """insert into billing_document (kind, document_id, locale, owner, content, sha256)
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
            kind,
            document,
            locale,
            row["owner"],
            content,
            hashlib.sha256(content).hexdigest(),
        )


_INVOICE = "select *, opened_at as moment from invoice where id = $1"
_NOTE = """
select c.*, c.created_at as moment, i.number as invoice_number, i.title, i.tax_bp, i.success_on, i.seller, i.buyer
from credit_note c join invoice i on i.id = c.invoice_id where c.id = $1
"""


def _paper(kind: str, row: Any) -> Paper:
    return Paper(
        kind=kind,
        number=row["number"],
        issued_on=row["issued_on"],
        success_on=row["success_on"],
        title=row["title"],
        amounts=records.amounts(row),
        tax_bp=row["tax_bp"],
        seller=row["seller"],
        buyer=row["buyer"],
        **dict(_own(kind, row)),
    )


def _own(kind: str, row: Any) -> Iterator[tuple[str, Any]]:
    """Yield what only one kind of paper says."""
    if kind == "invoice":
        yield "due_on", row["due_on"]
    else:
        yield "invoice", row["invoice_number"]
        yield "reason", row["reason"]
