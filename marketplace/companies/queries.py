"""Read companies, their units and their members."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound

_COUNTS = """
  (select count(*) from unit u where u.company_id = c.id) as units,
  (select count(*) from member m where m.company_id = c.id and m.status <> 'removed') as members,
  (select count(*) from membership a where a.company_id = c.id and a.status <> 'left') as alumni,
  (select count(*) from membership a where a.company_id = c.id and a.status = 'active') as active_alumni
"""


async def everyone(*, by: Actor) -> list[dict[str, Any]]:
    """Return every company with its counts and its current platform fee, newest first; for the operator."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(
            f"""select c.id, c.slug, c.name, c.name_en, c.created_at, c.publishing_stopped_at, {_COUNTS},
                  (select platform_fee_bp from company_terms t where t.company_id = c.id
                   order by version desc limit 1) as platform_fee_bp
                from company c order by c.created_at desc, c.id desc"""
        )
    return [dict(row) for row in rows]


async def by_slug(slug: str, *, by: Actor) -> dict[str, Any]:
    """Return a company with its counts: a member reads his own, the operator any. Raises NotFound."""
    if by.kind not in {"member", "operator"}:
        raise NotFound
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            f"select c.*, {_COUNTS} from company c where c.slug = $1 and ($2::uuid is null or c.id = $2)",
            slug,
            by.company,
        )
    if row is None:
        raise NotFound
    return dict(row)


async def terms(company: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return every version of a company's terms, the current one first."""
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            "select * from company_terms where company_id = $1 order by version desc", company
        )
    return [dict(row) for row in rows]


async def units(company: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return a company's units by name, with how many members each has."""
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select u.id, u.name, u.site, u.approval_limit_amount, u.currency,
                 (select count(*) from member m where m.unit_id = u.id and m.status <> 'removed') as members
               from unit u where u.company_id = $1 order by u.name, u.id""",
            company,
        )
    return [dict(row) for row in rows]


async def members(company: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return a company's members who are not removed: those who have come first, then by name.

    An auditor has a last day (`until_on`) and how many days are left after today (`days_left`, below 0: it is over).
    """
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select m.id, m.name, m.email, m.roles, m.unit_id, u.name as unit, m.status, m.person_id, m.created_at,
                 m.until_on, m.until_on - business_today() as days_left
               from member m left join unit u on u.id = m.unit_id
               where m.company_id = $1 and m.status <> 'removed' order by m.status, 'owner' = any(m.roles) desc, m.name, m.id""",
            company,
        )
    return [dict(row) for row in rows]
