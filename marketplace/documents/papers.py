"""The stored papers of documents, whatever their kind: read, printed if nobody has yet, and their fingerprints."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.documents import search
from marketplace.documents.owners import owner_of
from payouts.billing import documents as billing_papers
from payouts.billing.documents import Document
from payouts.statements import papers as statement_papers

BOTH = ("ja", "en")
LOCALES = {
    "contract": ("ja",),  # one paper in both languages
    "statement": BOTH,
    "invoice": BOTH,
    "credit_note": BOTH,
    "platform_invoice": BOTH,
    "payment_record": BOTH,
}


async def paper(document: UUID, locale: str, *, by: Actor) -> tuple[Document, str]:
    """Return a document's paper and its name as a file; who opened it is written into the audit log. Raises NotFound."""
    owner = owner_of(by)
    async with db.transaction(**by.scope):
        row = await search.one(owner, document)
    if locale not in LOCALES[row["kind"]]:
        raise NotFound
    found = await read(row["kind"], document, locale)
    async with db.transaction(**by.scope):
        await record(
            "document.opened", f"{row['kind']}:{document}", by=by, company=by.company, number=row["number"], sha256=found.sha256
        )  # fmt: skip
    return found, file_name(row, locale)


def file_name(row: Any, locale: str) -> str:
    """Name a document's paper as a file."""
    return f"{row['number']}-{locale}.pdf"


async def read(kind: str, document: UUID, locale: str) -> Document:
    """Return a paper by kind, printed and stored now if it is not. Opens its own transactions; raises NotFound."""
    return await _READ[kind](document, locale)


async def _contract(document: UUID, _locale: str) -> Document:
    return await _stored(
        "select content, sha256 from contract_document where contract_id = $1 and kind = 'terms'", document
    )


async def _payment_record(document: UUID, locale: str) -> Document:
    sql = "select content, sha256 from payment_record_paper where record_id = $1 and locale = $2"
    return await _stored(sql, document, locale)


async def _stored(sql: str, *values: object) -> Document:
    async with db.transaction(operator=True):
        row = await db.fetchrow(sql, *values)
    if row is None:
        raise NotFound
    return Document(row["content"], row["sha256"])


def _billing(kind: str) -> Callable[[UUID, str], Awaitable[Document]]:
    async def read_one(document: UUID, locale: str) -> Document:
        return await billing_papers.read(kind, document, locale)

    return read_one


def _statement(kind: str) -> Callable[[UUID, str], Awaitable[Document]]:
    async def read_one(document: UUID, locale: str) -> Document:
        return await statement_papers.read(kind, document, locale)

    return read_one


_READ: Mapping[str, Callable[[UUID, str], Awaitable[Document]]] = {
    "contract": _contract,
    "payment_record": _payment_record,
    "invoice": _billing("invoice"),
    "credit_note": _billing("credit_note"),
    "statement": _statement("statement"),
    "platform_invoice": _statement("platform_invoice"),
}

_FINGERPRINTS = """
select document_id, locale, sha256 from billing_document where document_id = any($1::uuid[])
union all select contract_id, 'ja', sha256 from contract_document where contract_id = any($1::uuid[]) and kind = 'terms'
union all select record_id, locale, sha256 from payment_record_paper where record_id = any($1::uuid[])
"""


async def fingerprints(documents: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the SHA-256 of the papers that are stored, by document and language.

    The caller has shown that the reader may see the documents.
    """
    found: dict[UUID, dict[str, str]] = {document: {} for document in documents}
    async with db.transaction(operator=True):
        for row in await db.fetch(_FINGERPRINTS, list(documents)):
            found[row["document_id"]][row["locale"]] = row["sha256"]
    return found
