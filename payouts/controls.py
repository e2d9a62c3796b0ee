"""What only the operator may do: stop, let go on, approve, try again. Runs in the operator's scope."""

from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, NotFound


async def stop(switch: str, *, by: str, reason: str) -> None:
    """Stop `payouts` or `reserves` at once. Raises NotFound for another name."""
    if not await db.execute(
        "update kill_switch set stopped_at = business_now(), stopped_by = $2, reason = $3 where name = $1",
        switch,
        by,
        reason,
    ):
        raise NotFound


async def let_go_on(switch: str) -> None:
    """Lift a stop. Raises NotFound for another name."""
    if not await db.execute(
        "update kill_switch set stopped_at = null, stopped_by = '', reason = '' where name = $1", switch
    ):
        raise NotFound


async def approve(payout: UUID, *, by: str) -> None:
    """Approve a payout over the limit, or one that the provider refused, as the second person; Conflict if none waits."""
    if not await db.execute(
        """update payout set approved_by = $2 where id = $1 and status in ('planned', 'held', 'failed', 'returned')
             and approved_by = ''""",
        payout,
        by,
    ):
        raise Conflict(N_("This payout does not wait for an approval."))


async def retry_operation(op: UUID) -> None:
    """Let the janitor look at an operation that needs a person once more, then send it under a new key if it is absent.

    Raises Conflict when it does not wait for a person.
    """
    if not await db.execute(
        """update money_op set state = 'unknown', attempt = attempt + 1, next_run_at = business_now(),
             lease_until = null, finished_at = null where id = $1 and state = 'needs_human'""",
        op,
    ):
        raise Conflict(N_("This operation does not wait for a person."))
