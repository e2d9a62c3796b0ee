"""What a manager reads of proposals: the tasks that one can be for, the list, one proposal and how old it has become."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.tasks.assignment import unit_of
from marketplace.tasks.moving import MANAGERS

PAGE = 50
SHOWN_TASKS = 200
FRESH = timedelta(hours=24)

_OPEN = """
select t.id, t.title, t.all_or_none, t.window_starts_at, t.window_ends_at, t.deliver_on, t.starts_on, t.expires_at,
  u.name as unit, (select count(*) from seat s where s.task_id = t.id and s.status = 'open') as open_seats,
  (select count(*) from invitation i where i.task_id = t.id and i.status = 'sent') as asked
from task t join unit u on u.id = t.unit_id
where t.company_id = $1 and t.status = 'published' and t.mode = 'offer' and t.expires_at > business_now()
  and ($2::uuid is null or t.unit_id = $2)
  and exists (select from seat s where s.task_id = t.id and s.status = 'open')
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal: its row, its counts, its tasks with empty seats, one page of its rows, what has changed since."""

    row: dict[str, Any]
    counts: dict[str, int]
    vacant: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    page: int
    pages: int
    stale: bool


async def open_tasks(*, by: Actor) -> dict[str, Any]:
    """Return the first tasks that a proposal can be for, the soonest end first, and the numbers of all."""
    by.must_have(*MANAGERS)
    async with db.reading(**by.scope):
        numbers = await db.fetchrow(
            f"select count(*) as tasks, coalesce(sum(open_seats), 0) as seats from ({_OPEN}) x",
            by.company,
            unit_of(by),
        )
        rows = await db.fetch(
            f"{_OPEN} order by t.expires_at, t.id limit {SHOWN_TASKS}", by.company, unit_of(by)
        )
        assert numbers is not None
        return {**dict(numbers), "rows": [dict(row) for row in rows]}


async def listed(*, by: Actor) -> list[dict[str, Any]]:
    """Return the latest proposals with who asked for them, the newest first."""
    by.must_have(*MANAGERS)
    async with db.reading(**by.scope):
        rows = await db.fetch(
            """select a.*, m.name as asked_by, s.name as sent_name,
                 (select sum(open_seats) from assignment_task t where t.assignment_id = a.id) as seats,
                 (select sum(filled) from assignment_task t where t.assignment_id = a.id) as filled,
                 (select count(*) from assignment_row r where r.assignment_id = a.id and r.result = 'sent') as sent
               from assignment a join member m on m.id = a.by_member left join member s on s.id = a.sent_by
               where a.company_id = $1 and ($2::uuid is null or a.unit_id = $2) order by a.id desc limit 50""",
            by.company,
            unit_of(by),
        )
        return [dict(row) for row in rows]


async def one(assignment: UUID, *, by: Actor, page: int = 1) -> Proposal:
    """Return one proposal with a page of its rows. Raises NotFound."""
    async with db.reading(**by.scope):
        row = await _row(assignment, by)
        counts = await _counts(assignment)
        pages = max(1, -(-counts["rows"] // PAGE))
        page = min(max(1, page), pages)
        return Proposal(
            row=row,
            counts=counts,
            vacant=await _vacant(assignment),
            rows=await _rows(assignment, PAGE, (page - 1) * PAGE),
            page=page,
            pages=pages,
            stale=await _stale(row),
        )


async def everything(assignment: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return every row of a proposal, as its file has them. Raises NotFound."""
    async with db.reading(**by.scope):
        await _row(assignment, by)
        return await _rows(assignment, 100_000, 0)


async def _row(assignment: UUID, by: Actor) -> dict[str, Any]:
    by.must_have(*MANAGERS)
    row = await db.fetchrow(
        """select a.*, m.name as asked_by, s.name as sent_name, business_now() as now
           from assignment a join member m on m.id = a.by_member left join member s on s.id = a.sent_by
           where a.id = $1 and a.company_id = $2 and ($3::uuid is null or a.unit_id = $3)""",
        assignment,
        by.company,
        unit_of(by),
    )
    if row is None:
        raise NotFound
    return dict(row)


async def _counts(assignment: UUID) -> dict[str, int]:
    tasks = await db.fetchrow(
        """select count(*) as tasks, count(scored_at) as scored, coalesce(sum(open_seats), 0) as seats,
             coalesce(sum(filled), 0) as filled from assignment_task where assignment_id = $1""",
        assignment,
    )
    rows = await db.fetchrow(
        """select count(*) as rows, count(*) filter (where change = 'new') as new,
             count(*) filter (where change = 'asked') as asked, count(*) filter (where change = 'beside') as beside,
             count(*) filter (where change = 'new' and chosen) as chosen,
             count(distinct person_id) filter (where change = 'new' and chosen) as people,
             count(distinct task_id) filter (where change = 'new' and chosen) as to_tasks,
             count(*) filter (where result = 'sent') as sent,
             count(*) filter (where result not in ('', 'sent')) as not_sent
           from assignment_row where assignment_id = $1""",
        assignment,
    )
    assert tasks is not None
    assert rows is not None
    return {**dict(tasks), **dict(rows)}


async def _vacant(assignment: UUID) -> list[dict[str, Any]]:
    rows = await db.fetch(
        """select p.task_id, p.open_seats, p.filled, p.why, p.all_or_none, t.title from assignment_task p
             join task t on t.id = p.task_id
           where p.assignment_id = $1 and p.filled < p.open_seats and p.why <> '' order by t.title, p.task_id limit 200""",
        assignment,
    )
    return [dict(row) for row in rows]


async def _rows(assignment: UUID, most: int, after: int) -> list[dict[str, Any]]:
    rows = await db.fetch(
        """select r.*, t.title, p.all_or_none, m.name, m.id as membership, m.former_unit, m.former_title, m.joined_on,
             m.left_on, m.card, r.number = min(r.number) over (partition by r.task_id, r.change) as first_of_task
           from assignment_row r join task t on t.id = r.task_id
             join assignment_task p on p.assignment_id = r.assignment_id and p.task_id = r.task_id
             join membership m on m.company_id = r.company_id and m.person_id = r.person_id
           where r.assignment_id = $1 order by r.number limit $2 offset $3""",
        assignment,
        most,
        after,
    )
    return [dict(row) for row in rows]


async def _stale(row: dict[str, Any]) -> bool:
    """Tell whether a proposal no longer stands on what is true: a task has moved, somebody was asked, a day has passed."""
    if row["status"] != "proposed":
        return False
    if row["now"] - row["computed_at"] > FRESH:
        return True
    found: bool = await db.fetchval(
        """select exists (
             select from assignment_task p join task t on t.id = p.task_id
             where p.assignment_id = $1 and (t.version <> p.task_version or t.status <> 'published'
               or t.expires_at <= business_now()
               or p.open_seats <> (select count(*) from seat s where s.task_id = t.id and s.status = 'open')
               or exists (select from invitation i where i.task_id = t.id and i.sent_at > $2)))""",
        row["id"],
        row["computed_at"],
    )
    return found
