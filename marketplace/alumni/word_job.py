"""Give an accepted word's skill to everybody who wrote it: a person at a time, safe to run twice."""

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
        mentions = [] if row is None else await _mentions(row["key"])
        for mention in mentions:
            assert row is not None
            await _give(mention, row["skill_id"])
        if len(mentions) == BATCH:
            await outbox.enqueue("alumni.word_accepted", word=word)
        await job.finish()


async def _mentions(key: str) -> list[Any]:
    """Lock people in one order, so that two words accepted at once never wait in a ring."""
    return await db.fetch(
        """select m.* from skill_mention m join person p on p.id = m.person_id
           where m.key = $1 and m.place = 'skills' order by m.person_id limit $2 for no key update of p""",
        key,
        BATCH,
    )


async def _give(mention: Any, skill: int) -> None:
    """A skill that the person has already keeps its level; one too many for the list is told of, not given."""
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
    await db.execute("delete from skill_mention where id = $1", mention["id"])
    known = vocabulary().by_id[skill]
    await notify(
        "alumni.word_accepted",
        person=person,
        path="/me/skills",
        dedupe=f"word:{mention['id']}",
        term=mention["term"],
        skill=Name(known.name_ja, known.name_en),
    )
    if given:
        await projection.soon(person)
