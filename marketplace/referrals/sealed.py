"""A candidate's contact until the consent or its end: encrypted for one claim, then gone."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.core import db, sealing

_PURPOSE = "candidate contact"


async def put(claim: UUID, person: UUID | None, said: Mapping[str, str]) -> None:
    """Keep what the referrer said of a candidate (`contact`, `name`, `locale`, later `mail`), in the running transaction."""
    await db.execute(
        """insert into claim_contact (claim_id, person_id, sealed) values ($1, $2, $3)
           on conflict (claim_id) do update set sealed = excluded.sealed""",
        claim,
        person,
        sealing.seal(_PURPOSE, str(claim), json.dumps(dict(said)).encode()),
    )


async def get(claim: UUID) -> dict[str, str] | None:
    """Return what is kept of a candidate; None once it is wiped, and to whom it is not shown."""
    return opened(claim, await db.fetchval("select sealed from claim_contact where claim_id = $1", claim))


def opened(claim: UUID, content: bytes | None) -> dict[str, str] | None:
    """Open a sealed contact."""
    if content is None:
        return None
    said: dict[str, Any] = json.loads(sealing.open_sealed(_PURPOSE, str(claim), content))
    return said


async def wipe(claim: UUID) -> None:
    """Delete the contact; the keyed hash in the claim stays."""
    await db.execute("delete from claim_contact where claim_id = $1", claim)


async def wipe_over() -> int:
    """Delete the contacts of claims that wait no more: a queue's time is over, or a claim has ended (a sweep); old tries, too."""
    async with db.transaction(operator=True):
        await db.execute("delete from referral_try where at < business_now() - interval '30 days'")
        return await db.execute(
            """delete from claim_contact k using claim c where c.id = k.claim_id
                 and (c.status not in ('blocked', 'consent_pending') or (c.status = 'blocked' and c.held_until < business_now()))"""
        )
