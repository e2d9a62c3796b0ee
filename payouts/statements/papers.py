"""The papers of statements and platform invoices: printed once in each language, stored, the same bytes for ever."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.typesetting import typeset
from payouts.billing.documents import TEMPLATE, Document, kept
from payouts.crash import crash_point
from payouts.statements import platform_sheet, queries
from payouts.statements.sheet import LOCALES, sheet, stamped

AT_A_TIME = 40


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A paper that can be printed now: what it is, whose, its data and its moment."""

    kind: str
    document: UUID
    locale: str
    owner: str
    data: dict[str, Any]
    timestamp: int


def pdf(data: dict[str, Any], *, timestamp: int) -> bytes:
    """Print laid-out data; the same data and moment give the same bytes."""
    return typeset(_template(), data, timestamp=timestamp)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


async def read(kind: str, document: UUID, locale: str) -> Document:
    """Return a stored paper, printed now if nobody has yet: kind is statement, statement_void or platform_invoice.

    Opens its own transactions in the operator's scope: the caller has shown that the reader may see it. Raises NotFound.
    """
    stored = await kept(kind, document, locale)
    if stored is None:
        async with db.transaction(operator=True):
            wanted = await _LAID_OUT[kind](document, locale)
        await store([wanted])
        stored = await kept(kind, document, locale)
    if stored is None:
        raise NotFound
    return stored


async def make_missing() -> int:
    """The sweep: print what was sent and has no paper yet; return how many papers were stored."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_MISSING, list(LOCALES), AT_A_TIME)
        wanted = [await _LAID_OUT[row["kind"]](row["id"], row["locale"]) for row in rows]
    await store(wanted)
    return len(wanted)


async def store(wanted: Sequence[Unprinted]) -> None:
    """Print papers on every processor and store them in one transaction."""
    loop = asyncio.get_running_loop()
    printed = await asyncio.gather(*(loop.run_in_executor(_printers(), _print, one) for one in wanted))
    async with db.transaction(operator=True):
        await db.executemany(
            """insert into billing_document (kind, document_id, locale, owner, content, sha256)
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
            [
                (one.kind, one.document, one.locale, one.owner, content, hashlib.sha256(content).hexdigest())
                for one, content in zip(wanted, printed, strict=True)
            ],
        )
        crash_point("papers.storing")


def _print(one: Unprinted) -> bytes:
    return pdf(one.data, timestamp=one.timestamp)


@cache
def _printers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, "papers")


_MISSING = """
select issued.kind, issued.id, wanted.locale from (
  select 'statement' as kind, id from statement where sent_at is not null union all select 'platform_invoice', id from platform_invoice
) issued cross join unnest($1::text[]) as wanted (locale)
where not exists (select from billing_document d where d.kind = issued.kind and d.document_id = issued.id and d.locale = wanted.locale)
order by issued.id limit $2
"""


async def _statement(document: UUID, locale: str) -> Unprinted:
    found = await queries.one(document)
    data = sheet(found.row, found.lines, locale)
    return Unprinted("statement", document, locale, found.row["payer"], data, _moment(found.row))


async def _void_statement(document: UUID, locale: str) -> Unprinted:
    found = await queries.one(document)
    if found.row["status"] != "void":
        raise NotFound
    data = stamped(sheet(found.row, found.lines, locale), found.row, found.chain, locale)
    (void,) = (each for each in found.chain if each["id"] == document)
    moment = int(void["voided_at"].timestamp())
    return Unprinted("statement_void", document, locale, found.row["payer"], data, moment)


async def _platform_invoice(document: UUID, locale: str) -> Unprinted:
    row = await db.fetchrow("select * from platform_invoice where id = $1", document)
    if row is None:
        raise NotFound
    data = platform_sheet.sheet(row, locale)
    return Unprinted("platform_invoice", document, locale, row["owner"], data, _moment(row))


def _moment(row: Any) -> int:
    return int(row["made_at"].timestamp())


_LAID_OUT: dict[str, Callable[[UUID, str], Any]] = {
    "statement": _statement,
    "statement_void": _void_statement,
    "platform_invoice": _platform_invoice,
}
