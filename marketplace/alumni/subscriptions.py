"""A calendar that is fetched from its address every six hours; of its events only the times are kept."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.alumni import calendar_file, calendars, projection
from marketplace.alumni.ical_reader import Read
from marketplace.core import clock, db, outbox, outgoing, sealing
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message, NotFound
from marketplace.core.limits import Limit
from marketplace.core.outbox import Job
from marketplace.core.outgoing import Fetched, Unfetched
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare

EVERY = timedelta(hours=6)
TOLD_AFTER = 4
"""Failures in a row, about a day, after which the person is told once."""

AT_ONCE = 200
TRIES_OF_PERSON = Limit("calendar.subscriptions", 10, timedelta(hours=1))
_WHOLE_AGAIN = timedelta(days=7)
"""An unchanged calendar is read anew before the days that it was read for run out."""

_PURPOSE = "calendar address"

declare(
    "calendar.unreachable",
    title=N_("Your calendar on %(host)s has not been read for a day"),
    body=N_("The times that we know of still count. The page says what is wrong and what to do."),
    button=N_("Look at my calendar"),
)


async def subscribe(address: str, *, by: Actor) -> None:
    """Keep an address in the place of an earlier one and have it fetched soon. Raises Invalid, on field `address`."""
    by.must_be("alumnus")
    try:
        url = outgoing.parsed(address)
    except Unfetched as wrong:
        raise Invalid(fields={"address": wrong.message}) from None
    async with projection.own_change(by) as person:
        await db.execute("delete from calendar_import where person_id = $1 and status = 'subscribed'", person)
        await db.execute(
            """insert into calendar_subscription (person_id, address, host, next_at)
               values ($1, $2, $3, business_now() + $4::interval)
               on conflict (person_id) do update set address = excluded.address, host = excluded.host, etag = '',
                 fetched_at = null, failures = 0, problem = null, next_at = excluded.next_at, created_at = business_now()""",
            person,
            sealing.seal(_PURPOSE, str(person), str(url).encode()),
            url.host[:253],
            EVERY,
        )
        await outbox.enqueue("alumni.fetch_calendar", person=str(person))


async def again(*, by: Actor) -> None:
    """Have the calendar fetched now. Raises NotFound without a subscription."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        if not await db.execute(
            "update calendar_subscription set next_at = business_now() + $2::interval where person_id = $1",
            by.person,
            EVERY,
        ):
            raise NotFound
        await outbox.enqueue("alumni.fetch_calendar", person=str(by.person))


async def end(*, by: Actor) -> None:
    """End the subscription and delete its times. Raises NotFound without one."""
    async with projection.own_change(by) as person:
        await db.execute("delete from calendar_import where person_id = $1 and status = 'subscribed'", person)
        if not await db.execute("delete from calendar_subscription where person_id = $1", person):
            raise NotFound


