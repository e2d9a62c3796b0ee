"""How rare each skill is in a network, as it stood on a day: within a snapshot nobody's coming or going moves others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.outbox import Job
from marketplace.tasks import texts
from matching.rows import HELD_BASE
from matching.text import TextStatistics
from matching.weights import WEIGHTS_V2, Weights, adjusted, idf

KEPT_DAYS = 400
BATCH = 500
MOST_READ = 32


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A network on a day: how many people, the rarity of each skill that somebody has, and of words (once counted)."""

    made_on: date
    people: int
    rarities: Mapping[int, int]
    text: TextStatistics | None

    def weights(self, points: Mapping[str, int]) -> Weights:
        """Return the weights with a task's own points, their version naming the day of this snapshot and its words."""
        given = adjusted(WEIGHTS_V2, points)
        words = "+text" if self.text else ""
        return replace(given, version=f"{given.version}/{self.made_on.isoformat()}{words}")


async def latest(company: UUID) -> Snapshot:
    """Return the newest snapshot of a network, made now where there is none yet; in the company's scope."""
    key = await _newest(company)
    if key is None:
        await make(company)
        # The words of all profiles take a while to count: a job does it, and until then no text moves anybody.
        await outbox.enqueue("matching.snapshot", company=str(company))
        key = await _newest(company)
    assert key is not None
    if key not in _read:
        while len(_read) >= MOST_READ:
            del _read[next(iter(_read))]
        _read[key] = await _snapshot(company, key[1])
    return _read[key]


Key = tuple[UUID, date, str]
_read: dict[Key, Snapshot] = {}
"""What this process has read, by network, day and row version: a row that was taken back has another."""


async def _newest(company: UUID) -> Key | None:
    row = await db.fetchrow(
        "select made_on, xmin::text as version from matching_snapshot where company_id = $1 order by made_on desc limit 1",
        company,
    )
    return (company, row["made_on"], row["version"]) if row else None


async def _snapshot(company: UUID, made_on: date) -> Snapshot:
    row = await db.fetchrow(
        "select people, skills, text from matching_snapshot where company_id = $1 and made_on = $2",
        company,
        made_on,
    )
    assert row is not None
    counts = {int(skill): people for skill, people in row["skills"].items()}
    text = TextStatistics.from_json(row["text"]) if row["text"] else None
    return Snapshot(made_on, row["people"], MappingProxyType(idf(counts, row["people"])), text)


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
    """Make today's snapshot of a network, with its words."""
    async with db.transaction(company=company):
        await make(UUID(company))
        statistics = await texts.statistics_of(UUID(company))
        await db.execute(
            "update matching_snapshot set text = $3 where company_id = $1 and made_on = $2 and text = '{}'",
            UUID(company),
            await clock.today(),
            statistics.to_json(),
        )
        await job.finish()
