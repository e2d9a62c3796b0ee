"""A missed next day does not stay quiet: the one who looks after the claim hears of it, then the company's owners."""

from typing import Any

from marketplace.core import db
from marketplace.notifications.actions import notify
from marketplace.referrals import pipeline_notices
from marketplace.referrals.lifecycle import PIPELINE

ESCALATE_AFTER = 5
"""Days after the missed day until the owners hear of it."""

AT_ONCE = 200

_MISSED = """
update claim set overdue_told = next_on where id in (
  select id from claim where status = any($1) and next_on < business_today() and overdue_told is distinct from next_on
  order by next_on limit $2 for update skip locked)
returning *
"""
_RAISED = """
update claim set overdue_raised = next_on where id in (
  select id from claim where status = any($1) and next_on <= business_today() - $3::int and overdue_raised is distinct from next_on
  order by next_on limit $2 for update skip locked)
returning *
"""
# Whoever looks after it; when that person has gone, the owners.
_CARERS = """
select m.person_id, co.slug, b.title from claim c
  join bounty b on b.id = c.bounty_id join company co on co.id = c.company_id
  join member m on m.company_id = c.company_id and m.status = 'active'
where c.id = $1 and (m.id = coalesce(c.assigned_to, b.contact_id) or ('owner' = any(m.roles) and not exists (
  select from member answers where answers.id = coalesce(c.assigned_to, b.contact_id) and answers.status = 'active')))
"""
_OWNERS = """
select m.person_id, co.slug, b.title from claim c
  join bounty b on b.id = c.bounty_id join company co on co.id = c.company_id
  join member m on m.company_id = c.company_id and m.status = 'active' and 'owner' = any(m.roles)
where c.id = $1
"""


async def remind() -> int:
    """Tell of each missed day once, and once more to the owners when it stays missed (a sweep); return how many claims."""
    async with db.transaction(operator=True):
        missed = await db.fetch(_MISSED, list(PIPELINE), AT_ONCE)
        raised = await db.fetch(_RAISED, list(PIPELINE), AT_ONCE, ESCALATE_AFTER)
        for row in missed:
            await _tell(row, pipeline_notices.OVERDUE, await db.fetch(_CARERS, row["id"]))
        for row in raised:
            await _tell(row, pipeline_notices.ESCALATED, await db.fetch(_OWNERS, row["id"]))
    return len(missed) + len(raised)


async def _tell(row: Any, kind: str, people: list[Any]) -> None:
    for person in people:
        await notify(
            kind,
            person=person["person_id"],
            company=row["company_id"],
            path=f"/c/{person['slug']}/referrals/{row['id']}",
            dedupe=f"{kind}:{row['id']}:{row['next_on']}:{person['person_id']}",
            title=person["title"],
            candidate=row["candidate_name"],
            on=row["next_on"],
        )
