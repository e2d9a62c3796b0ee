"""Read a network as its company sees it, an import, and the person's own data."""

from typing import Any
from uuid import UUID

from marketplace.alumni.facts import BLANK_PROFILE
from marketplace.alumni.skills import learn
from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound

PAGE = 50
_SEEN = """m.id, m.external_key, m.email, m.name, m.former_unit, m.former_title, m.joined_on, m.left_on, m.status,
  m.consented_at, m.intent_tasks, m.intent_referrals, m.intent_news, m.intent_reachable, m.blocked_by_company, m.card,
  m.invited_at, m.created_at"""

_FILTER = """m.company_id = $1
  and ($2 = '' or m.name ilike $3 or m.email ilike $3 or m.external_key ilike $3 or m.former_unit ilike $3
       or m.card->>'name' ilike $3 or m.card->>'headline' ilike $3
       or ($4::integer is not null and m.card->'skills' @> jsonb_build_array(jsonb_build_object('id', $4::integer))))
  and ($5 = '' or ($5 = 'blocked' and m.blocked_by_company) or ($5 = 'tasks' and m.intent_tasks) or m.status = $5)"""

FILTERS = ("active", "tasks", "invited", "left", "blocked")


async def network(*, by: Actor, search: str = "", only: str = "", page: int = 1) -> dict[str, Any]:
    """Return one page of a company's network: `people`, `found`, `pages`, `page`.

    `search` looks into names, addresses, numbers, departments and skills (in any spelling); `only` is one of FILTERS.
    """
    by.must_have(*ALUMNI_READERS)
    arguments = await _arguments(by, search, only)
    async with db.transaction(**by.scope):
        found = await db.fetchval(f"select count(*) from membership m where {_FILTER}", *arguments)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        rows = await db.fetch(
            f"select {_SEEN} from membership m where {_FILTER} order by m.status, m.name, m.id limit $6 offset $7",
            *arguments,
            PAGE,
            (page - 1) * PAGE,
        )
    return {"people": [dict(row) for row in rows], "found": found, "pages": pages, "page": page}


async def _arguments(by: Actor, search: str, only: str) -> tuple[Any, ...]:
    search = search.strip()[:100]
    skill = (await learn()).vocabulary.resolve(search) if search else None
    pattern = search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return by.company, search, f"%{pattern}%", skill.id if skill else None, only if only in FILTERS else ""


async def counts(*, by: Actor) -> dict[str, int]:
    """Return how many people a network has by status, and how many were never invited."""
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            """select count(*) as everybody, count(*) filter (where status = 'active') as active,
                 count(*) filter (where status = 'invited') as invited, count(*) filter (where status = 'left') as left,
                 count(*) filter (where intent_tasks) as tasks, count(*) filter (where blocked_by_company) as blocked,
                 count(*) filter (where status = 'invited' and invited_at is null) as waiting
               from membership where company_id = $1""",
            by.company,
        )
    assert row is not None
    return dict(row)


async def one(membership: UUID, *, by: Actor) -> dict[str, Any]:
    """Return one person of the network as the company sees it. Raises NotFound."""
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            f"select {_SEEN} from membership m where m.id = $1 and m.company_id = $2", membership, by.company
        )
    if row is None:
        raise NotFound
    return dict(row)


async def everybody(*, by: Actor) -> list[dict[str, Any]]:
    """Return the whole network in the order of employee numbers, for an export."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            f"select {_SEEN} from membership m where m.company_id = $1 order by m.external_key, m.id",
            by.company,
        )
    return [dict(row) for row in rows]


async def imports(*, by: Actor, limit: int = 20) -> list[dict[str, Any]]:
    """Return the newest imports of a company that were not thrown away."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select i.id, i.file_name, i.status, i.row_count, i.done_count, i.counts, i.created_at, i.finished_at,
                 m.name as by_name
               from alumni_import i join member m on m.id = i.by_member
               where i.company_id = $1 and i.status <> 'discarded' order by i.id desc limit $2""",
            by.company,
            limit,
        )
    return [dict(row) for row in rows]


async def one_import(import_id: UUID, *, by: Actor) -> dict[str, Any]:
    """Return an import with its counts. Raises NotFound, also for one that was thrown away."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            "select * from alumni_import where id = $1 and company_id = $2 and status <> 'discarded'",
            import_id,
            by.company,
        )
    if row is None:
        raise NotFound
    return dict(row)


async def import_rows(import_id: UUID, verdict: str, *, by: Actor, limit: int = 100) -> list[dict[str, Any]]:
    """Return the first rows of an import with this verdict: line, data, problems; those with problems first."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select line, data, problems, verdict from alumni_import_row
               where import_id = $1 and company_id = $2 and verdict = $3 order by problems = '[]', line limit $4""",
            import_id,
            by.company,
            verdict,
            limit,
        )
    return [dict(row) for row in rows]


async def my_networks(*, by: Actor) -> list[dict[str, Any]]:
    """Return the person's own memberships with the names of the companies, joined ones first."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select m.id, m.company_id, c.name as company, c.name_en as company_en, m.name, m.former_unit, m.status,
                 m.consent_version, m.consented_at, m.intent_tasks, m.intent_referrals, m.intent_news, m.intent_reachable,
                 m.blocked_by_person, m.card
               from membership m join company c on c.id = m.company_id
               where m.person_id = $1 order by m.status, c.name, m.id""",
            by.person,
        )
    return [dict(row) for row in rows]


async def my_network(membership: UUID, *, by: Actor) -> dict[str, Any]:
    """Return one of the person's own memberships. Raises NotFound."""
    for network_row in await my_networks(by=by):
        if network_row["id"] == membership:
            return network_row
    raise NotFound


async def my_profile(*, by: Actor) -> dict[str, Any]:
    """Return what the person has said: name, locale, conditions, `skills`, `week`, `exceptions` from today on, and `now`."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        person = await db.fetchrow("select name, email, locale from person where id = $1", by.person)
        profile = await db.fetchrow("select * from alumnus_profile where person_id = $1", by.person)
        skills = await db.fetch(
            "select skill_id, level, years, last_year from person_skill where person_id = $1 order by level desc, years desc, skill_id",
            by.person,
        )
        week = await db.fetch(
            "select kind, weekday, starts_at, ends_at from availability_pattern where person_id = $1 order by weekday, starts_at",
            by.person,
        )
        now = await clock.now()
        exceptions = await db.fetch(
            """select id, on_date, kind, starts_at, ends_at from availability_exception
               where person_id = $1 and on_date >= business_today() order by on_date, starts_at""",
            by.person,
        )
    if person is None:
        raise NotFound
    return {
        **(dict(profile) if profile else BLANK_PROFILE),
        **dict(person),
        "skills": [dict(row) for row in skills],
        "week": [dict(row) for row in week],
        "exceptions": [dict(row) for row in exceptions],
        "now": now,
    }
