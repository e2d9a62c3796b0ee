"""Answer a company that asks whether one has time: signed in, or by the signed link of the mail."""

from typing import Any
from uuid import UUID

from marketplace.alumni import free_time, projection, tokens, zones
from marketplace.alumni.notices import ASK_PURPOSE
from marketplace.alumni.zones import HOME, Kind
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound

SAYS = ("free", "busy", "ask")

_SEEN = """
select a.id, a.status, a.answered_at, a.person_id, k.on_date, k.starts_at, k.ends_at, k.note, k.created_at,
  c.name as company, c.name_en as company_en, coalesce(f.time_zone, 'Asia/Tokyo') as time_zone,
  k.status = 'closed' or k.on_date < business_today() or m.status <> 'active' or m.blocked_by_company as is_over
from availability_answer a join availability_ask k on k.id = a.ask_id join company c on c.id = a.company_id
  join membership m on m.company_id = a.company_id and m.person_id = a.person_id
  left join alumnus_profile f on f.person_id = a.person_id
"""


async def mine(*, by: Actor) -> list[dict[str, Any]]:
    """Return what the person is asked and can still answer, the nearest day first."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            f"{_SEEN} where a.person_id = $1 order by k.on_date, k.starts_at, a.id", by.person
        )
    return [dict(row) for row in rows if not row["is_over"]]


async def one(answer: UUID, *, by: Actor) -> dict[str, Any]:
    """Return one question to the person, answered or not, over or not. Raises NotFound."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        row = await db.fetchrow(f"{_SEEN} where a.id = $1 and a.person_id = $2", answer, by.person)
    if row is None:
        raise NotFound
    return dict(row)


async def look(token: str) -> dict[str, Any]:
    """Return the question that a mail's link is about; nothing is used up. Raises NotFound for a forged link."""
    answer = tokens.subject_of(token)
    if answer is None or not tokens.holds(token, ASK_PURPOSE, answer):
        raise NotFound(N_("This link is not valid. Please look whether the whole address was copied."))
    async with db.transaction(operator=True):
        row = await db.fetchrow(f"{_SEEN} where a.id = $1", answer)
    if row is None:
        raise NotFound(N_("This link is not valid. Please look whether the whole address was copied."))
    return dict(row)


async def give_by_link(token: str, says: str, *, noted: bool) -> None:
    """Answer by a mail's link. Raises as `look` and `give`."""
    row = await look(token)
    await give(row["id"], says, noted=noted, by=Actor("alumnus", person=row["person_id"]))


async def give(answer: UUID, says: str, *, noted: bool, by: Actor) -> None:
    """Answer, or answer anew while the ask is open; `noted` also writes it into the person's own days.

    Raises NotFound for somebody else's question, Conflict when it is over, Invalid for no answer.
    """
    async with projection.own_change(by) as person:
        row = await db.fetchrow(
            f"{_SEEN} where a.id = $1 and a.person_id = $2 for update of a", answer, person
        )
        if row is None:
            raise NotFound
        if says not in SAYS:
            raise Invalid(fields={"answer": Message(N_("Please choose one of the offered answers."))})
        if row["is_over"]:
            raise Conflict(N_("The company does not wait for an answer any more."))
        await db.execute(
            "update availability_answer set status = $2, answered_at = business_now() where id = $1",
            answer,
            says,
        )
        if noted:
            await _note(person, row, says)  # type: ignore[arg-type]  # one of SAYS


async def _note(person: UUID, row: Any, says: Kind) -> None:
    """Write the asked hours into the person's days, in the zone in which that person writes."""
    stretch = zones.stretch(row["on_date"], row["starts_at"], row["ends_at"], HOME)
    for on, starts_at, ends_at in zones.days_of(*stretch, row["time_zone"]):
        await free_time.note(person, on, says, starts_at, ends_at)
