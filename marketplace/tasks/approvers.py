"""Who decides about money above a unit's limit: an owner or approver who has not asked for it."""

from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict
from marketplace.tasks.moving import APPROVERS


async def others_who_approve(company: UUID, *asking: UUID | None) -> list[UUID]:
    """Return the members who may approve what others ask for. Raises Conflict when there is nobody."""
    rows = await db.fetch(
        """select id from member
           where company_id = $1 and status = 'active' and roles && $2::text[] and id <> all($3::uuid[])""",
        company,
        list(APPROVERS),
        [member for member in asking if member is not None],
    )
    if not rows:
        raise Conflict(
            N_(
                "This is above the unit's limit, and nobody else may approve it. Ask the owner to add an approver."
            )
        )
    return [row["id"] for row in rows]
