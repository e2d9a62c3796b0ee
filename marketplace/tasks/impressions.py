"""Count who was shown: in a list that a manager saw, or by an invitation; `marketplace.alumni.exposure` adds it up."""

from collections.abc import Sequence
from uuid import UUID

from marketplace.core import db

KEPT_DAYS = 90
BATCH = 1_000

_NOTE = """
insert into impression (company_id, task_id, person_id, is_first)
select $1, $2, person, not exists (select from impression i where i.task_id = $2 and i.person_id = person)
from unnest($3::uuid[]) as person order by person
on conflict do nothing
"""
_FORGET = f"""
delete from impression where (task_id, person_id, on_day) in (
  select task_id, person_id, on_day from impression
  where not is_first and on_day < business_today() - {KEPT_DAYS} order by on_day limit {BATCH})
"""
_FORGET_LEFT = """
delete from impression i using membership m
where m.company_id = i.company_id and m.person_id = i.person_id and m.status = 'left'
"""


async def note(company: UUID, task: UUID, people: Sequence[UUID]) -> None:
    """Note in the running transaction that these people were shown for a task; once a day counts, however often seen."""
    if people:
        await db.execute(_NOTE, company, task, people)


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
