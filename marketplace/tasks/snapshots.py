"""How rare each skill is in a network, as it stood on a day: within a snapshot nobody's coming or going moves others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.outbox import Job
from matching.rows import HELD_BASE
from matching.weights import WEIGHTS_V2, Weights, adjusted, idf

KEPT_DAYS = 400
BATCH = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A network on a day: how many people, and the rarity of each skill that somebody has."""

    made_on: date
    people: int
    rarities: Mapping[int, int]

    def weights(self, points: Mapping[str, int]) -> Weights:
        """Return the weights with a task's own points, their version naming the day of this snapshot."""
        given = adjusted(WEIGHTS_V2, points)
        return replace(given, version=f"{given.version}/{self.made_on.isoformat()}")


async def latest(company: UUID) -> Snapshot:
    """Return the newest snapshot of a network, made now where there is none yet; in the company's scope."""
    row = await _newest(company)
    if row is None:
        await make(company)
        row = await _newest(company)
    assert row is not None
    counts = {int(skill): people for skill, people in row["skills"].items()}
    return Snapshot(row["made_on"], row["people"], MappingProxyType(idf(counts, row["people"])))


async def make(company: UUID) -> None:
    """Count a network's skills as of today; what was counted today already stays."""
    async with db.matcher():
        people = await db.fetchval("select count(*) from match_entry where company_id = $1", company)
        counts = await db.fetch(
            f"""select held / {HELD_BASE} as skill, count(*) as people
                from match_entry cross join lateral unnest(skills) as held where company_id = $1 group by 1 order by 1""",
            company,
        )
    await db.execute(
        """insert into matching_snapshot (company_id, made_on, people, skills) values ($1, $2, $3, $4)
           on conflict do nothing""",
        company,
        await clock.today(),
        people,
        {str(row["skill"]): row["people"] for row in counts},
    )


async def _newest(company: UUID) -> Mapping[str, Any] | None:
    return await db.fetchrow(
        "select made_on, people, skills from matching_snapshot where company_id = $1 order by made_on desc limit 1",
        company,
    )


async def make_due() -> int:
    """Ask for today's snapshot of every network that has been ranked before; forget very old ones (a sweep)."""
    async with db.transaction(operator=True):
        today = await clock.today()
        due = await db.fetch(
            """select company_id from matching_snapshot group by company_id having max(made_on) < $1
               order by company_id limit $2""",
            today,
            BATCH,
        )
        for row in due:
            await outbox.enqueue(
                "matching.snapshot",
                dedupe=f"matching.snapshot:{row['company_id']}:{today}",
                company=str(row["company_id"]),
            )
        await db.execute("delete from matching_snapshot where made_on < $1::date - $2::int", today, KEPT_DAYS)
    return len(due)


@outbox.handles("matching.snapshot")
async def make_one(job: Job, company: str) -> None:
    """Make today's snapshot of a network."""
    async with db.transaction(company=company):
        await make(UUID(company))
        await job.finish()
