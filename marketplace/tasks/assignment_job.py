"""Compute a proposal in small steps, each one transaction: rank for every task, solve, explain what was found.

A stop anywhere loses one step; asked again with the same data it says the same.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify
from marketplace.tasks import assignment_solving as solving
from marketplace.tasks import executors, ranking, snapshots
from marketplace.tasks.assignment import move

STEP = 15.0
"""Seconds of work in one transaction, far below the lease of a job."""
LEAST_CANDIDATES = 50

_LEFT = """select a.* from assignment_task a where a.assignment_id = $1 and a.scored_at is null
  order by a.task_id limit 1"""
_UNEXPLAINED = """select r.task_id, array_agg(r.person_id order by r.number) as people from assignment_row r
  where r.assignment_id = $1 and r.change <> 'beside' and r.weights_version = '' group by r.task_id order by r.task_id limit 1"""
# Whoever was asked for this version, has declined any, or has applied is not asked again.
_NOT_AGAIN = """
select person_id from invitation where task_id = $1 and status <> 'sent' and (task_version = $2 or status in ('accepted', 'declined'))
union select person_id from application where task_id = $1
union select person_id from contract where task_id = $1 and status <> 'cancelled'
"""


@outbox.handles("tasks.assignment")
async def compute(job: Job, assignment: str, company: str) -> None:
    """Make the next step of a proposal and ask for the one after it."""
    async with db.transaction(company=company):
        row = await db.fetchrow("select * from assignment where id = $1", UUID(assignment))
        if row is not None and row["status"] == "computing" and not await _done(row):
            await outbox.enqueue("tasks.assignment", assignment=assignment, company=company)
        await job.finish()


async def _done(row: Mapping[str, Any]) -> bool:
    """Work for a while; tell whether the proposal is whole."""
    until = time.monotonic() + STEP
    seats = await db.fetchval(
        "select sum(open_seats) from assignment_task where assignment_id = $1", row["id"]
    )
    while task := await db.fetchrow(_LEFT, row["id"]):
        await _score(task, seats)
        if time.monotonic() > until:
            return False
    if row["solved_at"] is None:
        await _solve(row)
        return False
    while part := await db.fetchrow(_UNEXPLAINED, row["id"]):
        await _explain(row["id"], part["task_id"], part["people"])
        if time.monotonic() > until:
            return False
    await _finish(row, seats)
    return True


async def _score(part: Mapping[str, Any], seats: int) -> None:
    """Keep who fits a task. As many people as the proposal has seats are enough for the best of all proposals.

    Were a seat given to somebody behind them, one of them would be free and fit better.
    """
    task = await db.fetchrow("select * from task where id = $1", part["task_id"])
    assert task is not None
    people: list[Any] = []
    version = ""
    if task["status"] == "published" and task["version"] == part["task_version"]:
        again = {row["person_id"] for row in await db.fetch(_NOT_AGAIN, task["id"], task["version"])}
        question = await ranking.question_for(task)
        most = max(LEAST_CANDIDATES, seats)
        snapshot = await snapshots.latest(task["company_id"])
        best = await executors.rank(question, most + len(again), snapshot.people)
        people = [each for each in best if each[0] not in again][:most]
        version = question.weights.version
    await db.execute(
        """update assignment_task set scored_at = business_now(), people = $3, mets = $4, scores = $5, weights_version = $6,
             why = case when $6 = '' then 'changed' else '' end
           where assignment_id = $1 and task_id = $2""",
        part["assignment_id"],
        part["task_id"],
        [person for person, _, _ in people],
        [met for _, met, _ in people],
        [score for _, _, score in people],
        version,
    )


async def _solve(row: Mapping[str, Any]) -> None:
    """Give the seats to people, and write down how that differs from who is invited now."""
    tasks = await db.fetch(
        "select * from assignment_task where assignment_id = $1 order by task_id", row["id"]
    )
    solution = solving.solve([dict(task) for task in tasks])
    asked = await _asked([task["task_id"] for task in tasks])
    rows = solving.rows_of(tasks, solution.given, asked)
    await db.executemany(
        """insert into assignment_row (company_id, assignment_id, number, task_id, person_id, change, rank, score, met, chosen)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        [
            (
                row["company_id"], row["id"], number, each.task, each.person, each.change, each.rank, each.score, each.met,
                each.change == "new",
            )
            for number, each in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    await db.executemany(
        """update assignment_task set filled = $3, why = case when why = '' then $4 else why end
           where assignment_id = $1 and task_id = $2""",
        [
            (row["id"], task["task_id"], len(solution.given[task["task_id"]]), solution.why[task["task_id"]])
            for task in tasks
        ],
    )
    await db.execute("update assignment set solved_at = business_now() where id = $1", row["id"])


async def _asked(tasks: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Return who has an open invitation to each task."""
    rows = await db.fetch(
        """select task_id, array_agg(person_id order by rank nulls last, person_id) as people from invitation
           where task_id = any($1::uuid[]) and status = 'sent' group by task_id""",
        list(tasks),
    )
    return {row["task_id"]: list(row["people"]) for row in rows}


async def _explain(assignment: UUID, task: UUID, people: Sequence[UUID]) -> None:
    """Judge the proposed people anew and keep their matches with components, reasons and numbers."""
    row = await db.fetchrow("select * from task where id = $1", task)
    assert row is not None
    question = await ranking.question_for(row)
    found = await ranking.judged(question, people)
    kept = [ranking.as_invited(question, each, 0) | {"met": each.match.met} for each in found]
    await db.executemany(
        """update assignment_row set score = $4, met = $5, stages = $6, components = $7, reasons = $8, inputs = $9
           where assignment_id = $1 and task_id = $2 and person_id = $3""",
        [
            (
                assignment, task, each["person_id"], each["score"], each["met"], len(row["musts"]), each["components"],
                each["reasons"], each["inputs"],
            )
            for each in kept
        ],
    )  # fmt: skip
    await _drop(assignment, task, set(people) - {each["person_id"] for each in kept})
    await db.execute(
        """update assignment_row set weights_version = $3
           where assignment_id = $1 and task_id = $2 and change <> 'beside'""",
        assignment,
        task,
        question.weights.version,
    )


async def _drop(assignment: UUID, task: UUID, gone: set[UUID]) -> None:
    """Take out who may not be asked by now, whom nobody is to see; of a team, everybody who would be asked."""
    if not gone:
        return
    dropped = await db.execute(
        """delete from assignment_row r using assignment_task t
           where r.assignment_id = $1 and r.task_id = $2 and r.change = 'new' and t.assignment_id = $1 and t.task_id = $2
             and (t.all_or_none or r.person_id = any($3::uuid[]))""",
        assignment,
        task,
        list(gone),
    )
    await db.execute(
        """update assignment_task set filled = filled - $3, why = 'changed'
           where assignment_id = $1 and task_id = $2""",
        assignment,
        task,
        dropped,
    )


async def _finish(row: Mapping[str, Any], seats: int) -> None:
    await move(row["id"], "propose")
    filled = await db.fetchval(
        "select coalesce(sum(filled), 0) from assignment_task where assignment_id = $1", row["id"]
    )
    await activity.record(
        "assignment_proposed",
        f"assignment:{row['id']}",
        by=SYSTEM,
        company=row["company_id"],
        seats=seats,
        filled=filled,
    )
    await tell(row, row["by_member"], "assignment.proposed", seats=seats, filled=filled)


async def tell(row: Mapping[str, Any], member: UUID, kind: str, **params: Any) -> None:
    """Tell the member who asked for a proposal, or sent it, how it stands; he has long left the page."""
    to = await db.fetchrow(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where m.id = $1 and m.status = 'active'""",
        member,
    )
    if to is not None:
        await notify(
            kind,
            person=to["person_id"],
            company=row["company_id"],
            path=f"/c/{to['slug']}/tasks/assignment/{row['id']}",
            dedupe=f"{kind}:{row['id']}",
            **params,
        )
