"""Whose claim it is to move: the company's members who may, the row held until the transaction ends."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound

RECRUITS = ("owner", "manager", "recruiter")
"""The roles that move claims for a company; a manager of a unit moves those to his unit's bounties."""

MOVED_ON = N_("This has changed in the meantime, so that step is no longer possible.")


async def held(claim: UUID, *, by: Actor, seen: str = "") -> dict[str, Any]:
    """Return a claim with its bounty's title and unit, locked, to one who may move it.

    `seen` is the state that the person acted on: if the claim has another one by now, somebody was quicker.
    Raises NotFound, NotAllowed, Conflict. Runs in the company's or, for the system, the operator's scope.
    """
    row = await db.fetchrow(
        """select c.*, b.title, b.unit_id, b.task_id, b.contact_id from claim c join bounty b on b.id = c.bounty_id
           where c.id = $1 and c.consented_at is not null and ($2::uuid is null or c.company_id = $2)
             and ($3::uuid is null or b.unit_id = $3) for update of c""",
        claim,
        by.company,
        unit_of(by),
    )
    if row is None:
        raise NotFound
    if by.kind != "system":
        by.must_have(*RECRUITS)
    if seen and row["status"] != seen:
        raise Conflict(MOVED_ON)
    return dict(row)


def unit_of(by: Actor) -> UUID | None:
    """Return the only unit that a member sees; None for all, as for owners and recruiters."""
    return None if by.roles & {"owner", "recruiter"} else by.unit
