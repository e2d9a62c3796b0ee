"""Companies and their people, made by the real actions."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID

from marketplace.companies import actions, members
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.people import sessions, sign_in

OPERATOR = Actor("operator", name="Operator")
_numbers = count(1)


async def signed_in(email: str) -> sessions.SessionInfo:
    """Sign a person in by a real link and return the session."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add(email, email.partition("@")[0])
        link = await sign_in.make_link(person, "/", sign_in.LIVES)
    used = await sign_in.use(link)
    found = await sessions.find(used.token)
    assert found is not None
    return found


async def member(slug: str, email: str) -> Actor:
    """Sign a member in and return what he may act as."""
    found = (await signed_in(email)).as_member(slug)
    assert found is not None
    return found


async def company(slug: str = "", name: str = "青空商事") -> Actor:
    """Open a company and return its owner, signed in."""
    slug = slug or f"company-{next(_numbers)}"
    await actions.create(
        slug,
        name,
        name_en="Aozora",
        owner_email=f"owner@{slug}.example.jp",
        owner_name="大野 恵",
        by=OPERATOR,
    )
    return await member(slug, f"owner@{slug}.example.jp")


async def last_day(days: int = 90) -> date:
    """Return a day on which an auditor's access may end."""
    async with db.transaction(operator=True):
        return await clock.today() + timedelta(days=days)


async def colleague(owner: Actor, slug: str, *roles: str, unit: UUID | None = None) -> Actor:
    """Add a member with these roles and return him, signed in."""
    assert owner.company is not None
    email = f"{'-'.join(roles)}-{next(_numbers)}@{slug}.example.jp"
    until = await last_day() if "auditor" in roles else None
    await members.add(owner.company, email, "佐々木 亮", roles, unit=unit, until=until, by=owner)
    return await member(slug, email)
