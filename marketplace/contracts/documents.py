"""The document of a contract: rendered and sealed by a job, stored once, delivered, and there for ever."""

import asyncio
import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts import identity, sides
from marketplace.contracts.document import contract_pdf
from marketplace.contracts.identity import SealIdentity
from marketplace.contracts.seal import seal
from marketplace.contracts.terms import Terms
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, NotFound, Unavailable
from marketplace.core.settings import settings

KIND = "terms"


@dataclass(frozen=True, slots=True)
class Document:
    """A sealed document as it is stored, with the fingerprint of its bytes."""

    content: bytes
    sha256: str
    sealed_at: datetime


@outbox.handles("contract.document")
async def make(job: outbox.Job, contract: str) -> None:
    """Render, seal and store the document of a contract, and tell the sides; whatever dies, one is stored.

    The lock lets two workers make it one after the other; the second finds it stored.
    """
    async with db.transaction(operator=True):
        await db.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"contract.document:{contract}"
        )
        row = await db.fetchrow("select * from contract where id = $1", UUID(contract))
        stored = await db.fetchval(
            "select true from contract_document where contract_id = $1", UUID(contract)
        )
        if row is not None and not stored:
            await _store(row, await _sealed(row))
        await job.finish()


async def read(contract: UUID, *, by: Actor) -> Document:
    """Return the sealed document to one of its sides; an alumnus's download is noted as proof of delivery.

    Raises Conflict while it is being made, NotFound for a stranger.
    """
    async with db.transaction(**by.scope):
        if by.kind == "member":
            await sides.of_member(contract, by=by)  # a manager reads his own unit's
        row = await db.fetchrow(
            """select d.content, d.sha256, d.sealed_at, c.id from contract c
               left join contract_document d on d.contract_id = c.id and d.kind = $2 where c.id = $1""",
            contract,
            KIND,
        )
        if row is None:
            raise NotFound
        if row["content"] is None:
            raise Conflict(N_("The document is being made. Please come back in a moment."))
        await note(contract, "downloaded", by=by)
    return Document(row["content"], row["sha256"], row["sealed_at"])


async def note(contract: UUID, kind: str, *, by: Actor) -> None:
    """Note the first time that the alumnus opened or downloaded his terms; others leave no trace here."""
    if by.kind != "alumnus":
        return
    async with db.transaction(**by.scope):
        await db.execute(
            """insert into terms_receipt (contract_id, company_id, person_id, kind)
               select id, company_id, person_id, $2 from contract where id = $1 and person_id = $3
               on conflict do nothing""",
            contract,
            kind,
            by.person,
        )


async def note_mailed() -> int:
    """Note which terms have reached a mail server (a sweep over notices that were mailed)."""
    async with db.transaction(operator=True):
        return await db.execute(
            """insert into terms_receipt (contract_id, company_id, person_id, kind, at)
               select c.id, c.company_id, c.person_id, 'mailed', n.mailed_at
               from notification n join contract c on n.dedupe = 'contract.document:' || c.id
               where n.kind = 'contract.document' and n.mailed_at > business_now() - interval '7 days'
                 and n.person_id = c.person_id
                 and not exists (select from terms_receipt r where r.contract_id = c.id and r.kind = 'mailed')
               on conflict do nothing"""
        )


async def terms_of(contract: UUID) -> Terms:
    """Return the snapshot of a contract that the scope may see; raise NotFound."""
    body = await db.fetchval("select body from terms_snapshot where contract_id = $1", contract)
    if body is None:
        raise NotFound
    return Terms.model_validate_json(body)


async def seal_identity() -> SealIdentity:
    """Return who seals: the configured certificate, or a demo identity that is made once in ENISHI_DATA."""
    current = settings()
    if current.seal_certificate is not None:
        return identity.open_identity(
            current.seal_certificate, current.seal_passphrase.get_secret_value().encode()
        )
    if current.production:
        raise Unavailable(identity.CLOSED)
    made_at = await clock.now()
    with _one_at_a_time(current.data / "seal"):
        return identity.make_demo_identity(current.data / "seal", name=current.operator_name, made_at=made_at)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process at a time make the demo identity in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _sealed(row: Any) -> Document:
    terms = await terms_of(row["id"])
    who = await seal_identity()
    sealed_at = await clock.now()
    plain = await asyncio.to_thread(contract_pdf, terms)
    content = await asyncio.to_thread(seal, plain, who, sealed_at=sealed_at)
    return Document(content, hashlib.sha256(content).hexdigest(), sealed_at)


async def _store(row: Any, made: Document) -> None:
    stored = await db.execute(
        """insert into contract_document (contract_id, kind, company_id, person_id, content, sha256, sealed_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing""",
        row["id"], KIND, row["company_id"], row["person_id"], made.content, made.sha256, made.sealed_at,
    )  # fmt: skip
    if not stored:
        return
    await activity.record(
        "sealed",
        f"contract:{row['id']}",
        by=SYSTEM,
        company=row["company_id"],
        person=row["person_id"],
        sha256=made.sha256,
    )
    key = f"contract.document:{row['id']}"
    said = {"title": row["title"], "terms_of": str(row["id"])}
    await sides.tell_alumnus(row, "contract.document", dedupe=key, **said)
    await sides.tell_company(row, "contract.document", dedupe=f"{key}:company", **said)
