"""The one business clock: the database's now() plus one offset row, which production refuses to move."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.core import db
from marketplace.core.errors import N_, Invalid, NotAllowed
from marketplace.core.settings import settings

JST = ZoneInfo("Asia/Tokyo")


async def now() -> datetime:
    """Return the business time (aware, UTC), the same for the whole transaction."""
    found: datetime = await db.fetchval("select business_now()")
    return found


async def today() -> date:
    """Return the business day in Japan."""
    found: date = await db.fetchval("select business_today()")
    return found


async def offset() -> timedelta:
    """Return how far the business clock stands ahead of real time."""
    return timedelta(seconds=await db.fetchval("select offset_seconds from business_clock"))


async def advance(by: timedelta) -> datetime:
    """Move the business clock forward and return the new time. It never goes back; production refuses."""
    if settings().production:
        raise NotAllowed(N_("The business clock cannot be moved in production."))
    if not timedelta(0) < by <= timedelta(days=3660):
        raise Invalid(N_("The clock only moves forward, by at most ten years."))
    async with db.transaction(operator=True):
        await db.execute(
            "update business_clock set offset_seconds = offset_seconds + $1, moved_at = now()",
            int(by.total_seconds()),
        )
        return await now()


def day_of(moment: datetime) -> date:
    """Return the Japanese calendar day of a moment."""
    return moment.astimezone(JST).date()
