"""What a network has asked of its people lately: how often each was shown, what waits for an answer, who answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from marketplace.core import db
from matching.model import Responses

SHOWN_DAYS = 28
"""Whole days: the number changes at midnight only, so that a list keeps its order however often it is opened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """On how many days a person was shown for how many tasks, how many invitations are open, how all were answered."""

    shown: int = 0
    waiting: int = 0
    responses: Responses = field(default_factory=Responses)


async def of(company: UUID, people: Sequence[UUID]) -> dict[UUID, Asked]:
    """Return this for people of one network, in the company's scope."""
    shown = await db.fetch(
        """select person_id, count(*) as shown from impression
           where company_id = $1 and person_id = any($2::uuid[])
             and on_day >= business_today() - $3::integer and on_day < business_today() group by 1""",
        company,
        list(people),
        SHOWN_DAYS,
    )
    answers = await db.fetch(
        """select person_id, count(*) filter (where status = 'sent') as waiting,
             count(*) filter (where replied_at is not null or status = 'lapsed') as asked, count(replied_at) as answered,
             coalesce(sum(extract(epoch from replied_at - sent_at)), 0)::bigint / 60 as minutes
           from invitation where company_id = $1 and person_id = any($2::uuid[]) group by 1""",
        company,
        list(people),
    )
    seen = {row["person_id"]: row["shown"] for row in shown}
    replies = {
        row["person_id"]: (row["waiting"], Responses(row["asked"], row["answered"], row["minutes"]))
        for row in answers
    }
    return {person: Asked(seen.get(person, 0), *replies.get(person, (0, Responses()))) for person in people}
