"""A company's whole money by its legs: contracts, referral successes and platform fees; what does not agree has a name."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.funds import bounty_legs, contract_legs, fee_legs
from marketplace.funds.leg_rows import Row

READS = ("owner", "finance", "auditor")
PAGE = 50

Rows = Callable[[Sequence[UUID], date], Awaitable[Mapping[UUID, Row]]]
KINDS: Mapping[str, Rows] = {
    "contract": contract_legs.rows,
    "bounty": bounty_legs.rows,
    "fee": fee_legs.rows,
}

_EVERY = """
select kind, id, count(*) over () as found from (
  select 'contract' as kind, c.id, c.concluded_at as at, c.status from contract c where c.company_id = $1
  union all
  select 'bounty', x.claim_id, x.at, coalesce(v.status, '') from claim_success x
    left join invoice v on v.reference = 'claim:' || x.claim_id where x.company_id = $1
  union all
  select 'fee', p.id, p.made_at, '' from platform_invoice p where p.owner = 'company:' || $1
) every where ($2 = '' or kind = $2) and ($3 = '' or status = $3)
order by at desc, id desc limit $4 offset $5
"""


async def legs(*, kind: str = "", status: str = "", page: int = 1, by: Actor) -> tuple[list[Row], int]:
    """Return one page of the company's money by its legs, the newest first, and how many rows there are.

    `kind` is contract, bounty (a referral's success) or fee (a month of platform fees), `status` one of a contract or
    of an invoice.
    """
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return await _read(by, kind, status, PAGE, (page - 1) * PAGE)


async def every_leg(*, kind: str = "", status: str = "", by: Actor) -> list[Row]:
    """Return all of them for a file; that it was taken is audited."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        rows, found = await _read(by, kind, status, None, 0)
        await record("legs.exported", "reconciliation:legs", by=by, company=by.company, rows=found)
    return rows


async def _read(by: Actor, kind: str, status: str, size: int | None, offset: int) -> tuple[list[Row], int]:
    wanted = await db.fetch(_EVERY, by.company, kind, status, size, offset)
    ids: defaultdict[str, list[UUID]] = defaultdict(list)
    for one in wanted:
        ids[one["kind"]].append(one["id"])
    today = await clock.today()
    read: dict[str, Mapping[UUID, Any]] = {
        name: await KINDS[name](numbers, today) for name, numbers in ids.items()
    }
    return [read[one["kind"]][one["id"]] for one in wanted], wanted[0]["found"] if wanted else 0
