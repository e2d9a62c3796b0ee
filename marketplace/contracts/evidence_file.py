"""Gather the evidence of a contract for one of its sides: verifiable offline, years later."""

import asyncio
import json
from typing import Any
from uuid import UUID

from marketplace.contracts import documents, private
from marketplace.contracts.evidence import build_evidence
from marketplace.core import db
from marketplace.core.actor import Actor

_DELIVERIES = """
select 'terms_' || kind as kind, at, null::integer as round, null as message, '[]'::jsonb as files
from terms_receipt where contract_id = $1
union all
select 'delivery', d.received_at, d.round, d.message,
  coalesce((select jsonb_agg(jsonb_build_object('name', f.name, 'size', f.size, 'sha256', f.sha256) order by f.id)
            from delivery_file f where f.delivery_id = d.id), '[]')
from delivery d where d.contract_id = $1
union all
select 'addendum_' || kind, created_at, null, body::text, '[]' from terms_addendum where contract_id = $1
order by 2, 1
"""
_EVENTS = """
select verb, actor, data, happened_at, recorded_at from activity_event where subject = 'contract:' || $1::text order by id
"""


async def evidence(contract: UUID, *, by: Actor) -> bytes:
    """Return the evidence ZIP of a contract to one of its sides or the operator.

    For members who read no words it tells of deliveries and addenda without them. Raises NotFound for a stranger,
    Conflict while the document is being made.
    """
    async with db.transaction(**by.scope):
        document = await documents.read(contract, by=by)
        terms = await documents.terms_of(contract)
        steps = await db.fetch(_DELIVERIES, contract)
        deliveries = _plain([_step(step, by) for step in steps])
        events = _plain(
            [private.without_reasons(row, by=by) for row in await db.fetch(_EVENTS, str(contract))]
        )
        identity = await documents.seal_identity()
    return await asyncio.to_thread(
        build_evidence, terms, document.content, deliveries=deliveries, events=events, identity=identity
    )


def _step(step: Any, by: Actor) -> dict[str, Any]:
    """Return a step as this reader may see it: a delivery's text is what somebody wrote, an addendum's is a fact."""
    return private.told(step, "message", by=by) if step["kind"] == "delivery" else dict(step)


def _plain(rows: list[Any]) -> list[dict[str, Any]]:
    """Return rows as JSON knows them, empty columns left out."""
    found = [
        {name: value for name, value in dict(row).items() if value not in (None, "", [])} for row in rows
    ]
    plain: list[dict[str, Any]] = json.loads(json.dumps(found, default=str))
    return plain
