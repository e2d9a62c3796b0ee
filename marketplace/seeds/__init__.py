"""The demo world: made-up people with real skills, planted through the real actions."""

import asyncio
from pathlib import Path

from marketplace.core import db
from marketplace.core.errors import N_, Conflict
from marketplace.seeds import alumni, companies, fates, history, lives, plans, referral_fates, topups
from marketplace.seeds.briefs import specs
from marketplace.seeds.steps import Planted


async def plant(*, mark: Path | None = None) -> None:
    """Plant two companies, 400 alumni, 31 tasks and 18 referrals with their money, over three weeks that end now.

    `mark` is a file that says from now on that planting has begun here. Raises Conflict for a database that has companies already.
    """
    async with db.transaction(operator=True):
        if await db.fetchval("select exists (select from company)"):
            raise Conflict(
                N_("This database has companies already: the demo world needs an empty one (make reset).")
            )
    if mark is not None:
        await asyncio.to_thread(mark.touch)
    await history.begin()
    operator = await companies.operator()
    firms = await companies.open_companies(by=operator)
    await alumni.plant({slug: firm.id for slug, firm in firms.items()})
    await topups.top_up(firms)
    tasks = fates.lives([Planted(spec, firms[spec.company], operator) for spec in specs()])
    await lives.live_through([*tasks, *referral_fates.lives(firms, operator), *await plans.lives(firms)])
