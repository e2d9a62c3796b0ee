"""Give an accepted word's skill to everybody who wrote it, or take it back: in batches, safe to run twice."""

from typing import Any
from uuid import UUID

from marketplace.alumni import (
    notices,  # noqa: F401 - declares the wording of what is told here
    projection,
)
from marketplace.alumni.profile import MOST_SKILLS
from marketplace.alumni.skills import vocabulary
from marketplace.core import db, outbox
from marketplace.core.errors import Name
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify

BATCH = 100


@outbox.handles("alumni.word_accepted")
async def give(job: Job, word: str) -> None:
    """Give the skill to the next people who wait for it, and ask for the ones after them."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from skill_word where id = $1 and status = 'accepted'", UUID(word))
        mentions = [] if row is None else await _mentions(row["key"], None)
        for mention in mentions:
            assert row is not None
            await _give(mention, row["skill_id"])
        if len(mentions) == BATCH:
            await outbox.enqueue("alumni.word_accepted", word=word)
        await job.finish()


@outbox.handles("alumni.word_returned")
async def take(job: Job, word: str, skill: int) -> None:
    """Take a skill away again from the next people who have it by a word that was accepted wrongly."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select key, status from skill_word where id = $1", UUID(word))
        assert row is not None
        mentions = await _mentions(row["key"], skill)
        for mention in mentions:
            await _take(mention, skill)
        if len(mentions) == BATCH:
            await outbox.enqueue("alumni.word_returned", word=word, skill=skill)
        elif row["status"] == "accepted":  # by now for another skill
            await outbox.enqueue("alumni.word_accepted", word=word)
        await job.finish()


async def _mentions(key: str, given: int | None) -> list[Any]:
    """Lock people in one order, so that two words accepted at once never wait in a ring."""
    return await db.fetch(
        """select m.* from skill_mention m join person p on p.id = m.person_id
           where m.key = $1 and m.place = 'skills' and m.given_skill_id is not distinct from $2
           order by m.person_id limit $3 for no key update of p""",
        key,
        given,
        BATCH,
    )


async def _give(mention: Any, skill: int) -> None:
    """A skill that the person has already keeps its level; one too many for the list is not given."""
    person = mention["person_id"]
    given = await db.execute(
        """insert into person_skill (person_id, skill_id, level, years)
           select $1, $2, $3, $4 where (select count(*) from person_skill where person_id = $1) < $5
           on conflict do nothing""",
        person,
        skill,
        mention["level"],
        mention["years"],
        MOST_SKILLS,
    )
    if given:
        await db.execute("update skill_mention set given_skill_id = $2 where id = $1", mention["id"], skill)
        await projection.soon(person)
    else:
        await db.execute("delete from skill_mention where id = $1", mention["id"])
    await _tell("alumni.word_accepted", mention, skill)


async def _take(mention: Any, skill: int) -> None:
    """What the person has changed since is the person's own; an untouched skill goes, and the word waits again."""
    person = mention["person_id"]
    taken = await db.execute(
        "delete from person_skill where person_id = $1 and skill_id = $2 and level = $3 and years = $4",
        person,
        skill,
        mention["level"],
        mention["years"],
    )
    if taken:
        await db.execute("update skill_mention set given_skill_id = null where id = $1", mention["id"])
        await projection.soon(person)
        await _tell("alumni.word_returned", mention, skill)
    else:
        await db.execute("delete from skill_mention where id = $1", mention["id"])


async def _tell(kind: str, mention: Any, skill: int) -> None:
    known = vocabulary().by_id[skill]
    await notify(
        kind,
        person=mention["person_id"],
        path="/me/skills",
        term=mention["term"],
        skill=Name(known.name_ja, known.name_en),
    )
