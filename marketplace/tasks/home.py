"""What an alumnus's home shows: what waits for him, his time, his money, his work."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.alumni import queries as alumni
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import Money
from marketplace.tasks import board
from marketplace.tasks.board import Offer
from matching.availability import week_hours, week_mask
from payouts import queries as payouts

_RESERVED = ("concluded", "running", "delivered", "changes_requested", "disputed")


@dataclass(frozen=True, slots=True)
class Free:
    """What a person said of his time: hours a week, and how many days ago he confirmed it."""

    hours: int
    confirmed_days_ago: int | None


@dataclass(frozen=True, slots=True)
class Home:
    """One look at everything that concerns a person today."""

    today: date
    now: datetime
    offers: list[Offer]
    applications: list[dict[str, Any]]
    free: Free
    reserved: Money
    earnings: payouts.Earnings
    work: list[dict[str, Any]]
    board_count: int
    fitting: list[Offer]


async def home(*, by: Actor) -> Home:
    """Return the home of an alumnus."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        profile = await alumni.my_profile(by=by)
        work = await board.contracts(by=by, open_only=True)
        counts = await board.counts(by=by)
        now = await clock.now()
        return Home(
            today=clock.day_of(now),
            now=now,
            offers=await board.invited(by=by),
            applications=[
                each for each in await board.applications(by=by) if each["status"] == "needs_reconfirm"
            ],
            free=_free(profile, now),
            reserved=Money.total(
                Money(row["price_amount"] + row["tax_amount"] - row["withheld_amount"], row["currency"])
                for row in work
                if row["status"] in _RESERVED
            ),
            earnings=await payouts.earnings(str(by.person)),
            work=work,
            board_count=counts["board"],
            fitting=await board.best(by=by) if counts["board"] else [],
        )


def _free(profile: dict[str, Any], now: datetime) -> Free:
    spans = [
        (row["weekday"], f"{row['starts_at']:%H:%M}", _end(row["ends_at"]))
        for row in profile["week"]
        if row["kind"] == "free"
    ]
    confirmed = profile["availability_confirmed_at"]
    return Free(week_hours(week_mask(spans)), (now - confirmed).days if confirmed else None)


def _end(moment: Any) -> str:
    return "24:00" if f"{moment:%H:%M}" == "00:00" else f"{moment:%H:%M}"
