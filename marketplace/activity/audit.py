"""The audit chain: every event is sealed into the hash chain of its company, so that a changed or missing one shows.

A sweep seals behind the events, so that no action waits for another's chain; the head goes onto whatever is archived.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from marketplace.core import codecs, db

FIRST = "0" * 64
_BATCH = 2000
_LOCK = 0x4155444954  # "AUDIT"

# An event may commit later than a younger one was sealed: look back far enough to find it.
_UNSEALED = """
select e.* from activity_event e
where e.recorded_at > coalesce((select max(recorded_at) from audit_link), '-infinity') - interval '15 minutes'
  and not exists (select from audit_link l where l.event_id = e.id)
order by e.id limit $1
"""


async def seal() -> int:
    """Seal the events that are not yet in their chain; return how many. Run by one at a time."""
    async with db.transaction(operator=True):
        if not await db.fetchval("select pg_try_advisory_xact_lock($1)", _LOCK):
            return 0
        events = [dict(row) for row in await db.fetch(_UNSEALED, _BATCH)]
        heads = await _heads({_chain(event) for event in events})
        links = []
        for event in events:
            chain = _chain(event)
            number, previous = heads.get(chain, (0, FIRST))
            digest = link_hash(previous, event)
            heads[chain] = (number + 1, digest)
            links.append((chain, number + 1, event["id"], event["recorded_at"], previous, digest))
        await db.executemany("insert into audit_link values ($1, $2, $3, $4, $5, $6)", links)
        return len(links)


def link_hash(previous: str, event: Mapping[str, Any]) -> str:
    """Return the hash of an event behind the hash before it (SHA-256 over canonical JSON)."""
    text = f'["{previous}",{event_text(event)[1:]}'
    return hashlib.sha256(text.encode()).hexdigest()


def event_text(event: Mapping[str, Any]) -> str:
    """Return an event as the canonical JSON that its link seals: a list, to be put behind the hash before it."""
    kept = ("id", "company_id", "person_id", "actor", "verb", "subject", "data", "happened_at", "recorded_at")
    return codecs.dumps([event[name] for name in kept])


async def broken_links(limit: int = 20) -> list[str]:
    """Recompute every chain and return what does not hold; an empty list is the proof. Runs as the operator."""
    found: list[str] = []
    heads: dict[str, tuple[int, str]] = {}
    rows = await db.fetch(
        """select l.chain, l.number, l.previous_hash, l.hash, e.id, e.company_id, e.person_id, e.actor, e.verb, e.subject,
                  e.data, e.happened_at, e.recorded_at
           from audit_link l join activity_event e on e.id = l.event_id order by l.chain, l.number"""
    )
    for row in rows:
        number, previous = heads.get(row["chain"], (0, FIRST))
        whole = row["number"] == number + 1 and row["previous_hash"] == previous
        if not whole or link_hash(previous, row) != row["hash"]:
            found.append(f"{row['chain']} #{row['number']}")
        heads[row["chain"]] = (row["number"], row["hash"])
    return found[:limit]


async def head(chain: str) -> tuple[int, str]:
    """Return the number and the hash of the last link of a chain (`company:<id>` or `operator`). In the operator's scope."""
    return (await _heads({chain})).get(chain, (0, FIRST))


async def _heads(chains: set[str]) -> dict[str, tuple[int, str]]:
    rows = await db.fetch(
        "select distinct on (chain) chain, number, hash from audit_link where chain = any($1) order by chain, number desc",
        list(chains),
    )
    return {row["chain"]: (row["number"], row["hash"]) for row in rows}


def _chain(event: Mapping[str, Any]) -> str:
    return f"company:{event['company_id']}" if event["company_id"] else "operator"
