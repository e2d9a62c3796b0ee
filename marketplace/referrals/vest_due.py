"""A part of a reward becomes the referrer's: its day has come, the guarantee holds, the invoice is paid, nothing holds it."""

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.bank_days import bank_day_on_or_after
from marketplace.core.money import Money
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify
from marketplace.referrals import ending, flags, verdicts, vest_notices
from marketplace.referrals.policy_facts import Answer
from payouts import bounties
from payouts.crash import crash_point

log = logging.getLogger(__name__)

PAID_WITHIN = timedelta(days=14)
"""A vested part is in the bank within two weeks; it may be asked for earlier like everything that is owed."""

AT_ONCE = 200
# After the guarantee, too: an invoice that was given up may be paid later than that.
EARNS = ("succeeded", "guarantee", "vested")
FLAG, POLICY = "flag", "policy"

# What a verdict or a flag holds is asked about again once a day; a flag that is lifted frees it at once.
_DUE = """
select t.id from tranche t join claim c on c.id = t.claim_id join claim_success s on s.claim_id = t.claim_id
where t.vest_on <= business_today() and s.paid_at is not null and c.status in ('succeeded', 'guarantee', 'vested')
  and (t.status = 'unvested' or (t.status = 'held' and coalesce(t.checked_on, '-infinity') < business_today()))
order by t.vest_on, t.id limit $1
"""


async def sweep() -> int:
    """Let every part vest that may; return how many did. Each in a transaction of its own: one that fails stops no other."""
    async with db.transaction(operator=True):
        due = await db.fetch(_DUE, AT_ONCE)
    return sum([await _try(row["id"]) for row in due])


async def _try(tranche: UUID) -> bool:
    try:
        return await vest(tranche)
    except Exception:
        log.exception("part %s could not be looked at; the next sweep tries again", tranche)
        return False


@outbox.handles("referrals.invoice_paid")
async def paid(job: Job, *, reference: str) -> None:
    """Note that a company has paid for a success; what has waited only for that vests at once. Safe twice."""
    claim = UUID(reference.removeprefix("claim:"))
    async with db.transaction(operator=True):
        await db.execute(
            "update claim_success set paid_at = coalesce(paid_at, business_now()) where claim_id = $1", claim
        )
        await ending.paid_after_all(claim)
        parts = await db.fetch(
            """select id from tranche where claim_id = $1 and status = 'unvested' and vest_on <= business_today()
               order by number""",
            claim,
        )
        await job.finish()
        crash_point("paid.committing")
    crash_point("paid.committed")
    for part in parts:
        await vest(part["id"])


async def vest(tranche: UUID) -> bool:
    """Let one part vest, or hold it with its reason; False when it did not. Safe twice and at any time."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select t.*, c.bounty_id, c.status as claim_status, c.candidate_name, b.title, s.paid_at
               from tranche t join claim c on c.id = t.claim_id join bounty b on b.id = c.bounty_id
                 join claim_success s on s.claim_id = t.claim_id
               where t.id = $1 and t.status in ('unvested', 'held') for update of t, c""",
            tranche,
        )
        today = await clock.today()
        if row is None or not row["paid_at"] or row["vest_on"] > today:
            return False
        if row["claim_status"] not in EARNS:
            return False
        if why := await _held_by(row):
            await _hold(row, why, today)
            return False
        await _vest(row, today)
        crash_point("vest.committing")
    crash_point("vest.committed")
    return True


async def _held_by(row: Any) -> str:
    if await flags.look(row["claim_id"]):
        return FLAG
    verdict = await verdicts.take("payout", bounty=row["bounty_id"], claim=row["claim_id"])
    return "" if verdict.answer is Answer.ALLOW else POLICY


async def _hold(row: Any, why: str, today: date) -> None:
    await db.execute(
        "update tranche set status = 'held', hold_reason = $2, checked_on = $3 where id = $1",
        row["id"],
        why,
        today,
    )
    if why == POLICY:  # a flag has told for itself
        await notify(
            vest_notices.POLICY_HOLDS,
            person=row["person_id"],
            company=row["company_id"],
            path=f"/referrals/{row['claim_id']}",
            dedupe=f"tranche:{row['id']}:policy",
            title=row["title"],
            amount=Money(row["amount"], row["currency"]),
        )


async def _vest(row: Any, today: date) -> None:
    amount = Money(row["amount"], row["currency"])
    due_on = bank_day_on_or_after(today + PAID_WITHIN)
    item = await bounties.vest(
        str(row["person_id"]),
        str(row["company_id"]),
        claim=str(row["claim_id"]),
        tranche=str(row["id"]),
        number=row["number"],
        amount=amount,
        title=row["title"],
        due_on=due_on,
    )
    await db.execute(
        """update tranche set status = 'vested', hold_reason = '', vested_at = business_now(), item_id = $2
           where id = $1""",
        row["id"],
        item,
    )
    await notify(
        vest_notices.VESTED,
        person=row["person_id"],
        company=row["company_id"],
        path="/earnings",
        dedupe=f"tranche:{row['id']}:vested",
        title=row["title"],
        amount=amount,
        due=due_on,
        candidate=row["candidate_name"],
    )


_ENDS_SOON = """
update claim_success s set guarantee_told_at = business_now() from claim c join bounty b on b.id = c.bounty_id
where c.id = s.claim_id and c.status in ('succeeded', 'guarantee') and s.guarantee_told_at is null
  and s.guarantee_until > s.happened_on and s.guarantee_until between business_today() and business_today() + 7
returning c.id, c.company_id, c.candidate_name, s.guarantee_until, b.title,
  (select m.person_id from member m where m.id = coalesce(c.assigned_to, b.contact_id)) as recruiter
"""


async def remind() -> int:
    """Tell the one who looks after a referral a week before its guarantee ends (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_ENDS_SOON)
        slugs = {
            row["id"]: row["slug"]
            for row in await db.fetch(
                "select id, slug from company where id = any($1::uuid[])", [row["company_id"] for row in rows]
            )
        }
        for row in rows:
            await notify(
                vest_notices.GUARANTEE_ENDS,
                person=row["recruiter"],
                company=row["company_id"],
                path=f"/c/{slugs[row['company_id']]}/referrals/{row['id']}",
                title=row["title"],
                candidate=row["candidate_name"],
                until=row["guarantee_until"],
            )
    return len(rows)
