"""Who acts for a company: members are added by mail, given roles, and removed; one owner always stays."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.companies import rules
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, Name, NotFound
from marketplace.people import sign_in


async def add(
    company: UUID,
    email: str,
    name: str,
    roles: Iterable[str],
    *,
    by: Actor,
    unit: UUID | None = None,
    until: date | None = None,
) -> UUID:
    """Add a member, or bring a removed one back, and mail a sign-in link. Raises Invalid naming each wrong field.

    `until` is an auditor's last day, which he must have and others have not. The owner adds to his own company; the operator to any (the first owner, or one who has lost his mail box).
    """
    _must_run(company, by)
    problems = rules.Problems()
    name, email, given = rules.check_member(name, email, roles, problems)
    async with db.transaction(company=company):
        last_day = rules.check_last_day(given, until, await clock.today(), problems)
        problems.stop()
        await _unit_must_belong(company, unit)
        async with db.transaction(operator=True):
            person = await sign_in.find_or_add(email, name, by.locale)
        member: UUID | None = await db.fetchval(
            """insert into member (company_id, person_id, name, email, roles, unit_id, until_on) values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (company_id, person_id) do update
                 set name = excluded.name, email = excluded.email, roles = excluded.roles, unit_id = excluded.unit_id,
                   until_on = excluded.until_on, status = 'invited'
                 where member.status = 'removed'
               returning id""",
            company, person, name, email, given, unit, last_day,
        )  # fmt: skip
        if member is None:
            raise Invalid(
                fields={"email": Message(N_("This person already belongs to your company's account."))}
            )
        await _mail_link(company, person, by)
        await activity.record(
            "member_added",
            f"company:{company}",
            by=by,
            company=company,
            member=name,
            roles=given,
            until=_told(last_day),
        )
    return member


async def change_roles(
    member: UUID, roles: Iterable[str], *, by: Actor, unit: UUID | None = None, until: date | None = None
) -> None:
    """Give a member other roles, another unit, or an auditor another last day: later, sooner, or anew when it is over.

    Raises Invalid naming each wrong field, Conflict if no active owner would be left.
    """
    by.must_have("owner")
    problems = rules.Problems()
    given = rules.check_roles(roles, problems)
    async with db.transaction(**by.scope):
        last_day = rules.check_last_day(given, until, await clock.today(), problems)
        problems.stop()
        await _unit_must_belong(by.company, unit)
        await _lock_owners(by.company)
        name = await db.fetchval(
            """update member set roles = $3, unit_id = $4, until_on = $5
               where id = $1 and company_id = $2 and status <> 'removed' returning name""",
            member, by.company, given, unit, last_day,
        )  # fmt: skip
        if name is None:
            raise NotFound
        await _an_owner_must_stay(by.company)
        await activity.record(
            "roles_changed",
            f"company:{by.company}",
            by=by,
            company=by.company,
            member=name,
            roles=given,
            until=_told(last_day),
        )


async def remove(member: UUID, *, by: Actor) -> None:
    """End a member's access at once. Raises Conflict if no active owner would be left."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        await _lock_owners(by.company)
        name = await db.fetchval(
            "update member set status = 'removed' where id = $1 and company_id = $2 and status <> 'removed' returning name",
            member,
            by.company,
        )
        if name is None:
            raise NotFound
        await _an_owner_must_stay(by.company)
        await activity.record(
            "member_removed", f"company:{by.company}", by=by, company=by.company, member=name
        )


async def mail_again(member: UUID, *, company: UUID, by: Actor) -> None:
    """Mail another sign-in link to a member who has not come yet. Raises Conflict for one who has."""
    _must_run(company, by)
    async with db.transaction(company=company):
        row = await db.fetchrow(
            "select person_id, status from member where id = $1 and company_id = $2", member, company
        )
        if row is None or row["status"] == "removed":
            raise NotFound
        if row["status"] == "active":
            raise Conflict(N_("This member has already signed in and can ask for a link on the front page."))
        await _mail_link(company, row["person_id"], by)


def _told(last_day: date | None) -> str | None:
    return last_day.isoformat() if last_day else None


def _must_run(company: UUID, by: Actor) -> None:
    if by.kind == "operator":
        return
    by.must_have("owner")
    if by.company != company:
        raise NotFound


async def _mail_link(company: UUID, person: UUID, by: Actor) -> None:
    row = await db.fetchrow("select slug, name, name_en from company where id = $1", company)
    assert row is not None
    company_name = Name(row["name"], row["name_en"]).stored()
    await sign_in.mail_link(
        person,
        f"/c/{row['slug']}/tasks",
        kind="member",
        lives=sign_in.INVITATION_LIVES,
        company=company_name,
        inviter=by.name or company_name,
    )


async def _unit_must_belong(company: UUID | None, unit: UUID | None) -> None:
    if unit is None:
        return
    if not await db.fetchval("select true from unit where id = $1 and company_id = $2", unit, company):
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))})


async def _lock_owners(company: UUID | None) -> None:
    """Let one change of owners run at a time: two owners who remove each other must not both succeed."""
    await db.execute(
        "select 1 from member where company_id = $1 and 'owner' = any(roles) order by id for update", company
    )


async def _an_owner_must_stay(company: UUID | None) -> None:
    stays = await db.fetchval(
        "select exists (select from member where company_id = $1 and status = 'active' and 'owner' = any(roles))",
        company,
    )
    if not stays:
        raise Conflict(
            N_("The last owner cannot go. Make somebody else an owner who has signed in, then try again.")
        )
