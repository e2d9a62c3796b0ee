"""Tell a person something: a notice in the app, written with the fact itself, and its mail behind the commit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import Name, NotFound
from marketplace.core.money import Money
from marketplace.notifications.kinds import KINDS


async def notify(
    kind: str,
    *,
    person: UUID,
    company: UUID | None = None,
    path: str = "/",
    dedupe: str | None = None,
    **params: Any,
) -> None:
    """Write a notice and queue its mail in the running transaction; the same `dedupe` key tells only once.

    Params fill the holes of the kind's sentences: plain values, dates, moments, Money and Name.
    """
    _must_be_declared(kind)
    notice = await db.fetchval("select uuidv7()")  # lists are in the order of ids
    stored = {name: storable(value) for name, value in params.items()}
    touched = await db.execute(
        """insert into notification (id, person_id, company_id, kind, params, path, dedupe)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing""",
        notice,
        person,
        company,
        kind,
        stored,
        path,
        dedupe,
    )
    if touched:
        await outbox.enqueue("mail.notice", queue="mail", notice=str(notice))


async def notify_all(
    kind: str, people: Sequence[UUID], *, company: UUID | None = None, path: str = "/", **params: Any
) -> None:
    """Tell many people the same, in three statements however many they are."""
    _must_be_declared(kind)
    # The ids are made first: whoever writes a notice may not read it.
    made = await db.fetch("select uuidv7() as id from generate_series(1, $1)", len(people))
    notices = [row["id"] for row in made]
    await db.execute(
        """insert into notification (id, person_id, company_id, kind, params, path)
           select id, person, $3, $4, $5, $6 from unnest($1::uuid[], $2::uuid[]) as told (id, person)""",
        notices,
        list(people),
        company,
        kind,
        {name: storable(value) for name, value in params.items()},
        path,
    )
    await outbox.enqueue_all("mail.notice", [{"notice": str(notice)} for notice in notices], queue="mail")


def _must_be_declared(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"no notice is declared as {kind}")


def storable(value: Any) -> Any:
    """Return a param of a sentence as JSON keeps it; `queries.restored` gives it back."""
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if isinstance(value, Name):
        return value.stored()
    if hasattr(value, "isoformat"):
        return {"when": value.isoformat()}
    return value


async def forget(path: str, **params: str) -> int:
    """Put these words into the notices that lead to a page, in place of what has to be deleted; return how many."""
    return await db.execute("update notification set params = params || $2 where path = $1", path, params)


async def mark_read(notice: UUID | None, *, by: Actor) -> int:
    """Mark one notice, or all of the person's, as read."""
    async with db.transaction(person=by.person):
        return await db.execute(
            """update notification set read_at = business_now()
               where person_id = $1 and read_at is null and ($2::uuid is null or id = $2)""",
            by.person,
            notice,
        )


async def open_notice(notice: UUID, *, by: Actor) -> str:
    """Mark a person's notice as read and return the path of what it tells of. Raises NotFound."""
    async with db.transaction(person=by.person):
        path: str | None = await db.fetchval(
            """update notification set read_at = coalesce(read_at, business_now())
               where id = $1 and person_id = $2 returning path""",
            notice,
            by.person,
        )
    if path is None:
        raise NotFound
    return path
