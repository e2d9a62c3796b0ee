"""Send a proposal that was confirmed: task by task, each checked again, and what is not sent says why."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.outbox import Job
from marketplace.tasks import ranking, waves
from marketplace.tasks.assignment import move
from marketplace.tasks.assignment_job import STEP, tell
from marketplace.tasks.moving import hold

_NEXT = """select t.* from assignment_task t where t.assignment_id = $1 and exists (
    select from assignment_row r where r.assignment_id = t.assignment_id and r.task_id = t.task_id and r.change = 'new'
      and r.chosen and r.result = '')
  order by t.task_id limit 1"""
_TO_SEND = """select * from assignment_row where assignment_id = $1 and task_id = $2 and change = 'new' and chosen
    and result = '' order by number"""


@outbox.handles("tasks.assignment_send")
async def send(job: Job, assignment: str, company: str) -> None:
    """Send the invitations of some tasks, each task in its own transaction, and ask for the rest; safe twice."""
    until = time.monotonic() + STEP
    while await _one(UUID(assignment), UUID(company)):
        if time.monotonic() > until:
            break
    async with db.transaction(company=company):
        row = await db.fetchrow("select * from assignment where id = $1", UUID(assignment))
        if row is not None and row["status"] == "sending":
            if await db.fetchrow(_NEXT, row["id"]):
                await outbox.enqueue("tasks.assignment_send", assignment=assignment, company=company)
            else:
                await _finish(row)
        await job.finish()


async def _one(assignment: UUID, company: UUID) -> bool:
    """Send for the next task; False when none is left or the sending was stopped."""
    async with db.transaction(company=company):
        row = await db.fetchrow("select * from assignment where id = $1 for no key update", assignment)
        part = await db.fetchrow(_NEXT, assignment)
        if row is None or row["status"] != "sending" or part is None:
            return False
        task = await hold(part["task_id"])
        rows = await db.fetch(_TO_SEND, assignment, task["id"])
        now = await clock.now()
        results = await _judge(task, part, rows, now)
        await _invite(task, [each for each in rows if results[each["person_id"]] == "sent"], now)
        await db.executemany(
            "update assignment_row set result = $4 where assignment_id = $1 and task_id = $2 and person_id = $3",
            [(assignment, task["id"], person, result) for person, result in results.items()],
        )
    return True


async def _judge(
    task: Mapping[str, Any], part: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], now: datetime
) -> dict[UUID, str]:
    """Tell for each person whether the invitation goes out, or in a word why it does not."""
    people = [row["person_id"] for row in rows]
    if task["version"] != part["task_version"]:
        return dict.fromkeys(people, "changed")
    if task["status"] != "published" or task["expires_at"] <= now:
        return dict.fromkeys(people, "ended" if task["status"] != "filled" else "filled")
    asked = {row["person_id"] for row in await db.fetch(_ASKED, task["id"], task["version"], people)}
    question = await ranking.question_for(task)
    fits = {each.match.person_id for each in await ranking.judged(question, people)}
    results = {
        person: "asked" if person in asked else "sent" if person in fits else "gate" for person in people
    }
    return await _within_seats(task, part, results)


_ASKED = """
select person_id from invitation where task_id = $1 and person_id = any($3::uuid[])
  and (task_version = $2 or status in ('sent', 'accepted', 'declined'))
union select person_id from application where task_id = $1 and person_id = any($3::uuid[])
"""


async def _within_seats(
    task: Mapping[str, Any], part: Mapping[str, Any], results: dict[UUID, str]
) -> dict[UUID, str]:
    """Let no more go out than seats are open, and of a team all or none."""
    seats = await db.fetchval("select count(*) from seat where task_id = $1 and status = 'open'", task["id"])
    if part["all_or_none"] and (seats != part["open_seats"] or set(results.values()) != {"sent"}):
        return {person: "team" if result == "sent" else result for person, result in results.items()}
    for person in [person for person, result in results.items() if result == "sent"][seats:]:
        results[person] = "filled"
    return results


async def _invite(task: dict[str, Any], rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    if not rows:
        return
    until = waves.reply_by(now, task["expires_at"])
    await waves.invite(task, rows, wave=task["waves_sent"], until=until, by_hand=True)
    await activity.record(
        "assigned", f"task:{task['id']}", by=SYSTEM, company=task["company_id"], people=len(rows)
    )


async def _finish(row: Mapping[str, Any]) -> None:
    await move(row["id"], "finish")
    counts = await db.fetchrow(
        """select count(*) filter (where result = 'sent') as sent, count(*) filter (where result <> 'sent') as not_sent
           from assignment_row where assignment_id = $1 and change = 'new' and chosen""",
        row["id"],
    )
    assert counts is not None
    await tell(row, row["sent_by"], "assignment.sent", **dict(counts))
