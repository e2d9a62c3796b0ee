"""Each thing that a company pays to an alumnus: what became of it, and everything about its payment."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.funds.company import PAGE, READS
from payouts import queries

_ITEMS = """
select i.id, i.title, i.kind, i.base_amount, i.tax_amount, i.withheld_amount + i.adjusted_amount as withheld_amount,
  i.net_amount, i.due_on, i.part, i.payout_id, coalesce(p.status, '') as status, coalesce(p.hold_reason, '') as hold_reason,
  p.arrives_on, p.paid_at, c.id as contract_id, s.name as alumnus, count(*) over () as found
from payable_item i left join payout p on p.id = i.payout_id
left join contract c on i.reference = 'contract:' || c.id
left join membership s on s.company_id = c.company_id and s.person_id = c.person_id
where i.payer = $1 and case $2 when 'open' then p.id is null or p.status not in ('paid', 'settled')
  when 'paid' then p.status in ('paid', 'settled') when 'trouble' then p.status in ('held', 'unknown', 'failed', 'returned')
  else true end
order by i.due_on desc, i.id desc limit $3 offset $4
"""


async def items(show: str = "all", *, page: int = 1, whole: bool = False, by: Actor) -> tuple[list[Any], int]:
    """Return one page (or all, for a file, audited) of what the company pays to alumni: all, open, paid or trouble."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        size = None if whole else PAGE
        rows = await db.fetch(_ITEMS, f"company:{by.company}", show, size, (page - 1) * PAGE)
        if whole:
            await record(
                "payouts.exported", f"company:{by.company}", by=by, company=by.company, rows=len(rows)
            )
    return rows, rows[0]["found"] if rows else 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing paid: its row, its payout (none before it is planned), attempts, movements and postings.

    In a payout that pays for other companies too, its postings are told without amounts: they are not this company's.
    """

    row: Any
    payout: Any
    attempts: list[Any]
    movements: list[Any]
    postings: list[Any]
    shared: bool


_ONE = """
select i.*, c.id as contract_id, c.received_on, c.approved_at, s.name as alumnus,
  (select sha256 from contract_document d where d.contract_id = c.id and d.kind = 'terms') as document
from payable_item i left join contract c on i.reference = 'contract:' || c.id
left join membership s on s.company_id = c.company_id and s.person_id = c.person_id
where i.id = $1 and i.payer = $2
"""


async def item(number: UUID, *, by: Actor) -> Item:
    """Return one thing that this company pays, with everything about its payment. Raises NotFound for another's."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(_ONE, number, f"company:{by.company}")
        if row is None:
            raise NotFound
        async with db.transaction(operator=True):
            postings = await queries.postings_about(row["reference"])
            if row["payout_id"] is None:
                return Item(row, None, [], [], postings, shared=False)
            payout = await queries.payout(row["payout_id"])
    shared = any(other["payer"] != row["payer"] for other in payout["items"])
    return Item(row, payout, payout["attempts"], payout["ops"], [*postings, *payout["postings"]], shared)
