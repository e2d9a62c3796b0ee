"""Both sides review each other, double-blind: neither reads the other's words before writing its own."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts import sides, words
from marketplace.core import db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.reviews import notices  # noqa: F401 - declares the wording of what is told here

MOST_WORDS = 2_000
HIDDEN_FOR = timedelta(days=7)
BEST = 5
ENDED = ("approved", "paid", "resolved")
AT_ONCE = 500


def may_review(contract: Any) -> bool:
    """Tell whether a contract has come so far that its sides know each other's work."""
    started = contract["cancelled_at"] is not None and contract["cancelled_at"] >= contract["starts_at"]
    return contract["status"] in ENDED or (contract["status"] == "cancelled" and started)


def revealed_by(written_at: datetime) -> datetime:
    """Return when a review is shown although the other side has written none."""
    return written_at + HIDDEN_FOR


async def write(contract: UUID, rating: int, text: str = "", *, by: Actor) -> None:
    """Review the other side once, with 1 to 5 stars; the second review shows both.

    Raises Invalid for the rating or the text, Conflict when the contract is not that far, when this side has
    written already, or when the other's review was shown because this side waited too long.
    """
    if not 1 <= rating <= BEST:
        raise Invalid(fields={"rating": Message(N_("Please choose 1 to 5 stars."))})
    text = words.check("words", text, MOST_WORDS, least=0)
    async with db.transaction(**by.scope):
        row = await (sides.of_decider if by.kind == "member" else sides.of_alumnus)(contract, by=by)
        if not may_review(row):
            raise Conflict(N_("Reviews are written when the work is done."))
        async with db.transaction(operator=True):
            await _write(row, _side(by), rating, text)
        await activity.record(
            "reviewed", f"contract:{contract}", by=by, company=row["company_id"], person=row["person_id"]
        )


async def reveal_due() -> int:
    """Show the reviews that have waited seven days for the other side's (a sweep); return how many."""
    async with db.transaction(operator=True):
        contracts = await db.fetch(
            """select distinct contract_id from review where revealed_at is null and written_at <= business_now() - $1::interval
               limit $2""",
            HIDDEN_FOR,
            AT_ONCE,
        )
    shown = 0
    for each in contracts:
        async with db.transaction(operator=True):
            row = await _held(each["contract_id"])
            shown += await _reveal(row)
    return shown


async def remind() -> int:
    """Remind the side that has not written a day before it no longer can (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update review set reminded_at = business_now()
               where revealed_at is null and reminded_at is null
                 and written_at between business_now() - $1::interval and business_now() - $1::interval + interval '1 day'
               returning contract_id, side, written_at""",
            HIDDEN_FOR,
        )
        for found in rows:
            row = await _held(found["contract_id"])
            tell = sides.tell_alumnus if found["side"] == "company" else sides.tell_company
            await tell(row, "review.waiting", title=row["title"], until=revealed_by(found["written_at"]))
    return len(rows)


def _side(by: Actor) -> str:
    return "company" if by.kind == "member" else "alumnus"


async def _held(contract: UUID) -> Any:
    """Hold the contract, so that two sides who write at once both see the other's review."""
    return await db.fetchrow("select * from contract where id = $1 for update", contract)


async def _write(row: Any, side: str, rating: int, text: str) -> None:
    await _held(row["id"])
    if await db.fetchval(
        "select true from review where contract_id = $1 and revealed_at is not null limit 1", row["id"]
    ):
        raise Conflict(N_("The other side's review is shown already, so no review can be added any more."))
    written = await db.execute(
        """insert into review (contract_id, company_id, person_id, side, rating, words)
           values ($1, $2, $3, $4, $5, $6) on conflict (contract_id, side) do nothing""",
        row["id"],
        row["company_id"],
        row["person_id"],
        side,
        rating,
        text,
    )
    if not written:
        raise Conflict(N_("You have written your review already."))
    if await db.fetchval("select count(*) = 2 from review where contract_id = $1", row["id"]):
        await _reveal(row)


async def _reveal(row: Any) -> int:
    shown = await db.fetch(
        "update review set revealed_at = business_now() where contract_id = $1 and revealed_at is null returning side",
        row["id"],
    )
    for review in shown:
        tell = sides.tell_alumnus if review["side"] == "company" else sides.tell_company
        await tell(row, "review.revealed", title=row["title"])
    if shown:
        await activity.record(
            "reviews_shown",
            f"contract:{row['id']}",
            by=SYSTEM,
            company=row["company_id"],
            person=row["person_id"],
        )
        await projection.soon(row["person_id"])
    return len(shown)
