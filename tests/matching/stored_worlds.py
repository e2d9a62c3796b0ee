"""Worlds in the real database: people written as the projection writes them, read back as the matcher."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID, uuid4

import asyncpg

from marketplace.core import db
from matching import rows, score, sql
from matching.entry import entry_of
from matching.model import Profile
from matching.question import Question


async def keep(owner: asyncpg.Connection, people: Sequence[Profile], today: date) -> None:
    """Write people's rows past the policies and the foreign keys: the networks exist only here."""
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        await owner.executemany(rows.KEEP_PROFILE, [rows.profile_row(person) for person in people])
        await owner.executemany(rows.KEEP_ENTRY, [rows.entry_row(person, today) for person in people])


async def asked(question: Question, limit: int) -> list[tuple[UUID, int, int]]:
    """Return (person, met, score) of the best people by SQL, stage by stage."""
    found: list[tuple[UUID, int, int]] = []
    async with db.transaction(company=question.need.company_id), db.matcher():
        for met in sql.stages(question):
            query = sql.ranked(question, met, limit - len(found))
            best = await db.fetch(query.text, *query.parameters)
            found += [(UUID(str(row["person_id"])), met, row["score"]) for row in best]
            if len(found) >= limit:
                break
    return found


def specified(
    question: Question, people: Iterable[Profile], today: date, limit: int
) -> list[tuple[UUID, int, int]]:
    """Return the same by the specification."""
    entries = [entry_of(person, today) for person in people]
    scored = [
        (
            entry.person_id,
            score.met(question, entry),
            sum(score.points(question, entry)) + score.text_points(question, None),
        )
        for entry in entries
        if score.shut(question, entry) is None
    ]
    return sorted(scored, key=lambda one: (-one[1], -one[2], one[0]))[:limit]


async def counted(question: Question) -> Counter[tuple[str | None, int]]:
    """Return how many people are kept out, by gate and by required skills met."""
    query = sql.counted(question)
    async with db.transaction(company=question.need.company_id), db.matcher():
        found = await db.fetch(query.text, *query.parameters)
    return Counter({(row["gate"], row["met"]): row["people"] for row in found})


async def fitting(questions: Sequence[Question]) -> list[tuple[int, int]]:
    """Return how many people fit each question, and how many of them have all required skills."""
    query = sql.fitting(questions)
    async with db.transaction(company=questions[0].need.company_id), db.matcher():
        row = await db.fetchrow(query.text, *query.parameters)
    assert row is not None
    return [(row[f"fit_{n}"], row[f"full_{n}"]) for n in range(len(questions))]


async def plan(query: sql.Query) -> str:
    """Return the plan that the matcher gets for a query."""
    async with db.transaction(), db.matcher():
        lines = await db.fetch("explain " + query.text, *query.parameters)
    return "\n".join(line[0] for line in lines)


def network() -> UUID:
    """Return the id of a network that nobody else uses."""
    return uuid4()