async def mine(*, by: Actor) -> dict[str, Any] | None:
    """Return the person's subscription without its address, which nobody is shown again, or None."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            """select host, fetched_at, failures, problem, next_at from calendar_subscription where person_id = $1""",
            by.person,
        )
    if row is None:
        return None
    said = row["problem"] and Message(row["problem"]["text"], row["problem"]["params"])
    return {**dict(row), "problem": said}


async def fetch_due() -> int:
    """Ask for every calendar whose six hours are over (a sweep)."""
    async with db.transaction(operator=True):
        due = await db.fetch(
            """update calendar_subscription set next_at = business_now() + $1::interval
               where person_id in (select person_id from calendar_subscription where next_at <= business_now()
                                   order by next_at limit $2 for update skip locked) returning person_id""",
            EVERY,
            AT_ONCE,
        )
        for row in due:
            await outbox.enqueue("alumni.fetch_calendar", person=str(row["person_id"]))
    return len(due)


@outbox.handles("alumni.fetch_calendar")
async def fetch(_job: Job, person: str) -> None:
    """Fetch one calendar and let its times count; what fails is written down for the person."""
    owner = UUID(person)
    row = await _subscription(owner)
    if row is None:
        return
    address = sealing.open_sealed(_PURPOSE, person, row["address"]).decode()
    asked, until = await calendars.asked_of(owner)
    fresh = row["covers_until"] is not None and until - row["covers_until"] < _WHOLE_AGAIN
    try:
        came = await outgoing.fetch(
            address,
            most=calendar_file.MOST_BYTES,
            etag=row["etag"] if fresh and row["zone"] == asked.zone else "",
        )
        found = await calendar_file.read(came.content, asked) if came.content is not None else None
    except Failure as failure:
        await _note(owner, row, _said(failure))
        return
    await _keep(owner, row, came, found, zone=asked.zone, until=until)


async def _subscription(person: UUID) -> Any:
    async with db.transaction(person=person):
        return await db.fetchrow(
            """select s.*, i.covers_until, i.time_zone as zone from calendar_subscription s
               left join calendar_import i on i.person_id = s.person_id and i.status = 'subscribed' where s.person_id = $1""",
            person,
        )


def _said(failure: Failure) -> Message:
    """Return why it failed: what the reader of files says of its field, or the failure's own sentence."""
    return next(iter(getattr(failure, "fields", {}).values()), failure.message)


async def _note(person: UUID, row: Any, said: Message) -> None:
    """Write a failure down, unless the person has ended or changed the subscription meanwhile."""
    async with db.transaction(person=person):
        failures = await db.fetchval(
            """update calendar_subscription set failures = failures + 1, problem = $3
               where person_id = $1 and address = $2 returning failures""",
            person,
            row["address"],
            {"text": said.text, "params": dict(said.params)},
        )
        if failures == TOLD_AFTER:
            await notify("calendar.unreachable", person=person, path="/me/calendar", host=row["host"])


async def _keep(person: UUID, row: Any, came: Fetched, found: Read | None, *, zone: str, until: date) -> None:
    """Put the times of a calendar in the place of those before; nothing where it has not changed, or was ended meanwhile."""
    async with projection.own_change(Actor("alumnus", person=person)):
        if not await db.execute(
            """update calendar_subscription set fetched_at = business_now(), etag = $3, failures = 0, problem = null
               where person_id = $1 and address = $2""",
            person,
            row["address"],
            came.etag,
        ):
            return
        if found is not None:
            await _replace(person, row["host"], found, zone=zone, until=until)


async def _replace(person: UUID, host: str, found: Read, *, zone: str, until: date) -> None:
    """Write the layer anew; a busy time that stood there before was said then, and what was said since holds over it."""
    before = await db.fetch(
        """select b.starts_at, b.ends_at, b.said_at from calendar_busy b join calendar_import i on i.id = b.import_id
           where i.person_id = $1 and i.status = 'subscribed'""",
        person,
    )
    await db.execute("delete from calendar_import where person_id = $1 and status = 'subscribed'", person)
    layer = await db.fetchval(
        """insert into calendar_import (person_id, status, file_name, time_zone, covers_until, event_count, free_count,
             broken_count, kept_at) values ($1, 'subscribed', $2, $3, $4, $5, $6, $7, business_now()) returning id""",
        person, host[:200], zone, until, found.events, found.free, found.broken,
    )  # fmt: skip
    said = {(each["starts_at"], each["ends_at"]): each["said_at"] for each in before}
    await _write(person, layer, found.busy, said)


async def _write(
    person: UUID,
    layer: UUID,
    busy: Sequence[tuple[datetime, datetime]],
    said: dict[tuple[datetime, datetime], datetime],
) -> None:
    now = await clock.now()
    await db.executemany(
        "insert into calendar_busy (person_id, import_id, starts_at, ends_at, said_at) values ($1, $2, $3, $4, $5)",
        [(person, layer, start, end, said.get((start, end), now)) for start, end in busy],
    )
