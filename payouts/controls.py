"""What only the operator may decide about one payout or operation. Runs in the operator's scope."""

from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, NotFound


async def approve(payout: UUID, *, by: str) -> None:
    """Approve a payout over the limit, or one that the provider refused, as the second person.

    Raises NotFound, Conflict when it does not wait for an approval.
    """
    if await db.execute(
        """update payout set approved_by = $2 where id = $1 and status in ('planned', 'held', 'failed', 'returned')
             and approved_by = ''""",
        payout,
        by,
    ):
        return
    if not await db.fetchval("select true from payout where id = $1", payout):
        raise NotFound
    raise Conflict(N_("This payout does not wait for an approval."))


async def retry_operation(op: UUID) -> None:
    """Let the janitor look at an operation that needs a person once more, then send it under a new key if it is absent.

    Raises NotFound, Conflict when it does not wait for a person.
    """
    if await db.execute(
        """update money_op set state = 'unknown', attempt = attempt + 1, next_run_at = business_now(),
             lease_until = null, finished_at = null where id = $1 and state = 'needs_human'""",
        op,
    ):
        return
    if not await db.fetchval("select true from money_op where id = $1", op):
        raise NotFound
    raise Conflict(N_("This operation does not wait for a person."))
