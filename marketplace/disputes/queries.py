"""Read disputes: those of a contract for its sides, those that wait for the operator."""

from typing import Any
from uuid import UUID

from marketplace.contracts import private
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from marketplace.disputes.actions import answer_by

PAGE = 30

_NAMED = """
select d.*, c.name as company, c.slug, m.name as alumnus, k.title, k.price_amount, k.pay_on, k.received_on,
  business_now() as now
from dispute d join contract k on k.id = d.contract_id join company c on c.id = d.company_id
  join membership m on m.company_id = d.company_id and m.person_id = d.person_id
"""


async def of_contract(contract: UUID, *, by: Actor) -> dict[str, Any] | None:
    """Return the dispute of a contract that the scope may see, or None; `disputed` and `awarded` are Money."""
    async with db.transaction(**by.scope):
        row = await db.fetchrow(f"{_NAMED} where d.contract_id = $1 order by d.id desc limit 1", contract)
    return private.told(_told(row), "reason", "answer", "resolution", by=by) if row else None


async def one(dispute: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a dispute to the operator; raise NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(f"{_NAMED} where d.id = $1", dispute)
    if row is None:
        raise NotFound
    return _told(row)


async def listing(*, by: Actor, status: str = "open", page: int = 1) -> tuple[list[dict[str, Any]], int]:
    """Return a page of disputes for the operator, the oldest open first, and how many pages there are."""
    by.must_be("operator")
    order = "d.opened_at" if status == "open" else "d.resolved_at desc"
    async with db.transaction(operator=True):
        total = await db.fetchval("select count(*) from dispute where status = $1", status)
        rows = await db.fetch(
            f"{_NAMED} where d.status = $1 order by {order} limit $2 offset $3",
            status,
            PAGE,
            (page - 1) * PAGE,
        )
    return [_told(row) for row in rows], max(1, -(-total // PAGE))


def _told(row: Any) -> dict[str, Any]:
    awarded, until = row["awarded_amount"], answer_by(row["opened_at"])
    return {
        **dict(row),
        "answer_by": until,
        "unanswered": not row["answer"] and until <= row["now"],
        "disputed": Money(row["amount"], row["currency"]),
        "awarded": None if awarded is None else Money(awarded, row["currency"]),
    }
