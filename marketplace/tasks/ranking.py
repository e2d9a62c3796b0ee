"""Rank a company's alumni for a task, as the matcher, and keep the matches of its version."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.tasks import brief as briefs
from matching import sql
from matching.model import Need, Profile, Ranking
from matching.rank import rank
from matching.weights import idf

MOST_MATCHES = 50
PER_SEAT = 9


async def rank_task(row: dict[str, Any]) -> Ranking:
    """Rank for a held task and store the matches of its version; in the company's scope.

    Who meets a gate is not among the matches; the task keeps only how many each gate kept out.
    """
    need = await need_of(row)
    ranking = await ranked(need, limit=max(MOST_MATCHES, PER_SEAT * row["seats"]))
    await _store(row, ranking)
    return ranking


async def need_of(row: dict[str, Any]) -> Need:
    """Return what the task asks of people; its poster is never among them."""
    poster = await db.fetchval("select person_id from member where id = $1", row["posted_by"])
    return briefs.from_row(row).need(row["id"], row["company_id"], unit=row["unit_id"], poster=poster)


async def ranked(need: Need, *, limit: int = MOST_MATCHES) -> Ranking:
    """Read the candidates as the matcher role, which sees `match_profile` and nothing else, and rank them."""
    query = sql.candidates(need)
    now = await clock.now()
    async with db.matcher():
        rows = await db.fetch(query.text, *query.parameters)
        rarities = await _rarities(need.company_id, _skills(need))
    return rank(need, (sql.profile_from_row(row) for row in rows), rarities, now, limit=limit)


async def judged(need: Need, people: Collection[UUID]) -> Ranking:
    """Rank these people of the need's network and nobody else."""
    now = await clock.now()
    async with db.matcher():
        rows = await db.fetch(
            "select company_id, person_id, profile::text as profile from match_profile where company_id = $1 and person_id = any($2::uuid[])",
            need.company_id,
            list(people),
        )
        rarities = await _rarities(need.company_id, _skills(need))
    return rank(need, (sql.profile_from_row(row) for row in rows), rarities, now, limit=len(people))


def _skills(need: Need) -> set[int]:
    return {skill.skill for skill in (*need.musts, *need.nices)}


async def _rarities(company: UUID, wanted: set[int]) -> dict[int, int]:
    """Count in the network who has each wanted skill at all; a rare skill weighs more."""
    if not wanted:
        return {}
    people = await db.fetchval("select count(*) from match_profile where company_id = $1", company)
    rows = await db.fetch(
        """select code / 8 as skill, count(*) as people
           from match_profile cross join lateral unnest(skill_codes & $2::int[]) as code
           where company_id = $1 and skill_codes && $2::int[] group by 1""",
        company,
        [skill * sql.CODE_BASE + level for skill in sorted(wanted) for level in range(1, sql.MAX_LEVEL + 1)],
    )
    return idf({row["skill"]: row["people"] for row in rows}, people)


async def _store(row: dict[str, Any], ranking: Ranking) -> None:
    await db.execute(
        "delete from task_match where task_id = $1 and task_version = $2", row["id"], row["version"]
    )
    await db.executemany(
        """insert into task_match (company_id, task_id, task_version, person_id, rank, score, stage, stages, components,
             reasons, weights_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        [
            (
                row["company_id"], row["id"], row["version"], match.person_id, place, match.score, match.met,
                len(row["musts"]), [list(component) for component in match.components],
                [*match.reasons, *match.checks], ranking.weights_version,
            )
            for place, match in enumerate(ranking.matches, start=1)
        ],
    )  # fmt: skip
    facts = {
        "matched": len(ranking.matches),
        "gated": dict(ranking.gated),
        "considered": len(ranking.matches) + sum(ranking.gated.values()),
        "weights": ranking.weights_version,
    }
    await db.execute("update task set ranking = $2 where id = $1", row["id"], facts)


async def match_of(task: UUID, version: int, person: UUID) -> dict[str, Any] | None:
    """Return the stored match of a person, or None."""
    found = await db.fetchrow(
        """select rank, score, components, reasons, weights_version from task_match
           where task_id = $1 and task_version = $2 and person_id = $3""",
        task,
        version,
        person,
    )
    return dict(found) if found else None


async def profile_of(need: Need, person: UUID) -> tuple[Profile | None, dict[int, int]]:
    """Return one person's profile in the need's network, and the rarities of the wanted skills."""
    return await profile_in(need.company_id, person, _skills(need))


async def profile_in(company: UUID, person: UUID, wanted: set[int]) -> tuple[Profile | None, dict[int, int]]:
    """Return one person's profile in a network, and the rarities of some skills there."""
    async with db.matcher():
        row = await db.fetchrow(
            "select company_id, person_id, profile::text as profile from match_profile where company_id = $1 and person_id = $2",
            company,
            person,
        )
        rarities = await _rarities(company, wanted)
    return (sql.profile_from_row(row) if row else None), rarities
