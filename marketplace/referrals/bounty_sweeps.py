"""What comes due for bounties: the last day and its reminder, and the policy's word on every new day."""

from typing import Any

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM
from marketplace.referrals import bounty_notices, verdicts
from marketplace.referrals.bounty_moving import move
from marketplace.referrals.policy_facts import Answer

REMIND_DAYS = 7
BATCH = 100

_ENDING = f"""
update bounty set reminded_at = business_now() where id in (
  select id from bounty where status in ('published', 'paused') and reminded_at is null
    and closes_on - {REMIND_DAYS} <= business_today() and closes_on >= business_today()
  order by closes_on limit {BATCH} for update skip locked)
returning *
"""
_ENDED = f"""
select * from bounty where status in ('published', 'paused') and closes_on < business_today()
order by closes_on limit {BATCH} for update skip locked
"""
_UNCHECKED = f"""
select * from bounty where status = 'published' and checked_on is distinct from business_today()
order by checked_on nulls first limit {BATCH} for update skip locked
"""


async def sweep() -> int:
    """Remind before the last day, end what has passed it, and ask the policy anew once a day; return how many."""
    return await _remind() + await _expire() + await _recheck()


async def _remind() -> int:
    async with db.transaction(operator=True):
        rows = await db.fetch(_ENDING)
        for row in rows:
            await bounty_notices.tell_posters(row, "bounty.ends_soon", closes_on=row["closes_on"])
    return len(rows)


async def _expire() -> int:
    async with db.transaction(operator=True):
        rows = await db.fetch(_ENDED)
        for row in rows:
            await move(row["id"], "expire", ended_at=await clock.now())
            await activity.record(
                "bounty_expired", f"bounty:{row['id']}", by=SYSTEM, company=row["company_id"]
            )
            await bounty_notices.tell_posters(row, "bounty.expired")
    return len(rows)


async def _recheck() -> int:
    """A licence that has ended or was withdrawn, or a new rule, reaches what is published already."""
    done = 0
    while True:
        async with db.transaction(operator=True):
            rows = await db.fetch(_UNCHECKED)
            for row in rows:
                await _ask_anew(row)
        done += len(rows)
        if len(rows) < BATCH:
            return done


async def _ask_anew(row: Any) -> None:
    await db.execute("update bounty set checked_on = business_today() where id = $1", row["id"])
    verdict = await verdicts.take("publish", bounty=row["id"])
    if verdict.answer is Answer.ALLOW:
        return
    rule = verdict.deciding[0].id
    await move(row["id"], "pause", paused_by_rule=rule)
    await activity.record(
        "bounty_paused_by_rule", f"bounty:{row['id']}", by=SYSTEM, company=row["company_id"], rule=rule
    )
    await bounty_notices.tell_posters(row, "bounty.not_lawful", rule=rule)
