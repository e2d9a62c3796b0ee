"""The operator's emergency stops: one press stops, a reason is kept, another starts again."""

from typing import Any

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound

LONGEST_REASON = 300
_STOP = "update kill_switch set stopped_at = business_now(), stopped_by = $2, reason = $3 where name = $1"
_START = "update kill_switch set stopped_at = null, stopped_by = '', reason = '' where name = $1"


async def every_switch(*, by: Actor) -> list[Any]:
    """Return every switch: name, stopped_at, stopped_by, reason."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return list(await db.fetch("select * from kill_switch order by name"))


async def stop(name: str, reason: str, *, by: Actor) -> None:
    """Stop payouts or reserves. Raises Invalid without a reason, Conflict when it is stopped already."""
    by.must_be("operator")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            fields={
                "reason": Message(
                    N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON}
                )
            }
        )
    async with db.transaction(operator=True):
        await _must_be(name, stopped=False)
        await db.execute(_STOP, name, by.name, reason)
        await record("switch.stopped", f"switch:{name}", by=by, reason=reason)


async def restart(name: str, *, by: Actor) -> None:
    """Let it run again. Raises Conflict when it runs already."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await _must_be(name, stopped=True)
        await db.execute(_START, name)
        await record("switch.restarted", f"switch:{name}", by=by)


async def _must_be(name: str, *, stopped: bool) -> None:
    row = await db.fetchrow("select stopped_at from kill_switch where name = $1 for update", name)
    if row is None:
        raise NotFound
    if (row["stopped_at"] is not None) != stopped:
        raise Conflict(N_("Somebody else has turned this switch already."))
