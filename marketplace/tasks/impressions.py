"""Count who was shown: in a list that a manager saw, or by an invitation; what is counted lowers the exposure share."""

from collections.abc import Sequence
from uuid import UUID

from marketplace.alumni import projection
from marketplace.core import db

WINDOW_DAYS = 28
KEPT_DAYS = 90
BATCH = 1_000

_NOTE = """
insert into impression (company_id, task_id, person_id, is_first)
select $1, $2, person, not exists (select from impression i where i.task_id = $2 and i.person_id = person)
from unnest($3::uuid[]) as person order by person
on conflict do nothing
"""
_RECOUNT = f"""
with counted as (
  select company_id, person_id, count(*)::integer as shown from impression
  where on_day >= business_today() - {WINDOW_DAYS} and on_day < business_today() group by 1, 2),
changed as (
  select company_id, person_id, coalesce(c.shown, 0) as shown
  from counted c full join exposure e using (company_id, person_id)
  where coalesce(c.shown, 0) <> coalesce(e.shown, 0) order by 1, 2 limit {BATCH})
insert into exposure (company_id, person_id, shown) select company_id, person_id, shown from changed
on conflict (company_id, person_id) do update set shown = excluded.shown
returning person_id
"""
_FORGET = f"""
delete from impression where (task_id, person_id, on_day) in (
  select task_id, person_id, on_day from impression
  where not is_first and on_day < business_today() - {KEPT_DAYS} order by on_day limit {BATCH})
"""
# Whoever was ever shown has a row in exposure from the next day on.
_FORGET_LEFT = """
with gone as (
  delete from exposure e using membership m
  where m.company_id = e.company_id and m.person_id = e.person_id and m.status = 'left' returning e.company_id, e.person_id)
delete from impression i using gone g where i.company_id = g.company_id and i.person_id = g.person_id
"""


async def note(company: UUID, task: UUID, people: Sequence[UUID]) -> None:
    """Note in the running transaction that these people were shown for a task; once a day counts, however often seen."""
    if people:
        await db.execute(_NOTE, company, task, people)


async def recount() -> int:
    """Count the last whole days anew, and have those ranked anew whose number has changed; return how many (a sweep).

    The number changes at midnight only: within a day, the same list keeps its order however often it is opened.
    """
    changed = 0
    while people := await _recount_some():
        changed += people
    return changed


async def _recount_some() -> int:
    async with db.transaction(operator=True):
        rows = await db.fetch(_RECOUNT)
        for person in sorted({row["person_id"] for row in rows}):
            await projection.soon(person)
    return len(rows)


async def forget() -> int:
    """Delete the repeated days that are older than KEPT_DAYS, and all of who has left; return how many (a sweep)."""
    async with db.transaction(operator=True):
        forgotten = await db.execute(_FORGET_LEFT)
    while some := await _forget_some():
        forgotten += some
    return forgotten


async def _forget_some() -> int:
    async with db.transaction(operator=True):
        return await db.execute(_FORGET)
