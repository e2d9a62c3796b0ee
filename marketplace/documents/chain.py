"""What became of a document: voided, credited, replaced, cancelled; by which document, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.documents import search

_STANDING = """
select id, case when status in ('void', 'uncollectible', 'credited') then status else 'corrected' end as standing
from invoice i where id = any($1::uuid[]) and (status in ('void', 'uncollectible', 'credited')
  or exists (select from credit_note n where n.invoice_id = i.id))
union all
select id, 'cancelled' from contract where id = any($1::uuid[]) and status = 'cancelled'
union all
select id, status from statement where id = any($1::uuid[]) and status in ('disputed', 'void')
union all
select m.id, 'replaced' from payment_record m where m.id = any($1::uuid[]) and exists (
  select from payment_record later where later.owner = m.owner and later.payee = m.payee and later.year = m.year
    and later.version > m.version)
"""


async def standing(documents: Sequence[UUID]) -> dict[UUID, str]:
    """Return how documents stand that do not simply hold: void, uncollectible, credited, corrected, cancelled, disputed, replaced.

    The caller has shown that the reader may see the documents.
    """
    async with db.transaction(operator=True):
        rows = await db.fetch(_STANDING, list(documents))
    return {row["id"]: row["standing"] for row in rows}


@dataclass(frozen=True, slots=True)
class Link:
    """A step of a document's chain: what it is to the document, when and why; the other document if there is one."""

    relation: str
    at: datetime
    why: str
    row: Any


# A void statement and what took its place name the same correction, one as `voided_by`, the other as `made_by`.
_LINKS = """
select case when o.made_by = s.voided_by then 'replaced_by' else 'replaces' end as relation,
  o.id as other, greatest(o.made_at, s.made_at) as at, '' as why
from statement s join statement o on o.payer = s.payer and o.owner = s.owner and o.id <> s.id
where s.id = $1 and (o.made_by = s.voided_by or o.voided_by = s.made_by)
union all
select 'void', null, happened_at, data ->> 'reason' from activity_event
where subject = 'statement:' || $1::uuid::text and verb = 'statement.voided'
union all
select 'credited_by' as relation, id as other, created_at as at, reason as why from credit_note where invoice_id = $1
union all
select 'credits', i.id, n.created_at, n.reason from credit_note n join invoice i on i.id = n.invoice_id where n.id = $1
union all
select status, null, ended_at, end_reason from invoice where id = $1 and status in ('void', 'uncollectible')
union all
select 'cancelled', null, cancelled_at, '' from contract where id = $1 and status = 'cancelled'
union all
select 'disputed', null, answered_at, '' from statement where id = $1 and dispute_reason <> ''
union all
select case when o.version < m.version then 'replaces' else 'replaced_by' end, o.id, greatest(o.printed_at, m.printed_at), ''
from payment_record m join payment_record o on o.owner = m.owner and o.payee = m.payee and o.year = m.year and o.id <> m.id
where m.id = $1
order by 3, 2
"""


async def links(owner: str, document: UUID) -> list[Link]:
    """Return a document's chain in the order of time. The caller has shown that the reader may see the document."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_LINKS, document)
        others = await search.named(owner, [row["other"] for row in rows if row["other"]])
    return [Link(row["relation"], row["at"], row["why"], others.get(row["other"])) for row in rows]
