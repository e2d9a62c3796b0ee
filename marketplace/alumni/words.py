"""Words for skills that nobody knows yet, and words that a company wrote about a person: kept, never guessed."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from marketplace.alumni.skills import learn
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.people import spelling
from matching.vocabulary import norm

LONGEST = 80
MOST_WAITING = 20


def readable(term: str) -> str:
    """Return a term as it is kept, or nothing for what cannot be a word: empty, too long, not to be shown."""
    tidied = spelling.tidy(term)
    return tidied if norm(tidied) and len(tidied) <= LONGEST and spelling.is_showable(tidied) else ""


async def keep(term: str, level: int, years: int, *, by: Actor) -> str:
    """Keep a person's unknown word until somebody has looked at it; return it as it is kept.

    Written again, the newest level and years count. Raises Invalid for what cannot be a word, and for more than 20.
    """
    by.must_be("alumnus")
    word = readable(term)
    if not word:
        raise Invalid(
            fields={"skill": Message(N_("Please write at most %(most)s characters."), {"most": LONGEST})}
        )
    async with db.transaction(person=by.person):
        await db.execute("select 1 from person where id = $1 for no key update", by.person)
        others = await db.fetchval(
            """select count(*) from skill_mention
               where person_id = $1 and place = 'skills' and key <> $2 and given_skill_id is null""",
            by.person,
            norm(word),
        )
        if others >= MOST_WAITING:
            text = N_("%(most)s of your words wait already. Please take one back first.")
            raise Invalid(fields={"skill": Message(text, {"most": MOST_WAITING})})
        await db.execute(
            """insert into skill_mention (key, term, place, person_id, level, years) values ($1, $2, 'skills', $3, $4, $5)
               on conflict (key, person_id, company_id, place)
               do update set term = excluded.term, level = excluded.level, years = excluded.years""",
            norm(word),
            word,
            by.person,
            level,
            years,
        )
        await queue([word])
    return word


async def take_back(mention: UUID, *, by: Actor) -> None:
    """Take an own waiting word off the list, or a word that a company wrote. Raises NotFound when it is not there."""
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        if not await db.execute(
            "delete from skill_mention where id = $1 and person_id = $2", mention, by.person
        ):
            raise NotFound


async def waiting(*, by: Actor) -> list[dict[str, Any]]:
    """Return a person's own words that are no skill yet, oldest first; `set_aside` tells that one will not become one."""
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        rows = await db.fetch(
            """select id, key, term, level, years from skill_mention
               where person_id = $1 and place = 'skills' and given_skill_id is null order by id""",
            by.person,
        )
        async with db.transaction(
            operator=True
        ):  # the queue is the operator's; of it, the person sees the own words
            aside = await db.fetch(
                "select key from skill_word where key = any($1::text[]) and status = 'set_aside'",
                [row["key"] for row in rows],
            )
    keys = {row["key"] for row in aside}
    return [{**dict(row), "set_aside": row["key"] in keys} for row in rows]


async def offered(held: Iterable[int], *, by: Actor) -> list[dict[str, Any]]:
    """Return what companies wrote of a person and the person does not have: `id`, `company`, `term`, `skill` (an id)."""
    by.must_be("alumnus")
    words, have = await learn(), set(held)
    async with db.transaction(person=by.person):
        rows = await db.fetch(
            """select m.id, m.term, c.name as company, c.name_en as company_en from skill_mention m
                 join company c on c.id = m.company_id
               where m.person_id = $1 and m.place = 'import' order by m.id""",
            by.person,
        )
    found = [{**dict(row), "skill": words.vocabulary.resolve(row["term"])} for row in rows]
    return [row for row in found if row["skill"] is not None and row["skill"].id not in have]


async def note_task_words(terms: Iterable[str], *, by: Actor) -> None:
    """Pass unknown words of a company's task on to the queue."""
    by.must_be("member")
    words = [word for word in map(readable, terms) if word]
    async with db.transaction(company=by.company):
        await db.executemany(
            """insert into skill_mention (key, term, place, company_id) values ($1, $2, 'task', $3) on conflict do nothing""",
            [(norm(word), word, by.company) for word in words],
        )
        await queue(words)


async def note_imported(company: UUID, words: Mapping[UUID, Iterable[str]]) -> None:
    """Keep what a company's file says of people, in the running transaction; unknown words go to the queue."""
    rows = [
        (norm(word), word, person, company)
        for person, terms in words.items()
        for term in terms
        if (word := readable(term))
    ]
    await db.executemany(
        """insert into skill_mention (key, term, place, person_id, company_id) values ($1, $2, 'import', $3, $4)
           on conflict do nothing""",
        rows,
    )
    known = (await learn()).vocabulary
    await queue(term for _, term, _, _ in rows if known.resolve(term) is None)


async def queue(terms: Iterable[str]) -> None:
    """Put words into the operator's queue, in the running transaction; the same word only once, however it is spelt."""
    wanted = {norm(term): term for term in terms}
    async with db.transaction(operator=True):
        await db.execute(
            """insert into skill_word (key, term) select * from unnest($1::text[], $2::text[]) as given (key, term)
               order by key on conflict (key) do nothing""",
            list(wanted),
            list(wanted.values()),
        )
        # Whoever accepts a word waits for this lock, so that its job finds what was written here; a word that was
        # accepted just before gets another job.
        rows = await db.fetch(
            "select id, status from skill_word where key = any($1::text[]) order by key for share",
            list(wanted),
        )
        for row in rows:
            if row["status"] == "accepted":
                await outbox.enqueue("alumni.word_accepted", word=str(row["id"]))
