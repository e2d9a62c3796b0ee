"""A company's month with everything in it that a closing package holds, made by the real actions."""

from dataclasses import dataclass
from datetime import date

from marketplace import schedule
from marketplace.contracts import acceptance
from marketplace.core import clock, db, outbox
from marketplace.funds import statements
from payouts.statements import months, platform_invoices
from tests.factories import contracts
from tests.factories.billing import opened
from tests.factories.companies import colleague
from tests.factories.statements import go_to, reach_the_bank
from tests.payouts.statements.test_twelve_months import Year

assert schedule.SWEEPS  # its imports register the jobs


@dataclass(frozen=True)
class Closed:
    """A company and its month that is over."""

    scene: contracts.Scene
    month: date


async def busy(*, bounty: bool = True) -> contracts.Scene:
    """A company with one contract that was approved and paid, and an invoice for a success."""
    scene = await contracts.scene(balance=500_000)
    contract = await contracts.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    items = await contracts.rows("select id from payable_item where payer = $1", f"company:{scene.company}")
    await reach_the_bank(str(scene.person), [item["id"] for item in items])
    if bounty:
        await opened(company=str(scene.company), person=str(scene.person))
    return scene


async def running() -> date:
    """Return the running business month."""
    async with db.transaction(operator=True):
        return months.first_of(await clock.today())


async def over(*scenes: contracts.Scene) -> date:
    """Let the month end, and make and send what is to be made; return the month."""
    month = await running()
    await go_to(months.last_moment(month))
    for scene in scenes:
        finance = await colleague(scene.owner, scene.slug, "finance")
        for kind in ("make", "send"):
            await statements.start(month, kind, by=finance)
            while await outbox.work_one("work"):
                pass
    await platform_invoices.make_month(month)
    return month


async def closed() -> Closed:
    """Return a company's month that is over, with its statements, invoices and register."""
    scene = await busy()
    return Closed(scene, await over(scene))


async def by_chance(scene: contracts.Scene, year: Year) -> date:
    """Let chance fill the running month: fees, cancellations, bounties, days of one base, payouts that come back."""
    year.company = str(scene.company)
    await year.month()
    return await over(scene)
