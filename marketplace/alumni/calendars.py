"""An imported calendar: looked at first, then kept in the place of the one before; of its events only the times are kept."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from marketplace.alumni import calendar_file, projection
from marketplace.alumni.facts import BLANK_PROFILE
from marketplace.alumni.ical_reader import Asked
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, NotFound
from marketplace.core.limits import Limit
from matching.availability import HORIZON_DAYS

FORGOTTEN_AFTER = timedelta(days=1)
FILES_OF_PERSON = Limit("calendar.files", 30, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Layer:
    """An imported calendar, or the preview of one: when it came, until when it speaks, its busy times in order."""

    row: dict[str, Any]
    busy: list[tuple[datetime, datetime]]

    @property
    def hours(self) -> int:
        """Return the busy hours, rounded down."""
        return int(sum((end - start for start, end in self.busy), timedelta()).total_seconds()) // 3600


async def preview(file_name: str, content: bytes, *, by: Actor) -> Layer:
    """Read a calendar file and keep its busy times of the next 92 days as a preview, in the place of an earlier one.

    Nothing that the matcher sees changes yet. Raises Invalid, on field `file`, for a file that cannot be used.
    """
    by.must_be("alumnus")
    assert by.person is not None
    asked, until = await asked_of(by.person)
    found = await calendar_file.read(content, asked)
    async with db.transaction(person=by.person):
        await db.execute("select 1 from person where id = $1 for no key update", by.person)
        await db.execute("delete from calendar_import where person_id = $1 and status = 'preview'", by.person)
        row = await db.fetchrow(
            """insert into calendar_import (person_id, file_name, time_zone, covers_until, event_count, free_count, broken_count)
               values ($1, $2, $3, $4, $5, $6, $7) returning *""",
            by.person, file_name[:200], asked.zone, until, found.events, found.free, found.broken,
        )  # fmt: skip
        assert row is not None
        await db.executemany(
            "insert into calendar_busy (person_id, import_id, starts_at, ends_at) values ($1, $2, $3, $4)",
            [(by.person, row["id"], starts_at, ends_at) for starts_at, ends_at in found.busy],
        )
    return Layer(dict(row), found.busy)


async def asked_of(person: UUID) -> tuple[Asked, date]:
    """Return for whom and for which days a person's calendar is read, and the day on which they end."""
    async with db.transaction(person=person):
        row = await db.fetchrow(
            """select p.email, a.time_zone from person p left join alumnus_profile a on a.person_id = p.id
               where p.id = $1""",
            person,
        )
        assert row is not None
        today = await clock.today()
    until = today + timedelta(days=HORIZON_DAYS)
    first, last = (datetime.combine(day, time(), clock.JST).astimezone(UTC) for day in (today, until))
    return Asked(row["time_zone"] or BLANK_PROFILE["time_zone"], row["email"], first, last), until


async def keep(import_id: UUID, *, by: Actor) -> None:
    """Let the preview count, in the place of the calendar before. Raises NotFound when it is no preview any more."""
    async with projection.own_change(by) as person:
        await db.execute(
            """delete from calendar_import where person_id = $1 and status = 'kept'
                 and exists (select from calendar_import where id = $2 and person_id = $1 and status = 'preview')""",
            person,
            import_id,
        )
        if not await db.execute(
            """update calendar_import set status = 'kept', kept_at = business_now()
               where id = $1 and person_id = $2 and status = 'preview'""",
            import_id,
            person,
        ):
            raise NotFound(N_("This preview is gone. Please choose the file again."))


async def remove(import_id: UUID, *, by: Actor) -> None:
    """Take an imported calendar, or a preview, out with all its times. Raises NotFound when it is not there."""
    async with projection.own_change(by) as person:
        if not await db.execute(
            "delete from calendar_import where id = $1 and person_id = $2", import_id, person
        ):
            raise NotFound


async def mine(*, by: Actor) -> dict[str, Layer]:
    """Return the person's calendars by their status, as far as there are any: `kept`, `preview`, `subscribed`."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        rows = await db.fetch("select * from calendar_import where person_id = $1", by.person)
        busy = await db.fetch(
            "select import_id, starts_at, ends_at from calendar_busy where person_id = $1 order by starts_at",
            by.person,
        )
    return {
        row["status"]: Layer(
            dict(row),
            [(each["starts_at"], each["ends_at"]) for each in busy if each["import_id"] == row["id"]],
        )
        for row in rows
    }


async def forget() -> int:
    """Delete the previews that nobody has kept for a day, and times that have passed (a sweep)."""
    async with db.transaction(operator=True):
        await db.execute("delete from calendar_busy where ends_at < business_now() - interval '1 day'")
        return await db.execute(
            "delete from calendar_import where status = 'preview' and created_at < business_now() - $1::interval",
            FORGOTTEN_AFTER,
        )
