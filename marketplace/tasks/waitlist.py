"""The waitlist of a filled task: who lost the race may wait, and is asked first when a seat opens again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.notifications.kinds import declare
from marketplace.tasks import notices, ranking
from marketplace.tasks.applications import match_or_gate
from marketplace.tasks.concluding import hold_person
from marketplace.tasks.moving import hold

WAITS_ON = ("filled", "running")
MOST = 500
_CLOSED = N_("There is no waitlist for this task: seats are open, or nobody is taken on any more.")

declare(
    "task.waitlist_invited",
    title=N_("A seat is free: “%(title)s”"),
    body=N_(
        "You are on the waitlist, so you are asked first: %(price)s before tax. Please answer by %(reply_by)s."
    ),
    button=N_("Read the terms and answer"),
)
declare(
    "task.waitlist_applied",
    title=N_("A seat is free: “%(title)s”"),
    body=N_(
        "You are on the waitlist, so your application stands again. %(company_name)s chooses among all of them."
    ),
    button=N_("Look at the task"),
)
declare(
    "task.waitlist_ended",
    title=N_("The waitlist of “%(title)s” has ended"),
    body=N_("No seat came free for you this time. You need not do anything."),
    button=N_("Look at the task"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to the waitlist of a task: whether he may join, or his place among those who wait."""

    may_join: bool
    place: int | None = None
    waiting: int = 0


async def join(task: UUID, *, by: Actor) -> None:
    """Put oneself on the waitlist; twice changes nothing.

    Only who was invited or has applied may wait. Raises NotFound for anybody else, Conflict when the task is not
    filled or a gate is shut for this person.
    """
    async with _entering(task, by) as row:
        assert by.person is not None
        if not _is_open(row, await clock.now()):
            raise Conflict(_CLOSED)
        if not await _lost(task, by.person):
            raise NotFound
        match = await match_or_gate(row, by.person)
        await db.execute(
            """insert into waitlist (company_id, task_id, person_id, met, score) values ($1, $2, $3, $4, $5)
               on conflict (task_id, person_id) where status = 'waiting' do nothing""",
            row["company_id"],
            task,
            by.person,
            match["met"],
            match["score"] or 0,
        )
        await activity.record("waits", f"task:{task}", by=by, company=row["company_id"], person=by.person)


async def leave(task: UUID, *, by: Actor) -> None:
    """Leave the waitlist; twice changes nothing."""
    async with _entering(task, by) as row:
        if await db.execute(
            """update waitlist set status = 'left', ended_at = business_now()
               where task_id = $1 and person_id = $2 and status = 'waiting'""",
            task,
            by.person,
        ):
            await activity.record(
                "waits_no_more", f"task:{task}", by=by, company=row["company_id"], person=by.person
            )


async def standing(row: Mapping[str, Any], person: UUID) -> Standing:
    """Return how a person stands to the waitlist of a task that he sees; his place is by match, then by time."""
    async with db.transaction(company=row["company_id"]):
        places = await db.fetch(f"{_WAITING} limit {MOST}", row["id"])
        people = [place["person_id"] for place in places]
        if person in people:
            return Standing(False, people.index(person) + 1, len(people))
        open_now = _is_open(row, await clock.now())
        return Standing(open_now and await _lost(row["id"], person), None, len(people))


_WAITING = """select id, person_id from waitlist where task_id = $1 and status = 'waiting'
  order by met desc, score desc, joined_at, id"""


