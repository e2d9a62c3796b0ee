"""Read claims: a company's board and list, one with all that its page shows, and the referrer's answer to “where is it?”."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from marketplace.referrals.bounty_terms import Terms, from_row
from marketplace.referrals.holding import RECRUITS, unit_of
from marketplace.referrals.lifecycle import PIPELINE
from marketplace.referrals.pipeline import can_undo

PAGE = 30
PER_STAGE = 20

GROUPS: Mapping[str, tuple[str, ...]] = {
    "open": PIPELINE,
    "succeeded": ("succeeded", "guarantee", "vested"),
    "ended": ("declined", "withdrawn", "failed_guarantee"),
}
"""How the list parts the claims; `overdue` and `mine` part the open ones further."""

_SEEN = """
from claim c join bounty b on b.id = c.bounty_id
  left join member m on m.company_id = c.company_id and m.id = coalesce(c.assigned_to, b.contact_id)
  left join membership r on r.company_id = c.company_id and r.person_id = c.person_id
where c.company_id = $1 and c.consented_at is not null and ($2::uuid is null or b.unit_id = $2)
"""
_COLUMNS = """
select c.id, c.number, c.bounty_id, c.kind, c.status, c.candidate_name, c.next_on, c.next_step, c.next_owner, c.consented_at,
  c.ended_at, c.reason, c.external_id, c.claimed_at, b.title, m.name as carer, r.name as referrer,
  (c.status = any(array['owned', 'screening', 'interview', 'offer']) and c.next_on < business_today()) as is_overdue
"""
_FILTER = """
  and (cardinality($3::text[]) = 0 or c.status = any($3)) and ($4::uuid is null or c.bounty_id = $4)
  and ($5::uuid is null or coalesce(c.assigned_to, b.contact_id) = $5)
  and (not $6 or (c.next_on < business_today() and c.status = any(array['owned', 'screening', 'interview', 'offer'])))
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the list is asked for: a group (or `overdue`, `mine`, empty for all) and a bounty."""

    group: str = ""
    bounty: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of claims, the counts of each part, and the bounties that one can choose from."""

    claims: list[dict[str, Any]]
    counts: dict[str, int]
    bounties: list[dict[str, Any]]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One claim with its moves (newest first), its terms, what succeeded and failed, its parts and its last verdict."""

    row: dict[str, Any]
    terms: Terms
    moves: list[dict[str, Any]]
    success: dict[str, Any] | None
    failure: dict[str, Any] | None
    parts: list[dict[str, Any]]
    verdict: dict[str, Any] | None
    recruiters: list[dict[str, Any]]

    @property
    def undoable(self) -> bool:
        """Whether the last step can be taken back."""
        return can_undo(self.row["status"], self.moves[0] if self.moves else None)


async def listed(asked: Asked, *, by: Actor, page: int = 1) -> Listing:
    """Return a page of the company's claims, the next day first, then the newest."""
    async with db.transaction(**by.scope):
        counts = dict(await db.fetchrow(_COUNTS, by.company, unit_of(by), asked.bounty, by.member) or {})
        total = counts[asked.group or "all"]
        pages = max(1, -(-total // PAGE))
        page = min(max(page, 1), pages)
        rows = await db.fetch(
            f"{_COLUMNS}{_SEEN}{_FILTER} order by (c.next_on is null), c.next_on, c.id desc limit $7 offset $8",
            *_asked(asked, by),
            PAGE,
            (page - 1) * PAGE,
        )
        bounties = await db.fetch(_BOUNTIES, by.company, unit_of(by))
    return Listing([dict(row) for row in rows], counts, [dict(row) for row in bounties], page, pages)


async def every(asked: Asked, *, by: Actor) -> list[dict[str, Any]]:
    """Return every claim of a part of the list, oldest first, for a file."""
    async with db.transaction(**by.scope):
        rows = await db.fetch(f"{_COLUMNS}{_SEEN}{_FILTER} order by c.id", *_asked(asked, by))
    return [dict(row) for row in rows]


async def board(asked: Asked, *, by: Actor) -> dict[str, list[dict[str, Any]]]:
    """Return the open claims by stage, the next day first, at most PER_STAGE each."""
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            f"""select * from (select *, row_number() over (partition by status order by next_on nulls last, id) as place
                from ({_COLUMNS}{_SEEN}{_FILTER}) each_claim) placed where place <= $7 order by place""",
            *_asked(Asked("open", asked.bounty), by),
            PER_STAGE,
        )
    return {stage: [dict(row) for row in rows if row["status"] == stage] for stage in PIPELINE}


async def sheet(claim: UUID, *, by: Actor) -> Sheet:
    """Return a claim to its company or to its referrer; raise NotFound for anybody else."""
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            _ONE, claim, by.company, unit_of(by), by.person if by.kind == "alumnus" else None
        )
        if row is None:
            raise NotFound
        async with db.transaction(company=row["company_id"]):
            return await _sheet(dict(row))


