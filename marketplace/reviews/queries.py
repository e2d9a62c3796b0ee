"""Read reviews: row-level security alone keeps the other side's words hidden until they are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.contracts import private
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.reviews.actions import may_review, revealed_by


@dataclass(frozen=True, slots=True)
class Reviews:
    """The two reviews of a contract as one side may see them, and whether it may write now.

    `shown_by` is when a hidden review of one's own is shown at the latest.
    """

    mine: dict[str, Any] | None
    theirs: dict[str, Any] | None
    may_write: bool
    shown_by: datetime | None


async def of_contract(contract: Any, *, by: Actor) -> Reviews:
    """Return the reviews of a contract (its row) for one of its sides."""
    side = "company" if by.kind == "member" else "alumnus"
    async with db.transaction(**by.scope):
        rows = await db.fetch("select * from review where contract_id = $1", contract["id"])
    found = {row["side"]: private.told(row, "words", by=by) for row in rows}
    mine = found.pop(side, None)
    theirs = next(iter(found.values()), None)
    hidden = mine is not None and mine["revealed_at"] is None
    return Reviews(
        mine,
        theirs,
        may_write=mine is None and theirs is None and may_review(contract),
        shown_by=revealed_by(mine["written_at"]) if mine and hidden else None,
    )
