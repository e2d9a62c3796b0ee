"""The archive of each closing: stored once, the same bytes for ever, with the head of its audit chain."""

from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.errors import NotFound


async def keep(
    owner: str, month: date, version: int, *, name: str, content: bytes, sha256: str, number: int, head: str
) -> bool:
    """Store a package in the operator's scope; False when this closing has one already."""
    return bool(
        await db.execute(
            """insert into closing_package (owner, month, version, name, size, sha256, content, audit_number, audit_head)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing""",
            *(owner, month, version, name, len(content), sha256, content, number, head),
        )
    )


async def read(owner: str, month: date, version: int) -> Any:
    """Return a package with its bytes (`name`, `content`, `sha256`). Raises NotFound."""
    row = await db.fetchrow(
        "select name, content, sha256 from closing_package where owner = $1 and month = $2 and version = $3",
        *(owner, month, version),
    )
    if row is None:
        raise NotFound
    return row


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
