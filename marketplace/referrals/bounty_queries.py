"""What a company reads of its bounties: the list, one with its terms, its verdict and its story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity import queries as activity
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.referrals import bounty_brief, verdicts
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_moving import POSTERS
from marketplace.referrals.bounty_terms import Terms
from marketplace.referrals.policy import Verdict, compare, evaluate
from marketplace.referrals.policy_facts import Answer, Question

PAGE = 20
MOST_EXPORTED = 10_000
TABS: Mapping[str, tuple[str, ...]] = {
    "open": ("published",),
    "draft": ("draft",),
    "paused": ("paused",),
    "ended": ("closed", "expired"),
}

_SHOWN = """
select b.*, u.name as unit, t.reward_type, t.reward_amount, t.currency, t.fee_kind, t.fee_bp, t.fee_amount,
  b.draft_terms->>'reward_type' as draft_reward_type, (b.draft_terms->>'reward_amount')::bigint as draft_reward_amount,
  (select count(*) from claim c where c.bounty_id = b.id and c.consented_at is not null) as claims,
  (select coalesce(v.settled, v.answer) from policy_verdict v
   where v.bounty_id = b.id and v.claim_id is null order by v.id desc limit 1) as verdict
from bounty b join unit u on u.id = b.unit_id left join bounty_terms t on t.bounty_id = b.id and t.version = b.version
"""
_FILTER = """b.company_id = $1 and ($2::text[] is null or b.status = any($2))
  and ($3 = '' or b.title ilike $4 or u.name ilike $4)"""


async def listed(*, by: Actor, tab: str = "", search: str = "", page: int = 1) -> dict[str, Any]:
    """Return one page of a company's bounties, newest first: `bounties`, `found`, `pages`, `page`, `counts` by tab."""
    by.must_be("member")
    arguments = _arguments(by, tab, search)
    async with db.transaction(**by.scope):
        found = await db.fetchval(
            f"select count(*) from bounty b join unit u on u.id = b.unit_id where {_FILTER}", *arguments
        )
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        rows = await db.fetch(
            f"{_SHOWN} where {_FILTER} order by b.id desc limit {PAGE} offset $5",
            *arguments,
            (page - 1) * PAGE,
        )
        counts = {
            row["status"]: row["n"]
            for row in await db.fetch(
                "select status, count(*) as n from bounty where company_id = $1 group by status", by.company
            )
        }
    return {
        "bounties": [_with_reward(row) for row in rows],
        "found": found,
        "pages": pages,
        "page": page,
        "counts": {
            "": sum(counts.values()),
            **{name: sum(counts.get(each, 0) for each in states) for name, states in TABS.items()},
        },
    }


async def exported(*, by: Actor, tab: str = "", search: str = "") -> list[dict[str, Any]]:
    """Return all that a list shows, for a file; at most 10,000 rows."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            f"{_SHOWN} where {_FILTER} order by b.id desc limit {MOST_EXPORTED}", *_arguments(by, tab, search)
        )
    return [_with_reward(row) for row in rows]


def _arguments(by: Actor, tab: str, search: str) -> tuple[object, ...]:
    search = search.strip()[:100]
    pattern = "%" + search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return by.company, list(TABS[tab]) if tab in TABS else None, search, pattern


def _with_reward(row: Mapping[str, Any]) -> dict[str, Any]:
    """Show a draft's reward as it would be, a published one's as it is."""
    draft = row["status"] == "draft"
    return {
        **row,
        "reward_type": row["draft_reward_type"] if draft else row["reward_type"],
        "reward_amount": (row["draft_reward_amount"] if draft else row["reward_amount"]) or 0,
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """What the policy says now, the same in each country, and when it was asked."""

    verdict: Verdict
    countries: Mapping[str, Answer]
    question: Question


@dataclass(frozen=True, slots=True)
class BountyPage:
    """One bounty with everything around it; `versions` newest first."""

    row: dict[str, Any]
    brief: Brief
    terms: Terms
    asked: Asked
    last: dict[str, Any] | None
    versions: list[dict[str, Any]]
    events: list[dict[str, Any]]
    manages: bool


async def one(bounty: UUID, *, by: Actor) -> BountyPage:
    """Return a bounty of the member's company. Raises NotFound."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            """select b.*, u.name as unit, m.name as contact, c.country as company_country, k.title as task_title,
                 (select count(*) from claim x where x.bounty_id = b.id and x.consented_at is not null) as claims
               from bounty b join unit u on u.id = b.unit_id join member m on m.id = b.contact_id
                 join company c on c.id = b.company_id left join task k on k.id = b.task_id
               where b.id = $1 and b.company_id = $2""",
            bounty,
            by.company,
        )
        if row is None:
            raise NotFound
        brief, terms = bounty_brief.from_row(row), await verdicts.terms_of(row)
        return BountyPage(
            dict(row), brief, terms, await preview(brief, terms, by=by), await _last(bounty),
            [dict(each) for each in await db.fetch("select * from bounty_terms where bounty_id = $1 order by version desc", bounty)],
            await activity.timeline(f"bounty:{bounty}"),
            bool(by.roles & {"owner", "recruiter"}) or ("manager" in by.roles and by.unit in {None, row["unit_id"]}),
        )  # fmt: skip


async def preview(brief: Brief, terms: Terms, *, by: Actor) -> Asked:
    """Ask the policy without keeping the answer: while somebody types, and for a page."""
    assert by.company is not None
    async with db.transaction(**by.scope):
        country = await db.fetchval("select country from company where id = $1", by.company)
        question = await verdicts.ask(brief, terms, company=by.company, country=country)
    return Asked(evaluate(question), compare(question), question)


async def _last(bounty: UUID) -> dict[str, Any] | None:
    row = await db.fetchrow(
        "select * from policy_verdict where bounty_id = $1 and claim_id is null order by id desc limit 1",
        bounty,
    )
    return dict(row) if row else None


async def choices(*, by: Actor) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the units that a member may post for, and the tasks that a gig bounty may lead to."""
    by.must_have(*POSTERS)
    bound = None if by.roles & {"owner", "recruiter"} else by.unit
    async with db.transaction(**by.scope):
        units = await db.fetch(
            "select id, name from unit where company_id = $1 and ($2::uuid is null or id = $2) order by name, id",
            by.company,
            bound,
        )
        tasks = await db.fetch(
            """select id, title from task where company_id = $1 and status in ('draft', 'published', 'paused') and title <> ''
                 and ($2::uuid is null or unit_id = $2) order by id desc limit 100""",
            by.company,
            bound,
        )
    return [dict(row) for row in units], [dict(row) for row in tasks]


async def today(*, by: Actor) -> Any:
    """Return the day that forms count from."""
    async with db.transaction(**by.scope):
        return await clock.today()
