"""Read the messages of a company's applicant tracking system that have not been applied."""

from dataclasses import dataclass
from typing import Any

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.referrals.ats_apply import SETTLED

PAGE = 20


@dataclass(frozen=True, slots=True)
class Unapplied:
    """One page of messages that wait or fit nothing, the newest first."""

    events: list[dict[str, Any]]
    count: int
    page: int
    pages: int


async def unapplied(*, by: Actor, page: int = 1) -> Unapplied:
    """Return a page of the company's messages that are not settled. Raises NotAllowed."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        count: int = await db.fetchval(
            "select count(*) from ats_event where company_id = $1 and outcome <> all($2)",
            by.company,
            list(SETTLED),
        )
        pages = max(1, -(-count // PAGE))
        page = min(max(page, 1), pages)
        rows = await db.fetch(
            """select id, occurred_at, received_at, outcome, claim_id, payload ->> 'stage' as stage,
                 payload -> 'candidate' ->> 'external_id' as external_id, payload -> 'candidate' ->> 'email' as email
               from ats_event where company_id = $1 and outcome <> all($2)
               order by received_at desc, id limit $3 offset $4""",
            by.company,
            list(SETTLED),
            PAGE,
            (page - 1) * PAGE,
        )
    return Unapplied([dict(row) for row in rows], count, page, pages)
