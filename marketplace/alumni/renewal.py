"""Make the numbers of people anew that age by themselves: the days ahead, how often they were shown, who answers."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from uuid import UUID

from marketplace.alumni import exposure
from marketplace.core import clock, db
from matching import rows

BATCH = 1_000


async def renew() -> int:
    """Renew entries that are not of today, up to a batch; return how many were (a sweep).

    So every night's work is spread from midnight on, and what a migration has left blank is filled.
    """
    async with db.transaction(operator=True):
        today = await clock.today()
        aged = await db.fetch(
            "select company_id, person_id from match_entry where entry_on < $1 order by entry_on limit $2",
            today,
            BATCH,
        )
    by_company: dict[UUID, list[UUID]] = defaultdict(list)
    for row in aged:
        by_company[row["company_id"]].append(row["person_id"])
    return sum([await _renew(company, people, today) for company, people in by_company.items()])


async def _renew(company: UUID, people: list[UUID], today: date) -> int:
    async with db.transaction(company=company):
        # Held first, read then: whoever projects one of them meanwhile waits, and writes the newer row.
        held = await db.fetch(
            """select person_id from match_entry where company_id = $1 and person_id = any($2::uuid[]) and entry_on < $3
               order by person_id for update skip locked""",
            company,
            people,
            today,
        )
        ours = [row["person_id"] for row in held]
        async with db.matcher():
            found = await db.fetch(
                f"{rows.READ_PROFILE} where company_id = $1 and person_id = any($2::uuid[])", company, ours
            )
        asked = await exposure.of(company, ours)
        fresh = []
        for row in found:
            lately = asked[row["person_id"]]
            fresh.append(
                replace(
                    rows.profile_from_row(row),
                    shown=lately.shown,
                    waiting=lately.waiting,
                    responses=lately.responses,
                )
            )
        await db.executemany(rows.RENEW_PROFILE, [rows.profile_row(profile) for profile in fresh])
        await db.executemany(rows.RENEW_ENTRY, [rows.entry_row(profile, today) for profile in fresh])
        return len(fresh)
