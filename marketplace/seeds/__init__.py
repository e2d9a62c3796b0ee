"""The demo world: made-up people with real skills, planted through the real actions."""

from marketplace.seeds import alumni, companies, fates, history, topups
from marketplace.seeds.briefs import specs
from marketplace.seeds.steps import Planted


async def plant() -> None:
    """Plant two companies, 400 alumni and 30 tasks with their money, over three weeks that end now."""
    await history.begin()
    operator = await companies.operator()
    firms = await companies.open_companies(by=operator)
    await alumni.plant({slug: firm.id for slug, firm in firms.items()})
    await topups.top_up(firms)
    await fates.live_through([Planted(spec, firms[spec.company], operator) for spec in specs()])
