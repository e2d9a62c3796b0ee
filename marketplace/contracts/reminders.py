"""One notice before each deadline of a contract, to the side that can still keep it."""

from typing import Any

from marketplace.contracts import inspection, sides
from marketplace.core import db

_DELIVERY = """
update contract c set reminded = c.reminded || ('deliver:' || c.rounds) from (
  select o.id, coalesce(r.redeliver_on, o.deliver_on) as until from contract o
  left join change_request r on r.contract_id = o.id and r.round = o.rounds
  where o.status in ('concluded', 'running', 'changes_requested') and not 'deliver:' || o.rounds = any(o.reminded)
    and coalesce(r.redeliver_on, o.deliver_on) between business_today() and business_today() + 1) due
where c.id = due.id returning c.*, due.until
"""
_INSPECTION = """
update contract set reminded = reminded || ('inspect:' || rounds)
where status = 'delivered' and not 'inspect:' || rounds = any(reminded)
  and inspect_by between business_now() and business_now() + interval '36 hours'
returning *, inspect_by as until
"""
_START = """
update contract set reminded = reminded || 'start'::text
where status = 'concluded' and not 'start' = any(reminded) and starts_at > concluded_at + interval '1 day'
  and starts_at between business_now() and business_now() + interval '1 day'
returning *, starts_at as until
"""


async def remind() -> int:
    """Tell each side of its deadlines of today and tomorrow, once each (a sweep); return how many were told."""
    async with db.transaction(operator=True):
        deliveries = await db.fetch(_DELIVERY)
        inspections = await db.fetch(_INSPECTION)
        starts = await db.fetch(_START)
        for row in deliveries:
            await sides.tell_alumnus(row, "contract.deliver_soon", **_said(row))
        for row in inspections:
            await sides.tell_company(row, "contract.inspect_soon", **_said(row))
        for row in starts:
            await sides.tell_alumnus(row, "contract.start_soon", **_said(row))
    return len(deliveries) + len(inspections) + len(starts)


def _said(row: Any) -> dict[str, Any]:
    until = row["until"]
    whole_day = row["status"] == "delivered"
    return {"title": row["title"], "until": inspection.last_day(until) if whole_day else until}
