"""Move the business clock and let everything that has come due happen: the sandbox's side, then every sweep."""

from datetime import datetime, timedelta
from urllib.error import URLError

from marketplace import schedule
from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Unavailable
from marketplace.core.settings import settings
from payouts.sandbox.control import Control


async def advance(by: timedelta) -> datetime:
    """Move the clock forward here and at the sandbox, run every sweep once, and return the new time."""
    now = await clock.advance(by)
    await follow()
    await schedule.run_all()
    return now


async def move(by: timedelta) -> datetime:
    """Move the clock forward here and at the sandbox, and leave the sweeps to a worker; return the new time."""
    async with db.transaction(operator=True):
        now = await clock.advance(by)
        await outbox.enqueue("sweeps.run", queue="work")
    await follow()
    return now


async def follow() -> None:
    """Tell the sandbox our offset; raises Unavailable when it does not answer."""
    if not settings().sandbox or not settings().stripe_api_base:
        return
    async with db.transaction(operator=True):
        offset = await clock.offset()
    try:
        Control(settings().stripe_api_base).set_clock(int(offset.total_seconds()))
    except URLError as error:
        raise Unavailable(N_("The Stripe sandbox does not answer.")) from error


async def now() -> datetime:
    """Return the business time."""
    async with db.transaction(operator=True):
        return await clock.now()
