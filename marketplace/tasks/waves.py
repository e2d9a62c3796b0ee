"""Invitations in waves: the best first, the next when nobody took the seat, until the offer ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.outbox import Job
from marketplace.tasks import impressions, notices, waitlist
from marketplace.tasks.moving import hold, hold_managed, set_columns
from marketplace.tasks.ranking import MATCH, match_of, rank_task

PER_OPEN_SEAT = 3
HURRY = ((timedelta(hours=6), 8), (timedelta(hours=24), 6), (timedelta(hours=72), 4))
"""People asked for each open seat when no more than so much time is left to take somebody on."""
LONGEST_REPLY = timedelta(hours=24)
LOOK_AGAIN = timedelta(hours=24)
TOLD_OF_BOARD = 10


def reply_by(now: datetime, offer_ends_at: datetime) -> datetime:
    """Return until when an invitation can be answered: 24 hours, or half of the time that is left."""
    return now + min(LONGEST_REPLY, (offer_ends_at - now) / 2)


def per_open_seat(now: datetime, offer_ends_at: datetime) -> int:
    """Return how many people are asked at once for each open seat: the closer the start, the more."""
    return next((people for left, people in HURRY if offer_ends_at - now <= left), PER_OPEN_SEAT)


@outbox.handles("tasks.wave")
async def send_wave(job: Job, task: str) -> None:
    """Rank anew and invite the next wave of a published task whose wave is due; safe twice."""
    async with db.transaction(operator=True):
        company = await db.fetchval("select company_id from task where id = $1", UUID(task))
    if company is None:
        return
    async with db.transaction(company=company):
        row = await hold(UUID(task))
        now = await clock.now()
        if row["status"] == "published" and row["expires_at"] > now:
            await rank_task(row)
            if row["mode"] == "apply":
                await _tell_of_board(row)
            if row["mode"] == "offer" and row["next_wave_at"] is not None and row["next_wave_at"] <= now:
                await _send(row, now)
        await job.finish()


async def _send(row: dict[str, Any], now: datetime) -> None:
    seats = await db.fetchval("select count(*) from seat where task_id = $1 and status = 'open'", row["id"])
    waiting = await db.fetchval(
        "select count(*) from invitation where task_id = $1 and status = 'sent'", row["id"]
    )
    wanted = max(0, per_open_seat(now, row["expires_at"]) * seats - waiting)
    first = await waitlist.next_people(row, wanted)
    people = first or await _next_people(row, wanted)
    if not people:
        await _nobody_left(row, now, waiting)
        return
    until = reply_by(now, row["expires_at"])
    wave = row["waves_sent"] + 1
    await invite(
        row, people, wave=wave, until=until, kind="task.waitlist_invited" if first else "task.invited"
    )
    if first:
        await waitlist.asked(row, first)
    await set_columns(row["id"], waves_sent=wave, next_wave_at=until)
    await activity.record(
        "wave_sent", f"task:{row['id']}", by=SYSTEM, company=row["company_id"], wave=wave, people=len(people)
    )


_INVITABLE = """
  from task_match t join task k on k.id = t.task_id
    join membership m on m.company_id = t.company_id and m.person_id = t.person_id
  where t.task_id = $1 and t.task_version = $2
    and m.status = 'active' and m.intent_tasks and not m.blocked_by_company and not m.blocked_by_person
    and not exists (select from invitation i where i.task_id = t.task_id and i.person_id = t.person_id
                      and (i.task_version = t.task_version or i.status in ('sent', 'accepted', 'declined')))
    and not exists (select from application a where a.task_id = t.task_id and a.person_id = t.person_id)
"""


async def _next_people(row: dict[str, Any], most: int) -> list[Mapping[str, Any]]:
    return await db.fetch(
        f"select {MATCH} {_INVITABLE} order by t.rank limit $3",
        row["id"],
        row["version"],
        most,
    )


async def _tell_of_board(row: dict[str, Any]) -> None:
    """Tell those who fit best, once, that a task on the board is for them; anybody else may apply as well."""
    for match in await _next_people(row, TOLD_OF_BOARD):
        person = match["person_id"]
        await notices.tell_person(person, "task.on_board", row, dedupe=f"on_board:{row['id']}:{person}")


async def _nobody_left(row: dict[str, Any], now: datetime, waiting: int) -> None:
    """Look again tomorrow, for people join and free time changes; tell the manager once."""
    await set_columns(row["id"], next_wave_at=now + LOOK_AGAIN)
    if not waiting:
        await notices.tell_members(
            [row["posted_by"]], "task.nobody_left", row, dedupe=f"nobody_left:{row['id']}:{row['version']}"
        )


async def invite(
    row: dict[str, Any],
    people: Sequence[Mapping[str, Any]],
    *,
    wave: int,
    until: datetime,
    by_hand: bool = False,
    kind: str = "task.invited",
) -> None:
    """Write invitations to a held task and tell the people; each keeps the match that it was sent for."""
    await db.executemany(
        """insert into invitation (company_id, task_id, task_version, person_id, wave, by_hand, rank, score, components, reasons,
             weights_version, inputs, reply_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        [
            (
                row["company_id"], row["id"], row["version"], match["person_id"], wave, by_hand, match["rank"], match["score"],
                match["components"], match["reasons"], match["weights_version"], match["inputs"], until,
            )
            for match in people
        ],
    )  # fmt: skip
    asked = [match["person_id"] for match in people]
    await impressions.note(row["company_id"], row["id"], asked)
    await notices.tell_people(asked, kind, row, reply_by=until)
    await projection.all_soon(asked)


async def invite_by_hand(task: UUID, person: UUID, *, by: Actor) -> None:
    """Invite a ranked alumnus before his turn. Raises NotFound for one who is not among the matches."""
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        now = await clock.now()
        if row["status"] != "published" or row["expires_at"] <= now:
            raise Conflict(N_("Only a published task with open seats invites people."))
        match = await match_of(task, row["version"], person)
        if match is None:
            raise NotFound
        if not await db.fetchval(
            f"select exists (select {_INVITABLE} and t.person_id = $3)", task, row["version"], person
        ):
            raise Conflict(
                N_("This person has been asked already, has applied, or does not wish to be asked now.")
            )
        until = reply_by(now, row["expires_at"])
        await invite(row, [{**match, "person_id": person}], wave=row["waves_sent"], until=until, by_hand=True)
        await activity.record(
            "invited",
            f"task:{task}",
            by=by,
            company=by.company,
            person_name=await notices.name_of(row["company_id"], person),
        )


async def lapse() -> int:
    """End the invitations that nobody answered in time; return how many (a sweep)."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update invitation set status = 'lapsed' where id in (
                 select id from invitation where status = 'sent' and reply_by <= business_now()
                 order by reply_by for update skip locked limit 500)
               returning task_id, company_id, person_id"""
        )
        for row in rows:
            await projection.soon(row["person_id"])
    return len(rows)


async def send_due() -> int:
    """Ask for the waves that are due; return how many (a sweep)."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id, version, waves_sent, next_wave_at from task
               where status = 'published' and next_wave_at <= business_now() and mode = 'offer' limit 500"""
        )
        for row in rows:
            await outbox.enqueue(
                "tasks.wave",
                dedupe=f"tasks.wave:{row['id']}:{row['version']}:{row['next_wave_at'].isoformat()}",
                task=str(row["id"]),
            )
    return len(rows)
