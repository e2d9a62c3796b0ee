"""Who ranks: SQL, or for very large networks an index in memory; both give the same order as the specification."""

from uuid import UUID

from marketplace.core import db
from marketplace.tasks import resident
from matching import sql
from matching.question import Question

Ranked = tuple[UUID, int, int]
"""A person, how many of the required skills are met, and the score with its text as not compared."""


async def rank(question: Question, limit: int, people: int) -> list[Ranked]:
    """Return the best `limit` people of the question's network of about `people`, by whoever is fastest at that size."""
    index = await resident.index_of(question.need.company_id, people)
    if index is not None:
        return [(placed.person_id, placed.met, placed.score) for placed in index.top(question, limit)]
    return await by_sql(question, limit)


async def by_sql(question: Question, limit: int) -> list[Ranked]:
    """Return them by PostgreSQL as the matcher, stage by stage."""
    found: list[Ranked] = []
    async with db.matcher():
        for met in sql.stages(question):
            query = sql.ranked(question, met, limit - len(found))
            rows = await db.fetch(query.text, *query.parameters)
            found += [(row["person_id"], met, row["score"]) for row in rows]
            if len(found) >= limit:
                break
    return found


async def counts(question: Question) -> dict[str | None, dict[int, int]]:
    """Count the whole network by the first gate that is shut (None for who passes) and the required skills met."""
    query = sql.counted(question)
    async with db.matcher():
        rows = await db.fetch(query.text, *query.parameters)
    found: dict[str | None, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["gate"], {})[row["met"]] = row["people"]
    return found


async def fitting(questions: list[Question]) -> list[tuple[int, int]]:
    """Count for each question of one network who passes every gate, and who of them has all required skills."""
    query = sql.fitting(questions)
    async with db.matcher():
        row = await db.fetchrow(query.text, *query.parameters)
    assert row is not None
    return [(row[f"fit_{number}"], row[f"full_{number}"]) for number in range(len(questions))]
