"""When an alumnus has time: a usual week, days unlike it, the time zone they are said in, and that they still hold."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from uuid import UUID

from marketplace.alumni import projection, zones
from marketplace.alumni.week import Span
from marketplace.alumni.zones import HOME, Kind
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound

MOST_SPANS = 56
MOST_EXCEPTIONS = 100
_HORIZON = timedelta(days=366)
_HALF_HOUR = 30


async def set_week(spans: Sequence[Span], asks: Sequence[Span] = (), *, by: Actor) -> None:
    """Say in which hours of a usual week one is free, and in which one may be asked; it counts as confirmed today.

    Hours are those of the person's own zone; where both are said, free holds. Raises Invalid, on `week`.
    """
    if len(spans) + len(asks) > MOST_SPANS:
        raise Invalid(
            fields={"week": Message(N_("Please give at most %(most)s spans."), {"most": MOST_SPANS})}
        )
    if any(not _is_span(span) for span in (*spans, *asks)):
        raise Invalid(fields={"week": Message(N_("Each span ends after it starts, in whole half hours."))})
    async with projection.own_change(by) as person:
        await db.execute("delete from availability_pattern where person_id = $1", person)
        await db.executemany(
            "insert into availability_pattern (person_id, kind, weekday, starts_at, ends_at) values ($1, $2, $3, $4, $5)",
            [
                (person, kind, span.weekday, span.starts_at, span.ends_at)
                for kind, said in (("free", spans), ("ask", asks))
                for span in said
            ],
        )
        await confirm(person)


def _is_span(span: Span) -> bool:
    return span.weekday in range(7) and _is_stretch(span.starts_at, span.ends_at)


def _is_stretch(starts_at: time, ends_at: time) -> bool:
    whole = all(moment.minute % _HALF_HOUR == 0 and not moment.second for moment in (starts_at, ends_at))
    return whole and (starts_at < ends_at or ends_at == time())


async def confirm_week(*, by: Actor) -> None:
    """Say that the week still holds: one tap that keeps the person among the matches."""
    async with projection.own_change(by) as person:
        await confirm(person)


async def confirm(person: UUID) -> None:
    """Write that the person stands by the statement today; in the person's transaction."""
    await db.execute(
        """insert into alumnus_profile (person_id, availability_confirmed_at) values ($1, business_now())
           on conflict (person_id) do update set availability_confirmed_at = business_now(), active_at = business_now()""",
        person,
    )


async def set_zone(zone: str, *, by: Actor) -> None:
    """Say in which time zone one lives: the week and the days are read as said there. Raises Invalid, on `time_zone`."""
    if zone not in zones.ZONES:
        raise Invalid(fields={"time_zone": Message(N_("Please choose one of the offered answers."))})
    async with projection.own_change(by) as person:
        await db.execute(
            """insert into alumnus_profile (person_id, time_zone) values ($1, $2)
               on conflict (person_id) do update set time_zone = excluded.time_zone""",
            person,
            zone,
        )


async def follow_clocks() -> int:
    """Let the weeks of every zone whose clocks have changed be shown anew, as summer time begins or ends (a sweep)."""
    count = 0
    async with db.transaction(operator=True):
        now = await clock.now()
        found = await db.fetch(
            "select distinct time_zone from alumnus_profile where time_zone <> $1 order by 1", HOME
        )
        for row in found:
            people = await db.fetch(
                "select person_id from alumnus_profile where time_zone = $1 and zone_offset <> $2 order by person_id",
                row["time_zone"],
                zones.offset(row["time_zone"], now),
            )
            for person in people:
                await projection.soon(person["person_id"])
            count += len(people)
    return count


async def add_exception(
    on: date, kind: Kind, *, by: Actor, starts_at: time = time(), ends_at: time = time()
) -> UUID:
    """Say that one day is unlike its week, in the person's own zone: between two times, or (both 00:00) all day.

    It holds over what was said of the same time before. Raises Invalid for a day that has passed or is more than a
    year ahead, times out of order, or too many days.
    """
    wrong: dict[str, Message] = {}
    if not _is_stretch(starts_at, ends_at):
        wrong["ends_at"] = Message(N_("Each span ends after it starts, in whole half hours."))
    async with projection.own_change(by) as person:
        today = await clock.today()
        if not today <= on <= today + _HORIZON:
            wrong["on"] = Message(N_("Please choose a day from today to a year ahead."))
        count = await db.fetchval(
            "select count(*) from availability_exception where person_id = $1 and on_date >= $2",
            person,
            today,
        )
        if count >= MOST_EXCEPTIONS:
            wrong["on"] = Message(N_("Please give at most %(most)s such days."), {"most": MOST_EXCEPTIONS})
        if wrong:
            raise Invalid(fields=wrong)
        return await note(person, on, kind, starts_at, ends_at)


async def note(person: UUID, on: date, kind: Kind, starts_at: time, ends_at: time) -> UUID:
    """Write a day's statement in the place of the one about the very same time; in the person's transaction."""
    await db.execute(
        "delete from availability_exception where person_id = $1 and on_date = $2 and starts_at = $3 and ends_at = $4",
        person, on, starts_at, ends_at,
    )  # fmt: skip
    noted: UUID = await db.fetchval(
        """insert into availability_exception (person_id, on_date, kind, starts_at, ends_at)
           values ($1, $2, $3, $4, $5) returning id""",
        person, on, kind, starts_at, ends_at,
    )  # fmt: skip
    return noted


async def drop_exception(exception: UUID, *, by: Actor) -> None:
    """Take an exception back. Raises NotFound when it is not there."""
    async with projection.own_change(by) as person:
        if not await db.execute(
            "delete from availability_exception where id = $1 and person_id = $2", exception, person
        ):
            raise NotFound
