"""A person's own calendar feed: concluded work, days of delivery and invitations to answer, at an address that is a secret."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event

from marketplace.alumni import tokens
from marketplace.core import clock, db, i18n
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Message, NotFound
from marketplace.core.limits import Limit
from marketplace.core.settings import settings

READS_FROM_PLACE = Limit("calendar.feed", 600, timedelta(minutes=15))
BACK = timedelta(days=90)
_OPEN = ("concluded", "running", "changes_requested")
_TO_ANSWER = timedelta(minutes=15)

_WORK = """
select k.id, k.title, k.status, k.starts_at, k.ends_at, k.deliver_on, c.name as company, c.name_en as company_en
from contract k join company c on c.id = k.company_id
where k.person_id = $1 and k.status <> 'cancelled' and coalesce(k.ends_at, k.deliver_on) >= business_now() - $2::interval
order by k.id
"""
_INVITATIONS = """
select i.id, i.task_id, i.reply_by, t.title, c.name as company, c.name_en as company_en
from invitation i join task t on t.id = i.task_id join company c on c.id = i.company_id
where i.person_id = $1 and i.status = 'sent' and i.reply_by > business_now() order by i.id
"""


async def renew(*, by: Actor) -> str:
    """Make the feed's address, or another in the place of the old one, which ends at once; return the new one."""
    by.must_be("alumnus")
    assert by.person is not None
    salt = secrets.token_bytes(16)
    token = _token(by.person, salt)
    async with db.transaction(person=by.person):
        await db.execute(
            """insert into calendar_feed (person_id, salt, token_hash) values ($1, $2, $3)
               on conflict (person_id) do update
                 set salt = excluded.salt, token_hash = excluded.token_hash, created_at = business_now()""",
            by.person,
            salt,
            tokens.digest(token),
        )
    return address_of(token)


async def revoke(*, by: Actor) -> None:
    """End the feed's address. Raises NotFound when there is none."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        if not await db.execute("delete from calendar_feed where person_id = $1", by.person):
            raise NotFound


async def address(*, by: Actor) -> str | None:
    """Return the whole address of the person's feed, or None while there is none."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(**by.scope):
        salt = await db.fetchval("select salt from calendar_feed where person_id = $1", by.person)
    return address_of(_token(by.person, salt)) if salt else None


def address_of(token: str) -> str:
    """Return the whole address of a token's feed."""
    return f"{settings().base_url}/calendar/{token}.ics"


def _token(person: UUID, salt: bytes) -> str:
    return tokens.drawn("calendar", person, salt.hex())


async def read(token: str) -> bytes:
    """Return the feed of a token as iCalendar, in its owner's language. Raises NotFound for a token that opens nothing."""
    async with db.transaction(operator=True):
        person = await db.fetchrow(
            """select p.id, p.locale from calendar_feed f join person p on p.id = f.person_id
               where f.token_hash = $1""",
            tokens.digest(token),
        )
    if person is None:
        raise NotFound
    async with db.transaction(person=person["id"]):
        now = await clock.now()
        work = await db.fetch(_WORK, person["id"], BACK)
        invitations = await db.fetch(_INVITATIONS, person["id"])
    calendar = Calendar()
    calendar.add("prodid", "-//Enishi//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Enishi")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    writer = _Writer(person["locale"], now)
    for row in work:
        for event in writer.work(row):
            calendar.add_component(event)
    for row in invitations:
        calendar.add_component(writer.invitation(row))
    return bytes(calendar.to_ical())


class _Writer:
    """Events in the words of one reader, all stamped with one moment."""

    def __init__(self, locale: str, now: datetime) -> None:
        self.locale, self.now = locale, now
        self.say = i18n.sayer(locale)
        self.host = urlsplit(settings().base_url).hostname or "enishi.example"

    def work(self, row: Any) -> Iterator[Event]:
        """Yield the hours of the work where they are fixed, and the day of its delivery while that is to come."""
        path = f"/contracts/{row['id']}"
        if row["ends_at"] and row["starts_at"] < row["ends_at"]:
            event = self._event(f"work-{row['id']}", row, "%(title)s", path)
            self._between(event, row["starts_at"], row["ends_at"])
            yield event
        if row["status"] in _OPEN:
            event = self._event(f"delivery-{row['id']}", row, N_("Hand in: %(title)s"), path)
            self._between(event, row["deliver_on"], row["deliver_on"] + timedelta(days=1), taken=False)
            yield event

    def invitation(self, row: Any) -> Event:
        """Return the quarter of an hour before an invitation ends."""
        path = f"/work/tasks/{row['task_id']}"
        event = self._event(f"reply-{row['id']}", row, N_("Answer the invitation: %(title)s"), path)
        self._between(event, row["reply_by"] - _TO_ANSWER, row["reply_by"], taken=False)
        return event

    def _event(self, uid: str, row: Any, title: str, path: str) -> Event:
        company = row["company_en"] if self.locale == "en" and row["company_en"] else row["company"]
        event = Event()
        event.add("uid", f"{uid}@{self.host}")
        event.add("dtstamp", self.now)
        event.add("summary", self.say(Message(title, {"title": row["title"]})))
        event.add("description", company)
        event.add("url", settings().base_url + path)
        return event

    def _between(self, event: Event, starts: date, ends: date, *, taken: bool = True) -> None:
        event.add("dtstart", starts)
        event.add("dtend", ends)
        event.add("transp", "OPAQUE" if taken else "TRANSPARENT")
