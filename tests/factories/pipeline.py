"""A company with a published bounty, a referrer of its network, and consented claims: rows that stand in for posting and referring."""

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from marketplace.companies import actions as companies_actions
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from tests.factories import alumni, companies

_numbers = count(1)

TERMS: dict[str, Any] = {
    "reward_type": "payout",
    "tranches": [{"after_days": 0, "amount": 30_000}, {"after_days": 91, "amount": 30_000}],
    "reward_amount": 60_000,
    "guarantee_days": 90,
    "fee_kind": "contract_share",
    "fee_bp": 1000,
    "fee_amount": 0,
    "refunds": [
        {"within_days": 30, "bp": 8000},
        {"within_days": 60, "bp": 5000},
        {"within_days": 90, "bp": 2000},
    ],
}
FIXED = {"fee_kind": "fixed", "fee_bp": 0, "fee_amount": 200_000}
UNPAID = {"reward_type": "none", "tranches": [], "reward_amount": 0}
PAY_SHARE = {"fee_kind": "pay_share", "fee_bp": 3000}


@dataclass(frozen=True)
class Scene:
    """A company's owner and recruiter, its bounty, and the alumnus who refers."""

    slug: str
    owner: Actor
    recruiter: Actor
    referrer: Actor
    unit: UUID
    bounty: UUID
    kind: str

    @property
    def company(self) -> UUID:
        assert self.owner.company is not None
        return self.owner.company


async def scene(kind: str = "gig", **terms: Any) -> Scene:
    """Open a company with a recruiter, an alumnus who refers, and a published bounty."""
    slug = f"refers-{next(_numbers)}"
    owner = await companies.company(slug)
    recruiter = await companies.colleague(owner, slug, "recruiter")
    unit = await companies_actions.add_unit("ブランド企画部", yen(1_000_000), by=owner)
    referrer, _ = await alumni.alumnus(owner)
    return Scene(slug, owner, recruiter, referrer, unit, await bounty(owner, unit, kind, **terms), kind)


async def bounty(
    owner: Actor, unit: UUID, kind: str = "gig", *, title: str = "動画編集の案件", **terms: Any
) -> UUID:
    """Publish a bounty with these terms as its first version."""
    async with db.transaction(operator=True):
        found: UUID = await db.fetchval(
            """insert into bounty (company_id, unit_id, contact_id, kind, status, title, what, wanted, closes_on,
                 published_at, posted_by, success_event, evidence_wanted)
               values ($1, $2, $3, $4, 'published', $5, '動画の編集', '動画編集の経験者', business_today() + 60,
                 business_now(), $3, '発注書の受領', '発注書の写し') returning id""",
            owner.company, unit, owner.member, kind, title,
        )  # fmt: skip
        made = {**TERMS, **terms}
        await db.execute(
            """insert into bounty_terms (bounty_id, version, company_id, reward_type, tranches, reward_amount,
                 guarantee_days, fee_kind, fee_bp, fee_amount, refunds, made_by)
               values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'test')""",
            found, owner.company, made["reward_type"], made["tranches"], made["reward_amount"], made["guarantee_days"],
            made["fee_kind"], made["fee_bp"], made["fee_amount"], made["refunds"],
        )  # fmt: skip
    return found


async def claim(at: Scene, email: str = "", *, status: str = "owned", **columns: Any) -> UUID:
    """Insert a claim whose candidate consented a moment ago."""
    number = next(_numbers)
    email = email or f"candidate{number}@example.com"
    given = {
        "bounty_id": at.bounty,
        "terms_version": 1,
        "company_id": at.company,
        "person_id": at.referrer.person,
        "kind": at.kind,
        "status": status,
        "digest": hashlib.sha256(email.encode()).digest(),
        "contact_kind": "mail",
        "relation": "alumnus",
        "word": "一緒に働いた、信頼できる人です。",
        "candidate_name": f"林 拓也{number}",
        "candidate_email": email,
        **columns,
    }
    names = ", ".join(given)
    holes = ", ".join(f"${place}" for place in range(1, len(given) + 1))
    async with db.transaction(operator=True):
        found: UUID = await db.fetchval(
            f"""insert into claim ({names}, consented_at, held_until)
                values ({holes}, business_now(), business_now() + interval '180 days') returning id""",
            *given.values(),
        )
        await db.execute(
            """insert into claim_move (claim_id, company_id, person_id, from_status, to_status, actor)
               values ($1, $2, $3, 'consent_pending', $4, 'candidate')""",
            found, at.company, at.referrer.person, status,
        )  # fmt: skip
    return found


async def blocked(at: Scene, email: str) -> UUID:
    """Insert a claim that waits behind another one, of which its company knows nothing."""
    async with db.transaction(operator=True):
        found: UUID = await db.fetchval(
            """insert into claim (bounty_id, terms_version, company_id, person_id, kind, status, blocked_by, digest,
                 contact_kind, relation) values ($1, 1, $2, $3, $4, 'blocked', 'claim', $5, 'mail', 'alumnus') returning id""",
            at.bounty, at.company, at.referrer.person, at.kind, hashlib.sha256(email.encode()).digest(),
        )  # fmt: skip
    return found


async def row(claim_: UUID) -> dict[str, Any]:
    """Return a claim's row."""
    return (await rows("select * from claim where id = $1", claim_))[0]


async def rows(sql: str, *args: object) -> list[dict[str, Any]]:
    """Return rows behind row-level security."""
    async with db.transaction(operator=True):
        return [dict(each) for each in await db.fetch(sql, *args)]


async def told(person: UUID | None, kind: str) -> list[dict[str, Any]]:
    """Return a person's notices of a kind."""
    return await rows(
        "select * from notification where person_id = $1 and kind = $2 order by id", person, kind
    )


async def today() -> date:
    """Return the business day."""
    return (await rows("select business_today() as day"))[0]["day"]  # type: ignore[no-any-return]
