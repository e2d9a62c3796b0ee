"""A gig referral succeeds by itself: with the candidate's first approved contract with the company after the consent."""

import logging
from typing import Any
from uuid import UUID

from marketplace.contracts import hooks
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.money import Money
from marketplace.referrals import success
from marketplace.referrals.lifecycle import PIPELINE

log = logging.getLogger(__name__)
AT_ONCE = 100

# Each open gig claim with the first contract that its candidate concluded after the consent and that was approved; a
# contract stands for one claim, that to its own task before others. A claim that the policy holds is asked again after
# a day, or when somebody has settled it.
_DUE = """
select distinct on (c.id) c.id as claim, k.id as contract, k.price_amount, k.currency, k.approved_at, k.title
from claim c
  join bounty b on b.id = c.bounty_id
  join person p on p.id = c.candidate_id or p.email = lower(c.candidate_email)
  join contract k on k.company_id = c.company_id and k.person_id = p.id and k.status in ('approved', 'paid')
    and k.concluded_at >= c.consented_at
where c.kind = 'gig' and c.status = any($1) and ($2::uuid is null or k.id = $2)
  and not exists (select from claim_success s where s.contract_id = k.id)
  and not exists (select from policy_verdict v where v.claim_id = c.id and v.step = 'accrual'
    and (v.answer = 'review' and v.settled is null or v.answer = 'deny' and v.at > business_now() - interval '1 day'))
  and not exists (select from claim o join bounty ob on ob.id = o.bounty_id
    where o.company_id = c.company_id and o.kind = 'gig' and o.status = any($1) and o.id <> c.id
      and (o.candidate_id = p.id or lower(o.candidate_email) = p.email) and o.consented_at <= k.concluded_at
      and (coalesce(ob.task_id = k.task_id, false), -o.number) > (coalesce(b.task_id = k.task_id, false), -c.number))
order by c.id, k.approved_at, k.id limit $3
"""


@hooks.on("approved")
async def heed(contract: Any) -> None:
    """Look at an approved contract in a job, if its company has open gig referrals."""
    if await db.fetchval(
        "select exists (select from claim where company_id = $1 and kind = 'gig' and status = any($2))",
        contract["company_id"],
        list(PIPELINE),
    ):
        await outbox.enqueue(
            "referrals.gig_approved", dedupe=f"gig_approved:{contract['id']}", contract=str(contract["id"])
        )


@outbox.handles("referrals.gig_approved")
async def judge(_job: outbox.Job, contract: str) -> None:
    """Record the success that an approved contract means."""
    await record_due(UUID(contract))


async def record_due(contract: UUID | None = None) -> int:
    """Record every gig success that has come about (a sweep; or one contract's); return how many."""
    async with db.transaction(operator=True):
        found = await db.fetch(_DUE, list(PIPELINE), contract, AT_ONCE)
    done = 0
    for row in found:
        try:
            await success.record(
                row["claim"],
                happened_on=clock.day_of(row["approved_at"]),
                evidence=f"contract:{row['contract']} {row['title']}",
                base=Money(row["price_amount"], row["currency"]),
                contract=row["contract"],
                by=SYSTEM,
            )
            done += 1
        except (Conflict, Invalid) as refusal:
            log.warning("no success of %s by %s: %s", row["claim"], row["contract"], refusal)
    return done
