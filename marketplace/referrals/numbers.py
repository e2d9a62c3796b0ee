"""Referrals as numbers: a company's funnels and cost per success, what a referrer may expect, what the operator stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.money import Money
from marketplace.core.settings import settings
from marketplace.referrals.holding import unit_of

STEPS = ("owned", "screening", "interview", "offer", "succeeded")
"""The steps of a funnel: consented, then each stage that a claim came at least as far as."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """One bounty: how many claims came at least so far, and what its successes have cost.

    `agency` is what a placement agency would have asked by the stated assumption; None where none places (gig, business).
    """

    bounty: UUID
    title: str
    kind: str
    reached: Mapping[str, int]
    successes: int
    cost: Money
    agency: Money | None

    @property
    def each(self) -> Money | None:
        """Return the cost of one success, rounded down; None before the first."""
        return Money(self.cost.amount // self.successes, self.cost.currency) if self.successes else None

    @property
    def agency_each(self) -> Money | None:
        """Return the agency's price of one success, rounded down."""
        if not self.successes or self.agency is None:
            return None
        return Money(self.agency.amount // self.successes, self.agency.currency)


@dataclass(frozen=True, slots=True)
class Expected:
    """One claim of a referrer: where it stands, its next day, and the yen that it can still bring or has brought."""

    claim: UUID
    title: str
    company: str
    candidate: str
    status: str
    on: date | None
    amount: Money
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the operator stands for: rewards by the month in which they vest, promises in the pipeline, refunds that may come."""

    months: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    unvested: Money
    held: Money
    promised: Money
    refundable: Money


async def funnels(*, by: Actor) -> list[Funnel]:
    """Return the funnel and cost of each of the company's bounties, the newest first."""
    rate = settings().agency_fee_bp
    async with db.transaction(**by.scope):
        rows = await db.fetch(_FUNNELS, by.company, unit_of(by))
    return [
        Funnel(
            bounty=row["id"],
            title=row["title"],
            kind=row["kind"],
            reached={step: row[step] for step in STEPS},
            successes=row["successes"],
            cost=Money(row["cost"], row["currency"]),
            agency=Money(row["base"], row["currency"]).share(rate) if row["kind"] == "hire" else None,
        )
        for row in rows
    ]


async def expected(*, by: Actor) -> list[Expected]:
    """Return the referrer's claims that can bring money or have brought it, the next day first."""
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        companies = await db.fetch("select distinct company_id from claim where person_id = $1", by.person)
        found: list[Expected] = []
        for row in companies:
            async with db.transaction(company=row["company_id"]):
                found += [_expected(each) for each in await db.fetch(_EXPECTED, by.person, row["company_id"])]
    return sorted(found, key=lambda one: (one.on is None, one.on or date.max, str(one.claim)))


async def exposure(*, by: Actor) -> Exposure:
    """Return the operator's view over every company."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        months = await db.fetch(_MONTHS)
        stages = await db.fetch(_STAGES)
        refundable = await db.fetchval(_REFUNDABLE)
    sums = [{**dict(row), "amount": Money(row["amount"]), "held": Money(row["held"])} for row in months]
    lines = [{**dict(row), "amount": Money(row["amount"])} for row in stages]
    return Exposure(
        months=sums,
        stages=lines,
        unvested=Money.total(row["amount"] for row in sums),
        held=Money.total(row["held"] for row in sums),
        promised=Money.total(row["amount"] for row in lines),
        refundable=Money(refundable),
    )


def _expected(row: Any) -> Expected:
    planned = row["parts"] is not None
    return Expected(
        claim=row["id"],
        title=row["title"],
        company=row["company"],
        candidate=row["candidate_name"],
        status=row["status"],
        on=row["vest_on"] if planned else row["next_on"],
        amount=Money(row["parts"] if planned else row["promised"], row["currency"]),
        is_certain=planned,
    )


# A claim counts for every step up to the farthest that it came to.
_FUNNELS = """
with far as (
  select c.bounty_id, c.id, greatest(
    max(array_position(array['owned', 'screening', 'interview', 'offer', 'succeeded', 'guarantee', 'vested'], v.to_status)),
    max(array_position(array['owned', 'screening', 'interview', 'offer', 'succeeded', 'guarantee', 'vested'], c.status))) as step
  from claim c left join claim_move v on v.claim_id = c.id
  where c.company_id = $1 and c.consented_at is not null group by c.bounty_id, c.id),
costs as (
  select c.bounty_id, count(*) filter (where f.claim_id is null) as successes, s.currency,
    sum(s.fee_amount - s.fee_amount * coalesce(f.refund_bp, 0) / 10000 + coalesce(
      (select sum(t.amount) from tranche t where t.claim_id = s.claim_id and t.status in ('unvested', 'held', 'vested')), 0))::bigint as cost,
    coalesce(sum(s.base_amount) filter (where f.claim_id is null), 0)::bigint as base
  from claim_success s join claim c on c.id = s.claim_id left join claim_failure f on f.claim_id = s.claim_id
  where s.company_id = $1 group by c.bounty_id, s.currency)
select b.id, b.title, b.kind, coalesce(max(k.successes), 0) as successes, coalesce(max(k.cost), 0) as cost,
  coalesce(max(k.base), 0) as base, coalesce(max(k.currency), 'JPY') as currency,
  count(f.id) as owned, count(f.id) filter (where f.step >= 2) as screening, count(f.id) filter (where f.step >= 3) as interview,
  count(f.id) filter (where f.step >= 4) as offer, count(f.id) filter (where f.step >= 5) as succeeded
from bounty b left join far f on f.bounty_id = b.id left join costs k on k.bounty_id = b.id
where b.company_id = $1 and b.status <> 'draft' and ($2::uuid is null or b.unit_id = $2)
group by b.id order by b.id desc limit 200
"""
_EXPECTED = """
select c.id, b.title, co.name as company, c.candidate_name, c.status, c.next_on, case when c.unrewarded then 0 else t.reward_amount end as promised, t.currency,
  (select sum(p.amount)::bigint from tranche p where p.claim_id = c.id and p.status not in ('failed', 'clawed_back')) as parts,
  (select min(p.vest_on) from tranche p where p.claim_id = c.id and p.status in ('unvested', 'held')) as vest_on
from claim c join bounty b on b.id = c.bounty_id join company co on co.id = c.company_id
  join bounty_terms t on t.bounty_id = c.bounty_id and t.version = c.terms_version
where c.person_id = $1 and c.company_id = $2
  and c.status = any(array['consent_pending', 'owned', 'screening', 'interview', 'offer', 'succeeded', 'guarantee', 'vested'])
order by c.id desc limit 200
"""
_MONTHS = """
select date_trunc('month', vest_on)::date as month, count(*) as parts, sum(amount)::bigint as amount,
  coalesce(sum(amount) filter (where status = 'held'), 0)::bigint as held
from tranche where status in ('unvested', 'held') group by 1 order by 1
"""
_STAGES = """
select c.status, count(*) as claims, sum(case when c.unrewarded then 0 else t.reward_amount end)::bigint as amount
from claim c join bounty_terms t on t.bounty_id = c.bounty_id and t.version = c.terms_version
where c.status = any(array['consent_pending', 'owned', 'screening', 'interview', 'offer'])
group by 1 order by array_position(array['consent_pending', 'owned', 'screening', 'interview', 'offer'], c.status)
"""
# What would return if everybody in a running guarantee left today.
_REFUNDABLE = """
select coalesce(sum(s.fee_amount * coalesce((
  select (r ->> 'bp')::bigint from jsonb_array_elements(t.refunds) r
  where business_today() - s.happened_on <= (r ->> 'within_days')::integer order by (r ->> 'within_days')::integer limit 1), 0) / 10000), 0)::bigint
from claim_success s join claim c on c.id = s.claim_id and c.status in ('succeeded', 'guarantee')
  join bounty_terms t on t.bounty_id = c.bounty_id and t.version = c.terms_version
"""
