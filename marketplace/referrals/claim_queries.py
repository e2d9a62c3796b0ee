"""What a referrer reads: the bounties that he is asked for, one of them as it is offered, and his claims."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.referrals import bounty_brief, claims, consent_links, sealed, verdicts
from marketplace.referrals.bounty_terms import Terms
from marketplace.referrals.policy import Verdict, compare, evaluate
from marketplace.referrals.policy_facts import Answer

PAGE = 20
_ASKED = """from bounty b join membership m on m.company_id = b.company_id and m.person_id = $1
  join company c on c.id = b.company_id join bounty_terms t on t.bounty_id = b.id and t.version = b.version
  where b.status = 'published' and b.closes_on >= business_today()
    and m.status = 'active' and m.intent_referrals and not m.blocked_by_company"""
_MINE = """from claim k join bounty b on b.id = k.bounty_id join company c on c.id = k.company_id
  join bounty_terms t on t.bounty_id = k.bounty_id and t.version = k.terms_version
  where k.person_id = $1 and k.blocked_by <> 'policy'"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A bounty as a referrer reads it: what the policy says of its reward to an alumnus, in all and by country."""

    row: dict[str, Any]
    terms: Terms
    verdict: Verdict
    countries: dict[str, Answer]
    mine: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """A referrer's own claim as its receipt shows it: whom he named while that is kept, and the link to hand on."""

    row: dict[str, Any]
    said: dict[str, str]
    link: str


async def asked(*, by: Actor, page: int = 1) -> dict[str, Any]:
    """Return one page of the bounties of a person's networks that asks for referrals: `bounties`, `found`, `pages`, `page`."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        found = await db.fetchval(f"select count(*) {_ASKED}", by.person)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        rows = await db.fetch(
            f"""select b.*, c.name as company, c.name_en as company_en, t.reward_type, t.reward_amount, t.currency
                {_ASKED} order by b.published_at desc, b.id desc limit {PAGE} offset $2""",
            by.person,
            (page - 1) * PAGE,
        )
        willing = await db.fetchval(
            "select exists (select from membership where person_id = $1 and status = 'active' and intent_referrals)",
            by.person,
        )
    return {
        "bounties": [dict(row) for row in rows],
        "found": found,
        "pages": pages,
        "page": page,
        "willing": willing,
    }


async def offer(bounty: UUID, *, by: Actor) -> Offer:
    """Return one bounty with its terms in force and what the law says of its reward today. Raises NotFound."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        row = await claims.offered(bounty, by=by)
        mine = await _mine("and k.bounty_id = $2", by, bounty)
        async with db.transaction(company=row["company_id"]):
            whole = await db.fetchrow(
                "select b.*, o.country as company_country from bounty b join company o on o.id = b.company_id where b.id = $1",
                bounty,
            )
            assert whole is not None
            terms = await verdicts.terms_of(whole)
            question = await verdicts.ask(
                bounty_brief.from_row(whole),
                terms,
                company=row["company_id"],
                country=whole["company_country"],
            )
    return Offer(row, terms, evaluate(question), compare(question), mine)


async def mine(*, by: Actor, page: int = 1) -> dict[str, Any]:
    """Return one page of a person's claims, newest first, each with whom he named while that is kept."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        found = await db.fetchval(f"select count(*) {_MINE}", by.person)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        rows = await _mine(f"order by k.id desc limit {PAGE} offset $2", by, (page - 1) * PAGE)
    return {"claims": rows, "found": found, "pages": pages, "page": page}


async def held(claim: UUID, *, by: Actor) -> Held:
    """Return a person's own claim. Raises NotFound for somebody else's."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await _mine("and k.id = $2", by, claim)
    if not rows:
        raise NotFound
    [row] = rows
    waits = row["status"] == "consent_pending"
    link = consent_links.address(consent_links.token(claim, "referrer")) if waits else ""
    return Held(row, row["said"], link)


async def _mine(rest: str, by: Actor, *args: object) -> list[dict[str, Any]]:
    """Return claims without the reason of a claim that is not available: that is for nobody to read."""
    rows = await db.fetch(
        f"""select k.id, k.number, k.bounty_id, k.kind, k.status, k.contact_kind, k.receipt, k.claimed_at, k.reason, k.unrewarded,
              case when k.status <> 'blocked' then k.held_until end as held_until, k.consented_at, k.candidate_name, k.ended_at,
              k.next_on, k.next_step, k.next_owner, k.terms_version, k.word, b.title, c.name as company, c.name_en as company_en,
              t.reward_type, t.reward_amount, t.currency, t.ownership_days,
              (select min(r.vest_on) from tranche r where r.claim_id = k.id and r.status in ('unvested', 'held')) as vest_on,
              (select s.sealed from claim_contact s where s.claim_id = k.id) as sealed
            {_MINE} {rest}""",
        by.person,
        *args,
    )
    return [{**row, "said": sealed.opened(row["id"], row["sealed"]) or {}, "sealed": None} for row in rows]