async def _sheet(row: dict[str, Any]) -> Sheet:
    claim = row["id"]
    about = await db.fetchrow(_ABOUT, claim)
    terms = await db.fetchrow(
        "select * from bounty_terms where bounty_id = $1 and version = $2",
        row["bounty_id"],
        row["terms_version"],
    )
    assert about is not None
    assert terms is not None
    return Sheet(
        row={**row, **dict(about)},
        terms=from_row(terms),
        moves=await _rows("select * from claim_move where claim_id = $1 order by id desc", claim),
        success=await _one("select * from claim_success where claim_id = $1", claim),
        failure=await _one("select * from claim_failure where claim_id = $1", claim),
        parts=[
            {**part, "amount": Money(part["amount"], part["currency"])}
            for part in await _rows("select * from tranche where claim_id = $1 order by number", claim)
        ],
        verdict=await _one(
            "select * from policy_verdict where claim_id = $1 order by id desc limit 1", claim
        ),
        recruiters=await _rows(_RECRUITERS, row["company_id"], list(RECRUITS), about["unit_id"]),
    )


async def _rows(sql: str, *args: object) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(sql, *args)]


async def _one(sql: str, *args: object) -> dict[str, Any] | None:
    row = await db.fetchrow(sql, *args)
    return dict(row) if row else None


def _asked(asked: Asked, by: Actor) -> tuple[Any, ...]:
    states = GROUPS["open"] if asked.group in {"overdue", "mine"} else GROUPS.get(asked.group, ())
    return (
        by.company,
        unit_of(by),
        list(states),
        asked.bounty,
        by.member if asked.group == "mine" else None,
        asked.group == "overdue",
    )


_COUNTS = f"""
with seen as (select c.status, c.next_on, coalesce(c.assigned_to, b.contact_id) as carer {_SEEN} and ($3::uuid is null or c.bounty_id = $3))
select count(*) as all, count(*) filter (where is_open) as open,
  count(*) filter (where is_open and next_on < business_today()) as overdue,
  count(*) filter (where is_open and carer = $4) as mine,
  count(*) filter (where status = any(array['succeeded', 'guarantee', 'vested'])) as succeeded,
  count(*) filter (where status = any(array['declined', 'withdrawn', 'failed_guarantee'])) as ended
from (select *, status = any(array['owned', 'screening', 'interview', 'offer']) as is_open from seen) counted
"""
_BOUNTIES = """
select b.id, b.title from bounty b where b.company_id = $1 and b.status <> 'draft' and ($2::uuid is null or b.unit_id = $2)
order by b.id desc limit 200
"""
_ONE = """
select c.*, case when c.status = any(array['owned', 'screening', 'interview', 'offer'])
  then greatest(business_today() - c.next_on, 0) else 0 end as overdue_days, business_today() as today
from claim c
where c.id = $1 and case when $4::uuid is not null then c.person_id = $4
  else c.consented_at is not null and c.company_id = $2
    and exists (select from bounty b where b.id = c.bounty_id and ($3::uuid is null or b.unit_id = $3)) end
"""
_ABOUT = """
select b.title, b.unit_id, b.closes_on, b.success_event, b.evidence_wanted, b.place, co.name as company,
  coalesce(nullif(co.name_en, ''), co.name) as company_en, co.slug, m.name as carer, r.name as referrer
from claim c join bounty b on b.id = c.bounty_id join company co on co.id = c.company_id
  left join member m on m.company_id = c.company_id and m.id = coalesce(c.assigned_to, b.contact_id)
  left join membership r on r.company_id = c.company_id and r.person_id = c.person_id
where c.id = $1
"""
_RECRUITERS = """
select m.id, m.name from member m where m.company_id = $1 and m.status <> 'removed' and m.roles && $2
  and (m.unit_id is null or m.unit_id = $3 or m.roles && array['owner', 'recruiter']) order by m.name
"""
