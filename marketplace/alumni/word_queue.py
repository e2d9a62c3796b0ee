"""The operator's queue of unknown words: look at one, say which skill it means, or set it aside."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni.skills import learn
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound

PAGE = 30
SUGGESTED = 3
STATUSES = ("waiting", "set_aside", "accepted")

_WORDS = """
select w.id, w.key, w.term, w.status, w.skill_id, w.created_at, w.settled_at, p.name as settled_name,
  (select count(distinct m.person_id) from skill_mention m where m.key = w.key and m.person_id is not null) as people,
  (select count(distinct m.company_id) from skill_mention m where m.key = w.key and m.place = 'task') as companies
from skill_word w left join person p on p.id = w.settled_by
"""


async def listed(status: str, page: int = 1, *, by: Actor) -> tuple[list[dict[str, Any]], int]:
    """Return a page of words in a status and how many there are.

    What waits comes with up to three `suggestions`, the most written by most people first; what is settled, newest first.
    """
    by.must_be("operator")
    order = "people + companies desc, created_at, id" if status == "waiting" else "settled_at desc, id"
    async with db.transaction(operator=True):
        found = await db.fetchval("select count(*) from skill_word where status = $1", status)
        rows = await db.fetch(
            f"select * from ({_WORDS} where w.status = $1) as words order by {order} limit $2 offset $3",
            status,
            PAGE,
            (page - 1) * PAGE,
        )
    return [await _with_suggestions(row) for row in rows], found


async def one(word: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a word with its suggestions. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(f"{_WORDS} where w.id = $1", word)
    if row is None:
        raise NotFound
    return await _with_suggestions(row)


async def _with_suggestions(row: Mapping[str, Any]) -> dict[str, Any]:
    known = (await learn()).vocabulary
    waits = row["status"] == "waiting"
    return {**row, "suggestions": known.alike(row["term"], SUGGESTED) if waits else []}


async def waiting_count(*, by: Actor) -> int:
    """Return how many words wait for a look."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found: int = await db.fetchval("select count(*) from skill_word where status = 'waiting'")
    return found


async def accept(word: UUID, spelling: str, *, by: Actor) -> str:
    """Say which skill a word means, by any spelling of it; return the skill's slug.

    From now on the word is a spelling of that skill. A job gives the skill to everybody who wrote it.
    Raises Invalid, on `skill`, for a spelling that is itself unknown; Conflict when the word does not wait any more.
    """
    by.must_be("operator")
    skill = (await learn()).vocabulary.resolve(spelling)
    if skill is None:
        message = Message(N_("We do not know this skill yet. Please choose one of the list."))
        raise Invalid(fields={"skill": message})
    async with db.transaction(operator=True):
        row = await _settle(word, "accepted", by, skill.id)
        await db.execute(
            "insert into skill_alias (key, term, skill_id) values ($1, $2, $3) on conflict do nothing",
            row["key"],
            row["term"],
            skill.id,
        )
        await activity.record("word_accepted", f"word:{word}", by=by, term=row["term"], skill=skill.slug)
        await outbox.enqueue("alumni.word_accepted", word=str(word))
    return skill.slug


async def set_aside(word: UUID, *, by: Actor) -> str:
    """Leave a word alone; return it. Raises Conflict when it does not wait any more."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        term: str = (await _settle(word, "set_aside", by, None))["term"]
        await activity.record("word_set_aside", f"word:{word}", by=by, term=term)
    return term


async def _settle(word: UUID, status: str, by: Actor, skill: int | None) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await db.fetchrow(
        """update skill_word set status = $2, skill_id = $3, settled_at = business_now(), settled_by = $4
           where id = $1 and status = 'waiting' returning key, term""",
        word,
        status,
        skill,
        by.person,
    )
    if row is None:
        if await db.fetchval("select true from skill_word where id = $1", word):
            raise Conflict(N_("Somebody else has decided this already."))
        raise NotFound
    return row


async def put_back(word: UUID, *, by: Actor) -> str:
    """Let a settled word wait again; return it. One that was accepted is no spelling any more.

    A job takes the skill back from everybody who has it by this word alone. Raises Conflict when the word waits already.
    """
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            "select key, term, status, skill_id from skill_word where id = $1 for update", word
        )
        if row is None:
            raise NotFound
        if row["status"] == "waiting":
            raise Conflict(N_("Somebody else has decided this already."))
        await db.execute(
            """update skill_word set status = 'waiting', skill_id = null, settled_at = null, settled_by = null
               where id = $1""",
            word,
        )
        if row["status"] == "accepted":
            await db.execute("delete from skill_alias where key = $1", row["key"])
            await outbox.enqueue("alumni.word_returned", word=str(word), skill=row["skill_id"])
        term: str = row["term"]
        await activity.record("word_put_back", f"word:{word}", by=by, term=term)
    return term
