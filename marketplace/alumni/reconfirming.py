"""An old statement of free time: reminded of by mail, and stood by again with one tap, signed in or by the mail's link."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.alumni import free_time, projection, tokens
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.limits import Limit
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import Tap, declare

OLD_AFTER = timedelta(days=60)
SILENT_FOR = timedelta(days=30)
GIVEN_UP_AFTER = timedelta(days=365)
TAPS_FROM_PLACE = Limit("taps.from", 120, timedelta(minutes=15))
_PURPOSE = "still-holds"

_DUE = """
update alumnus_profile a set availability_reminded_at = business_now()
where person_id in (
  select p.person_id from alumnus_profile p
  where p.availability_confirmed_at between business_now() - $2::interval and business_now() - $1::interval
    and (p.availability_reminded_at is null or p.availability_reminded_at <= business_now() - $3::interval)
    and exists (select from membership m where m.person_id = p.person_id and m.status = 'active' and m.intent_tasks
                  and not m.blocked_by_person and not m.blocked_by_company)
  order by p.availability_confirmed_at limit 500 for update skip locked)
returning person_id, availability_confirmed_at, availability_reminded_at
"""


async def remind() -> int:
    """Ask those whose statement is 60 days old whether it still holds, at most once in 30 days and for a year (a sweep)."""
    async with db.transaction(operator=True):
        now = await clock.now()
        due = await db.fetch(_DUE, OLD_AFTER, GIVEN_UP_AFTER, SILENT_FOR)
        for row in due:
            await notify(
                "availability.old",
                person=row["person_id"],
                path="/me/time",
                days=(now - row["availability_confirmed_at"]).days,
                round=row["availability_reminded_at"].isoformat(),
            )
    return len(due)


def _taps(notice: Mapping[str, Any]) -> Sequence[Tap]:
    token = tokens.sealed(_PURPOSE, notice["person_id"], notice["params"]["round"])
    return (
        Tap(N_("Yes, it still holds"), f"/still-holds/{token}"),
        Tap(N_("Change my times"), "/me/time"),
    )


declare(
    "availability.old",
    title=N_("Do your times still hold?"),
    body=N_(
        "You said %(days)s days ago when you are free. The older that is, the later fitting tasks reach you.\n\n"
        "One press says that it still holds. If you do nothing, nothing changes; we ask at most once a month."
    ),
    button=N_("Look at my times"),
    taps=_taps,
)


async def look(token: str) -> dict[str, Any]:
    """Return whose statement a link is about: `name`, its `hours`' moment `confirmed_at`, and whether it is `done`.

    Nothing is used up. Raises NotFound for a forged link, Conflict for one that a later mail has replaced.
    """
    async with db.transaction(operator=True):
        row = await _found(token)
    asked_at: datetime = row["availability_reminded_at"]
    return {**row, "done": row["availability_confirmed_at"] > asked_at}


async def confirm(token: str) -> None:
    """Stand by the statement by a link; twice is once. Raises as `look`."""
    async with db.transaction(operator=True):
        row = await _found(token)
        if row["availability_confirmed_at"] > row["availability_reminded_at"]:
            return
    async with projection.own_change(Actor("alumnus", person=row["person_id"])) as person:
        await free_time.confirm(person)


async def _found(token: str) -> dict[str, Any]:
    person: UUID | None = tokens.subject_of(token)
    row = await db.fetchrow(
        """select a.person_id, p.name, a.availability_confirmed_at, a.availability_reminded_at
           from alumnus_profile a join person p on p.id = a.person_id
           where a.person_id = $1 and a.availability_reminded_at is not null""",
        person,
    )
    if row is None:
        raise NotFound(N_("This link is not valid. Please look whether the whole address was copied."))
    if not tokens.holds(token, _PURPOSE, row["person_id"], row["availability_reminded_at"].isoformat()):
        raise Conflict(N_("This link is not valid any more. Please use the newest mail, or sign in."))
    return dict(row)
