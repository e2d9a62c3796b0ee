"""Read the holds on claims: those of a claim for its referrer, those that wait for the operator."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound

PAGE = 30
WAITING, SETTLED = ["held", "appealed"], ["cleared", "upheld"]

_NAMED = """
select f.*, c.company_id, c.status as claim_status, c.kind as claim_kind, c.candidate_name, c.claimed_at, b.title,
  o.name as company, o.name_en as company_en, p.name as referrer,
  (select coalesce(sum(t.amount), 0)::bigint from tranche t where t.claim_id = c.id) as reward_amount
from claim_flag f join claim c on c.id = f.claim_id join bounty b on b.id = c.bounty_id
  join company o on o.id = c.company_id join person p on p.id = f.person_id
"""


async def of_claim(claim: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return a claim's flags to its referrer, the oldest first; facts fill the holes of `flag_notices.WORDS`."""
    async with db.transaction(**by.scope):
        rows = await db.fetch("select * from claim_flag where claim_id = $1 order by id", claim)
    return [dict(row) for row in rows]


async def one(flag: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a flag with its claim to the operator; raise NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(f"{_NAMED} where f.id = $1", flag)
    if row is None:
        raise NotFound
    return dict(row)


async def claim_of(flag: UUID, *, by: Actor) -> UUID:
    """Return the claim that a flag holds, to its referrer; raise NotFound."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        claim: UUID | None = await db.fetchval(
            "select claim_id from claim_flag where id = $1 and person_id = $2", flag, by.person
        )
    if claim is None:
        raise NotFound
    return claim


async def listing(*, by: Actor, waiting: bool = True, page: int = 1) -> tuple[list[dict[str, Any]], int]:
    """Return a page of flags for the operator – appeals first, then the oldest – and how many flags there are."""
    by.must_be("operator")
    states = WAITING if waiting else SETTLED
    order = "f.status = 'held', f.id" if waiting else "f.decided_at desc"
    async with db.transaction(operator=True):
        total = await db.fetchval("select count(*) from claim_flag where status = any($1)", states)
        rows = await db.fetch(
            f"{_NAMED} where f.status = any($1) order by {order} limit $2 offset $3",
            states,
            PAGE,
            (page - 1) * PAGE,
        )
    return [dict(row) for row in rows], total
