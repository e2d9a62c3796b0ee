"""What a company reads of the people ranked for its task: page by page, with what each score was worked out from."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.tasks import impressions
from marketplace.tasks.moving import MANAGERS

PAGE = 20

_LATEST = "x.task_id = $1 and x.task_version = (select max(task_version) from task_match where task_id = $1)"


async def of(task: UUID, most: int, start: int = 0) -> list[dict[str, Any]]:
    """Return matches of a task's newest ranking from a place on, with how each person stands to the task."""
    rows = await db.fetch(
        f"""select x.rank, x.stage, x.stages, x.score, x.reasons, x.components, x.weights_version, x.person_id, m.id as membership,
             m.name, m.former_unit, m.former_title, m.joined_on, m.left_on, m.card, i.status as invited, i.wave, i.reply_by,
             i.decline_reason, i.opened_at, i.sent_at, i.score as invited_score, i.components as invited_components,
             i.weights_version as invited_version, i.inputs as invited_inputs, a.status as applied
           from task_match x join membership m on m.company_id = x.company_id and m.person_id = x.person_id
             left join lateral (select * from invitation i where i.task_id = x.task_id and i.person_id = x.person_id
                                order by i.id desc limit 1) i on true
             left join lateral (select * from application a where a.task_id = x.task_id and a.person_id = x.person_id
                                order by a.id desc limit 1) a on true
           where {_LATEST} order by x.rank limit $2 offset $3""",
        task,
        most,
        start,
    )
    return [dict(each) for each in rows]


async def shown(task: Mapping[str, Any], most: int, start: int = 0, *, by: Actor) -> list[dict[str, Any]]:
    """Return matches to be read, and note that they were seen if the reader may invite them."""
    found = await of(task["id"], most, start)
    if by.roles & set(MANAGERS):
        await impressions.note(task["company_id"], task["id"], [each["person_id"] for each in found])
    return found


async def page_of(task: UUID, page: int, *, by: Actor) -> dict[str, Any]:
    """Return a task with one page of its matches: `task`, `people`, `found`, `page`, `pages`.

    Raises NotFound, NotAllowed for who reads no cards.
    """
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        row = await read_task(task, by)
        found = await db.fetchval(f"select count(*) from task_match x where {_LATEST}", task)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        people = await shown(row, PAGE, (page - 1) * PAGE, by=by)
    return {"task": row, "people": people, "found": found, "page": page, "pages": pages}


async def read_task(task: UUID, by: Actor) -> dict[str, Any]:
    """Return a task's row in the member's own scope. Raises NotFound."""
    row: Mapping[str, Any] | None = await db.fetchrow(
        "select * from task where id = $1 and company_id = $2", task, by.company
    )
    if row is None:
        raise NotFound
    return dict(row)