async def next_people(row: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """Return who of those that wait for a held task is asked now, the best match first, then the first who came.

    Each comes as the match that an invitation keeps. Who meets a gate by now stays on the list and is not asked.
    """
    waiting = await db.fetch(f"{_FREE} limit {MOST}", row["id"])
    if not waiting or most <= 0:
        return []
    came = {each["person_id"]: (each["joined_at"], each["id"]) for each in waiting}
    question = await ranking.question_for(row)
    found = await ranking.judged(question, list(came))
    found.sort(key=lambda each: (-each.match.met, -each.match.score, came[each.match.person_id]))
    return [ranking.as_invited(question, each, place) for place, each in enumerate(found[:most], start=1)]


_FREE = """select w.id, w.person_id, w.joined_at from waitlist w where w.task_id = $1 and w.status = 'waiting'
  and not exists (select from invitation i where i.task_id = $1 and i.person_id = w.person_id and i.status = 'sent')
  and not exists (select from contract c where c.task_id = $1 and c.person_id = w.person_id and c.status <> 'cancelled')
  order by w.met desc, w.score desc, w.joined_at, w.id"""


async def asked(row: dict[str, Any], people: Sequence[Mapping[str, Any]]) -> None:
    """Take those who were asked off the waitlist of a held task."""
    await db.execute(
        """update waitlist set status = 'invited', ended_at = business_now()
           where task_id = $1 and person_id = any($2::uuid[]) and status = 'waiting'""",
        row["id"],
        [each["person_id"] for each in people],
    )
    await activity.record(
        "waitlist_asked", f"task:{row['id']}", by=SYSTEM, company=row["company_id"], people=len(people)
    )


async def put_forward(row: dict[str, Any]) -> None:
    """Let the applications of those who wait for a held task stand again: on the board it is the manager who chooses."""
    people = await next_people(row, MOST)
    for each in people:
        await db.execute(
            """insert into application (company_id, task_id, task_version, person_id, score, reasons)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (task_id, person_id) where status in ('sent', 'needs_reconfirm') do nothing""",
            row["company_id"],
            row["id"],
            row["version"],
            each["person_id"],
            each["score"],
            each["reasons"],
        )
        await notices.tell_person(each["person_id"], "task.waitlist_applied", row)
    if people:
        await asked(row, people)


async def end_over() -> int:
    """End the places on waitlists of tasks that take nobody any more, and of who has a seat; return how many (a sweep)."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update waitlist w set status = 'ended', ended_at = business_now() from task t
               where t.id = w.task_id and w.status = 'waiting' and w.id in (
                 select x.id from waitlist x join task y on y.id = x.task_id
                 where x.status = 'waiting' and (y.status in ('completed', 'closed', 'cancelled', 'expired')
                   or y.expires_at <= business_now() or exists (
                     select from contract c where c.task_id = x.task_id and c.person_id = x.person_id
                       and c.status <> 'cancelled')) limit 500 for update of x skip locked)
               returning w.person_id, t.*, w.person_id as waited,
                 exists (select from contract c where c.task_id = t.id and c.person_id = w.person_id
                           and c.status <> 'cancelled') as has_seat"""
        )
        for row in rows:
            if not row["has_seat"]:
                await notices.tell_person(row["waited"], "task.waitlist_ended", row)
    return len(rows)


def _is_open(row: Mapping[str, Any], now: datetime) -> bool:
    return row["status"] in WAITS_ON and row["expires_at"] > now


async def _lost(task: UUID, person: UUID) -> bool:
    """Tell whether a person was invited or applied and has no seat; who has declined himself does not wait."""
    found: bool = await db.fetchval(
        """select (exists (select from invitation where task_id = $1 and person_id = $2 and status in ('withdrawn', 'lapsed'))
               or exists (select from application where task_id = $1 and person_id = $2 and status = 'declined'))
             and not exists (select from contract where task_id = $1 and person_id = $2 and status <> 'cancelled')""",
        task,
        person,
    )
    return found


@asynccontextmanager
async def _entering(task: UUID, by: Actor) -> AsyncIterator[dict[str, Any]]:
    """Open the person's transaction, enter the company of a task that he sees, hold person and task in that order."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        # The policy of `task` shows an alumnus what he was invited to or has applied for.
        company = await db.fetchval("select company_id from task where id = $1", task)
        if company is None:
            raise NotFound
        await hold_person(by.person)
        async with db.transaction(company=company):
            yield await hold(task)
