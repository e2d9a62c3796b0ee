"""What is said about free time: a company asks a pool about a day, and Misaki's calendar comes in and goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from icalendar import Calendar, Event

from marketplace.alumni import answers, asking, calendar_feed, calendars
from marketplace.alumni.skills import vocabulary
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.seeds import cast
from marketplace.seeds.companies import Firm
from marketplace.seeds.history import Day
from marketplace.seeds.lives import Life

AHEAD = timedelta(days=40)
SAID = ("free", "free", "ask", "busy", "")
"""What the asked say in turn; every fifth has not answered yet."""


@dataclass(slots=True)
class Pool:
    """A question of a company to those of its alumni who have a skill."""

    firm: Firm
    skill: str
    asked: UUID = field(init=False)


async def ask(pool: Pool) -> None:
    """Ask who has time on an afternoon some weeks ahead."""
    async with db.transaction(operator=True):
        day = await clock.today() + AHEAD
    question = asking.Question(
        day,
        time(13),
        time(17),
        skill=vocabulary().vocabulary.skills[pool.skill].id,
        note="展示会の準備で、当日に手伝える方を探しています。依頼は後日あらためてお送りします。",
    )
    pool.asked = await asking.ask(question, by=pool.firm.with_role("owner"))


async def answer(pool: Pool) -> None:
    """Let most of them answer."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select id, person_id from availability_answer where ask_id = $1 order by person_id", pool.asked
        )
    for number, row in enumerate(rows):
        if says := SAID[number % len(SAID)]:
            by = Actor("alumnus", person=row["person_id"])
            await answers.give(row["id"], says, noted=says == "free", by=by)


async def take_calendar_in(alumnus: Actor) -> None:
    """Let her calendar program's file count, and take an address for what goes out."""
    layer = await calendars.preview("misaki.ics", await _weeks_ahead(), by=alumnus)
    await calendars.keep(layer.row["id"], by=alumnus)
    await calendar_feed.renew(by=alumnus)


async def _weeks_ahead() -> bytes:
    async with db.transaction(operator=True):
        today = await clock.today()
    monday = today + timedelta(days=7 - today.weekday())
    calendar = Calendar()
    calendar.add("prodid", "-//Enishi//demo//JA")
    calendar.add("version", "2.0")
    for number, (day, starts, hours, title) in enumerate(
        ((0, 10, 2, "歯科"), (2, 9, 6, "勉強会"), (4, 14, 3, "授業参観"))
    ):
        event = Event()
        start = datetime.combine(monday + timedelta(days=day), time(starts), clock.JST)
        event.add("uid", f"misaki-{number}@calendar.example")
        event.add("summary", title)
        event.add("dtstamp", start)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(hours=hours))
        event.add("rrule", {"freq": "weekly", "interval": number + 1})
        calendar.add_component(event)
    return bytes(calendar.to_ical())


async def _misaki() -> Actor:
    email, name, _ = cast.STAR
    async with db.transaction(operator=True):
        person = await db.fetchval("select id from person where email = $1", email)
    return Actor("alumnus", person=person, name=name)


async def lives(firms: Mapping[str, Firm]) -> Sequence[Life]:
    """Return the life of the question to a pool, and of Misaki's calendar."""
    return [
        Life(Pool(firms["aoba"], "figma"), "ask to a pool", {Day.EVE: (ask,), Day.NOW: (answer,)}),
        Life(await _misaki(), "calendar", {Day.EVE: (take_calendar_in,)}),
    ]
