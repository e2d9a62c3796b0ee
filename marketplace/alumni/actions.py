"""The tie between a person and a network: invited, consented, meant for something, blocked, left."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.companies.rules import ALUMNI_ROLES
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, Name, NotFound
from marketplace.core.outbox import Job
from marketplace.people import sign_in

INTENTS = ("tasks", "referrals", "news", "reachable")
CONSENT_VERSION = "2026-12-01"
"""Names the text of the consent page; a new text gets a new version, and people are asked again."""

_MOST_AT_ONCE = 500
_INVITED_AT_ONCE = 200


async def invite(memberships: Sequence[UUID], *, by: Actor) -> int:
    """Mail an invitation to each of these who has not joined; return how many. Nobody is mailed twice within a day."""
    by.must_have(*ALUMNI_ROLES)
    if not 1 <= len(memberships) <= _MOST_AT_ONCE:
        raise Invalid(N_("Please choose 1 to %(most)s people."), most=_MOST_AT_ONCE)
    async with db.transaction(**by.scope):
        known = await db.fetchval(
            "select count(*) from membership where company_id = $1 and id = any($2::uuid[])",
            by.company,
            list(memberships),
        )
        if known != len(set(memberships)):
            raise NotFound
        mailed = await _mail(by.company, list(memberships), len(memberships))
        if not mailed:
            raise Conflict(
                N_(
                    "Nobody was mailed: they have joined already, have left, or were invited within the last day."
                )
            )
        await activity.record("invited", f"company:{by.company}", by=by, company=by.company, people=mailed)
    return mailed


async def invite_everybody(*, by: Actor) -> None:
    """Let a job mail everybody who was never invited."""
    by.must_have(*ALUMNI_ROLES)
    async with db.transaction(**by.scope):
        await activity.record("invited_everybody", f"company:{by.company}", by=by, company=by.company)
        await outbox.enqueue("alumni.invite", company=str(by.company))


@outbox.handles("alumni.invite")
async def invite_next(job: Job, company: str) -> None:
    """Mail the next of those who were never invited, and ask for the ones after them."""
    async with db.transaction(company=company):
        rows = await db.fetch(
            """select id from membership where company_id = $1 and status = 'invited' and invited_at is null
               order by id limit $2""",
            UUID(company),
            _INVITED_AT_ONCE,
        )
        if rows and await _mail(UUID(company), [row["id"] for row in rows], _INVITED_AT_ONCE):
            await outbox.enqueue("alumni.invite", company=company)
        await job.finish()


async def _mail(company: UUID | None, memberships: list[UUID], most: int) -> int:
    """Mark and mail in one transaction: two clicks at once mail once, for the second finds the mark."""
    rows = await db.fetch(
        """update membership m set invited_at = now() from company c
           where m.id = any($2::uuid[]) and m.company_id = $1 and c.id = m.company_id and m.status = 'invited'
             and (m.invited_at is null or m.invited_at < now() - interval '1 day')
           returning m.id, m.person_id, m.name, c.name as company, c.name_en as company_en""",
        company,
        memberships[:most],
    )
    for row in rows:
        await sign_in.mail_link(
            row["person_id"],
            f"/welcome/{row['id']}",
            kind="invitation",
            lives=sign_in.INVITATION_LIVES,
            company=Name(row["company"], row["company_en"]).stored(),
            name=row["name"],
        )
    return len(rows)


async def consent(membership: UUID, version: str, intents: Iterable[str], *, by: Actor) -> None:
    """Join a network: consent to the text of `version` and say what for. Every intent is off unless named here.

    Raises Conflict for an outdated text, Invalid for an unknown intent, NotFound for somebody else's membership.
    """
    if version != CONSENT_VERSION:
        raise Conflict(N_("The text has changed meanwhile. Please read it again."))
    chosen = _chosen(intents)
    async with projection.own_change(by):
        row = await db.fetchrow(
            """update membership set status = 'active', consent_version = $3, consented_at = business_now(),
                 intent_tasks = $4, intent_referrals = $5, intent_news = $6, intent_reachable = $7
               where id = $1 and person_id = $2 returning company_id""",
            membership, by.person, version, *chosen,
        )  # fmt: skip
        if row is None:
            raise NotFound
        await db.execute(
            """insert into alumnus_profile (person_id) values ($1)
               on conflict (person_id) do update set active_at = business_now()""",
            by.person,
        )
        await activity.record(
            "consented",
            f"membership:{membership}",
            by=by,
            company=row["company_id"],
            person=by.person,
            version=version,
        )


async def choose_intents(membership: UUID, intents: Iterable[str], *, by: Actor) -> None:
    """Say anew what one wants to be asked for; what is not named is off. Raises Conflict before consent."""
    chosen = _chosen(intents)
    async with projection.own_change(by):
        company = await _own(membership, by)
        changed = await db.execute(
            """update membership set intent_tasks = $3, intent_referrals = $4, intent_news = $5, intent_reachable = $6
               where id = $1 and person_id = $2 and status = 'active'""",
            membership, by.person, *chosen,
        )  # fmt: skip
        if not changed:
            raise Conflict(N_("You have not joined this network."))
        await activity.record(
            "intents_chosen", f"membership:{membership}", by=by, company=company, person=by.person
        )


async def leave(membership: UUID, *, by: Actor) -> None:
    """Leave a network: consent is withdrawn, every intent off, the card and the matcher's row are gone at once."""
    async with projection.own_change(by):
        company = await _own(membership, by)
        left = await db.execute(
            """update membership set status = 'left', consent_version = null, consented_at = null, intent_tasks = false,
                 intent_referrals = false, intent_news = false, intent_reachable = false
               where id = $1 and person_id = $2 and status <> 'left'""",
            membership,
            by.person,
        )
        if not left:
            raise Conflict(N_("You have already left this network."))
        await activity.record("left", f"membership:{membership}", by=by, company=company, person=by.person)


async def set_blocked_by_person(membership: UUID, *, blocked: bool, by: Actor) -> None:
    """Stop, or allow again, that this company offers work; the tie itself stays."""
    async with projection.own_change(by):
        await _own(membership, by)
        await db.execute("update membership set blocked_by_person = $2 where id = $1", membership, blocked)


async def set_blocked_by_company(membership: UUID, *, blocked: bool, by: Actor) -> None:
    """Stop, or allow again, that a person is offered work here; takes effect in this transaction."""
    by.must_have(*ALUMNI_ROLES)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            "update membership set blocked_by_company = $3 where id = $1 and company_id = $2 returning person_id",
            membership,
            by.company,
            blocked,
        )
        if row is None:
            raise NotFound
        if blocked:
            await db.execute(
                "delete from match_profile where company_id = $1 and person_id = $2",
                by.company,
                row["person_id"],
            )
        await projection.soon(row["person_id"])
        await activity.record(
            "blocked" if blocked else "unblocked", f"membership:{membership}", by=by, company=by.company
        )


def _chosen(intents: Iterable[str]) -> list[bool]:
    named = set(intents)
    if not named <= set(INTENTS):
        raise Invalid(fields={"intents": Message(N_("Please choose one of the offered answers."))})
    return [intent in named for intent in INTENTS]


async def _own(membership: UUID, by: Actor) -> UUID:
    company: UUID | None = await db.fetchval(
        "select company_id from membership where id = $1 and person_id = $2", membership, by.person
    )
    if company is None:
        raise NotFound
    return company
