"""Whom one can be in the demonstration: every operator and member, and the alumni, those with something to do first."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound

PAGE = 24
_MEMBERS = """
select p.id as person, m.name, p.email, m.roles, u.name as unit, c.slug, c.name as company, c.name_en as company_en
from member m join person p on p.id = m.person_id join company c on c.id = m.company_id
left join unit u on u.id = m.unit_id
where m.status = 'active'
order by c.created_at, c.slug, 'owner' = any(m.roles) desc, u.name nulls first, m.name
"""
_ALUMNI = """
with network as (
  select m.person_id, min(c.name) as company, min(coalesce(nullif(c.name_en, ''), c.name)) as company_en
  from membership m join company c on c.id = m.company_id where m.status = 'active' group by m.person_id
), waiting as (
  select person_id, count(*) as offers from invitation where status = 'sent' group by person_id
), working as (
  select person_id, count(*) filter (where status in ('concluded', 'running', 'changes_requested')) as contracts,
    count(*) as all_contracts
  from contract group by person_id
)
select p.id as person, p.name, p.email, n.company, n.company_en, coalesce(w.offers, 0) as offers,
  coalesce(k.contracts, 0) as contracts, coalesce(y.status, 'new') as bank, count(*) over () as total
from network n join person p on p.id = n.person_id
left join waiting w using (person_id) left join working k using (person_id)
left join payee y on y.owner = 'person:' || n.person_id
where $1 = '' or p.name ilike '%' || $1 || '%' or p.email ilike '%' || $1 || '%'
order by coalesce(k.all_contracts, 0) > 0 desc, coalesce(w.offers, 0) + coalesce(k.contracts, 0) desc, p.name, p.id
limit $2 offset $3
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """Rows to choose from: operators, members with their company and roles, one page of the alumni and their number."""

    operators: list[Any]
    members: list[Any]
    alumni: list[Any]
    alumni_in_all: int


async def cast(wanted: str = "", page: int = 1) -> Cast:
    """Return whom one can be; `wanted` is part of an alumnus's name or address."""
    async with db.transaction(operator=True):
        operators = await db.fetch(
            "select id as person, name, email from person where is_operator order by name"
        )
        members = await db.fetch(_MEMBERS)
        found = await db.fetch(_ALUMNI, _as_typed(wanted), PAGE, (page - 1) * PAGE)
    return Cast(operators, members, found, found[0]["total"] if found else 0)


async def must_exist(person: UUID) -> None:
    """Raise NotFound for a person who is not there."""
    async with db.transaction(operator=True):
        if not await db.fetchval("select true from person where id = $1", person):
            raise NotFound


def _as_typed(text: str) -> str:
    """Return a text in which % and _ are only signs, for `like`."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
