"""Gather what is known of a claim for `fraud`: both sides' traces, the ways back, the counts. Operator's scope."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.referrals.fraud import CLAIM_DAYS, LONGEST_RING, SUCCESS_DAYS, Facts, Traces
from payouts import queries as payments

_DECIDES = ["owner", "manager", "recruiter", "approver", "finance"]


async def collect(row: Any) -> Facts:
    """Return the facts of a consented claim (its row) as they are now."""
    candidate = await _candidate(row)
    consent = await db.fetchrow(
        "select device_digest, address_digest from claim_consent where claim_id = $1 and act = 'given' order by id limit 1",
        row["id"],
    )
    mail = await db.fetchval("select email from person where id = $1", row["person_id"])
    return Facts(
        kind=row["kind"],
        referrer=Traces(
            row["device_digest"], row["address_digest"], await _bank(row["person_id"]), _domain(mail)
        ),
        candidate=Traces(
            consent["device_digest"] if consent else None,
            consent["address_digest"] if consent else None,
            await _bank(candidate) if candidate else None,
            _domain(row["candidate_email"]),
        ),
        same_person=candidate == row["person_id"],
        ring=await _way_back(row, candidate) if candidate else 0,
        claims=await _claims(row),
        successes=await _successes(row),
        decides=await _decides(row),
    )


async def _candidate(row: Any) -> UUID | None:
    """Return the candidate as a person who signs in here, if he is one: known by id, or by the mail he confirmed."""
    if row["candidate_id"]:
        return UUID(str(row["candidate_id"]))
    found: UUID | None = await db.fetchval(
        "select id from person where email = $1", row["candidate_email"].lower()
    )
    return found


async def _bank(person: UUID) -> tuple[str, str] | None:
    found = await payments.payee_of(str(person))
    name, last4 = found.get("bank_name", ""), found.get("bank_last4", "")
    return (name, last4) if name and last4 else None


async def _way_back(row: Any, candidate: UUID) -> int:
    """Return how many referrals lead from the candidate back to the referrer within this company; 0 for none."""
    found: int | None = await db.fetchval(
        """with recursive way as (
             select c.person_id as giver, coalesce(c.candidate_id, p.id) as got, 1 as steps
             from claim c left join person p on p.email = lower(c.candidate_email) and c.candidate_email <> ''
             where c.company_id = $1 and c.person_id = $2 and c.consented_at is not null
             union
             select c.person_id, coalesce(c.candidate_id, p.id), way.steps + 1
             from way join claim c on c.company_id = $1 and c.person_id = way.got and c.consented_at is not null
               left join person p on p.email = lower(c.candidate_email) and c.candidate_email <> ''
             where way.steps < $4 and way.got <> $3)
           select min(steps) from way where got = $3""",
        row["company_id"],
        candidate,
        row["person_id"],
        LONGEST_RING - 1,
    )
    return found + 1 if found else 0


async def _claims(row: Any) -> int:
    found: int = await db.fetchval(
        """select count(*) from claim where company_id = $1 and person_id = $2
             and consented_at > business_now() - make_interval(days => $3)""",
        row["company_id"],
        row["person_id"],
        CLAIM_DAYS,
    )
    return found


async def _successes(row: Any) -> int:
    found: int = await db.fetchval(
        """select count(*) from claim_success where company_id = $1 and person_id = $2
             and at > business_now() - make_interval(days => $3)""",
        row["company_id"],
        row["person_id"],
        SUCCESS_DAYS,
    )
    return found


async def _decides(row: Any) -> bool:
    return bool(
        await db.fetchval(
            """select exists (select from member where company_id = $1 and person_id = $2 and status = 'active'
                 and roles && $3)""",
            row["company_id"],
            row["person_id"],
            _DECIDES,
        )
    )


def _domain(mail: str | None) -> str:
    return (mail or "").rpartition("@")[2].lower()
