"""Open the two companies of the cast: units, members who have signed in, everything but money."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.companies import actions, members
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.people import sessions, sign_in
from marketplace.seeds import cast


@dataclass(frozen=True, slots=True)
class Firm:
    """A planted company: its units by name, and its members as actors."""

    slug: str
    id: UUID
    units: dict[str, UUID]
    members: tuple[Actor, ...]

    def with_role(self, role: str, unit: str = "") -> Actor:
        """Return the member with a role, the one of the unit before others; the owner stands in for anybody."""
        named = [member for member in self.members if role in member.roles]
        of_unit = [member for member in named if unit and member.unit == self.units[unit]]
        anywhere = [member for member in named if member.unit is None or not unit]
        return (of_unit or anywhere or list(self.members))[0]


async def operator() -> Actor:
    """Add the operator and return her."""
    email, name = cast.OPERATOR
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add(email, name)
        await db.execute(
            "update person set is_operator = true, welcomed_at = now() where id = $1 and not is_operator",
            person,
        )
    return Actor("operator", person=person, name=name)


async def open_companies(*, by: Actor) -> dict[str, Firm]:
    """Open every company of the cast, by the operator; return them by slug."""
    return {company.slug: await _open(company, by) for company in cast.COMPANIES}


async def _open(company: cast.Company, by: Actor) -> Firm:
    first = company.members[0]
    found = await actions.create(
        company.slug,
        company.name,
        name_en=company.name_en,
        owner_email=first.email,
        owner_name=first.name,
        by=by,
    )
    owner = await signed_in(first.email, company.slug)
    await actions.describe(
        name=company.name,
        name_en=company.name_en,
        address=company.address,
        registration_number=company.registration_number,
        by=owner,
    )
    units = {name: await actions.add_unit(name, yen(limit), by=owner) for name, limit in company.units}
    for member in company.members[1:]:
        await members.add(
            found, member.email, member.name, member.roles, unit=units.get(member.unit), by=owner
        )
    everybody = [await signed_in(member.email, company.slug) for member in company.members]
    return Firm(company.slug, found, units, tuple(everybody))


async def signed_in(email: str, slug: str) -> Actor:
    """Let a member come by a mailed link for the first time, and leave again."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add(email, "")
        link = await sign_in.make_link(person, "/", sign_in.LIVES)
    used = await sign_in.use(link)
    found = await sessions.find(used.token)
    assert found is not None
    actor = found.as_member(slug)
    assert actor is not None
    await sessions.end(used.token)
    return actor
