"""The archive of each closing: stored once, the same bytes for ever, with the head of its audit chain."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from marketplace.core import db
from marketplace.core.errors import NotFound

PART = 4 * 1024 * 1024


async def keep(
    owner: str, month: date, version: int, *, name: str, path: Path, sha256: str, number: int, head: str
) -> bool:
    """Store a package from its file in the operator's scope; False when this closing has one already.

    Raises ValueError when the file is not what `sha256` says.
    """
    about = (owner, month, version)
    size = await asyncio.to_thread(lambda: path.stat().st_size)
    if not await db.execute(
        """insert into closing_package (owner, month, version, name, size, sha256, audit_number, audit_head)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing""",
        *(*about, name, size, sha256, number, head),
    ):
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for place, part in enumerate(iter(partial(file.read, PART), b""), 1):
            digest.update(part)
            await db.execute(
                "insert into closing_package_part (owner, month, version, number, content) values ($1, $2, $3, $4, $5)",
                *(*about, place, part),
            )
    if digest.hexdigest() != sha256:
        raise ValueError(f"{name} is not the file that was packed")
    return True


async def find(owner: str, month: date, version: int) -> Any:
    """Return a package without its bytes (`name`, `size`, `sha256`). Raises NotFound."""
    row = await db.fetchrow(
        "select name, size, sha256 from closing_package where owner = $1 and month = $2 and version = $3",
        *(owner, month, version),
    )
    if row is None:
        raise NotFound
    return row


async def parts(owner: str, month: date, version: int) -> AsyncIterator[bytes]:
    """Yield the bytes of a package, each part read when it is asked for. Opens its own transactions, as the operator."""
    place = 0
    while True:
        place += 1
        async with db.transaction(operator=True):
            part: bytes | None = await db.fetchval(
                "select content from closing_package_part where owner = $1 and month = $2 and version = $3 and number = $4",
                *(owner, month, version, place),
            )
        if part is None:
            return
        yield part


async def of_month(owner: str, month: date) -> list[Any]:
    """Return the packages of a month without their bytes, the newest first."""
    return await db.fetch(
        """select version, name, size, sha256, audit_number, audit_head, made_at from closing_package
           where owner = $1 and month = $2 order by version desc limit 50""",
        *(owner, month),
    )


async def missing() -> list[Any]:
    """Return the closed months (`owner`, `month`, `version`) that have no package yet. Needs the operator's scope."""
    return await db.fetch(
        """select m.owner, m.month, m.version from (
             select owner, month, version from ledger_month where status = 'closed'
             union all select owner, month, version from company_month where status = 'closed') m
           where not exists (select from closing_package p where p.owner = m.owner and p.month = m.month and p.version = m.version)
           order by m.month limit 100"""
    )
