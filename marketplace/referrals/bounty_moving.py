"""The states of a bounty, and moving it: hold its row, then compare and swap."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.core.lifecycle import Actor as Role
from marketplace.core.lifecycle import Lifecycle
from marketplace.core.lifecycle import move as transition

POSTERS = ("owner", "manager", "recruiter")


class Bounty(StrEnum):
    """Where a bounty stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"
    EXPIRED = "expired"


_OFFERED = {Bounty.PUBLISHED, Bounty.PAUSED}

# `pause` by the clock: the nightly question to the policy was not answered with allow any more.
BOUNTY = Lifecycle(
    Bounty.DRAFT,
    [
        transition("publish", {Bounty.DRAFT}, Bounty.PUBLISHED, Role.MEMBER),
        transition("pause", {Bounty.PUBLISHED}, Bounty.PAUSED, Role.MEMBER, Role.CLOCK),
        transition("resume", {Bounty.PAUSED}, Bounty.PUBLISHED, Role.MEMBER),
        transition("close", _OFFERED, Bounty.CLOSED, Role.MEMBER),
        transition("expire", _OFFERED, Bounty.EXPIRED, Role.CLOCK, deadline="closes_on"),
    ],
)


async def hold_managed(bounty: UUID, *, by: Actor) -> dict[str, Any]:
    """Hold a bounty that this member may change until the transaction ends. Raises NotFound or NotAllowed."""
    by.must_have(*POSTERS)
    row = await db.fetchrow(
        """select b.*, c.country as company_country from bounty b join company c on c.id = b.company_id
           where b.id = $1 and b.company_id = $2 for update of b""",
        bounty,
        by.company,
    )
    if row is None:
        raise NotFound
    must_manage(row["unit_id"], by)
    return dict(row)


def must_manage(unit: UUID, by: Actor) -> None:
    """Admit owners, recruiters, and the managers of the unit or of all units. Raises NotAllowed."""
    by.must_have(*POSTERS)
    if by.unit not in {None, unit} and not by.roles & {"owner", "recruiter"}:
        raise NotAllowed(N_("This bounty belongs to another unit. Ask its manager."))


async def move(bounty: UUID, name: str, **columns: Any) -> dict[str, Any]:
    """Make a named move, writing `columns` with it; raise Conflict if it does not start here."""
    sources = BOUNTY.sources(name)
    target = BOUNTY.target(name, next(iter(sources)))
    changes = "".join(f", {column} = ${number}" for number, column in enumerate(columns, start=4))
    row = await db.fetchrow(
        f"""update bounty set status = $2, updated_at = business_now(){changes}
            where id = $1 and status = any($3::text[]) returning *""",
        bounty,
        target,
        sorted(sources),
        *columns.values(),
    )
    if row is None:
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
    return dict(row)
