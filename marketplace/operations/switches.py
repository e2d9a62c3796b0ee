"""The operator's emergency stops: one person stops, another one starts again, each with a reason that is kept."""

from typing import Any

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound

LONGEST_REASON = 300
_STOP = """update kill_switch set stopped_at = business_now(), stopped_by = $2, stopped_ref = $3, reason = $4
  where name = $1"""
_START = (
    "update kill_switch set stopped_at = null, stopped_by = '', stopped_ref = '', reason = '' where name = $1"
)
_READ = """select *, stopped_at is not null and stopped_ref = $1 and
    (select count(*) from person where is_operator) > 1 as needs_another
  from kill_switch"""


async def every_switch(*, by: Actor) -> list[Any]:
    """Return every switch: name, stopped_at, stopped_by, reason, and whether somebody else has to start it again."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return list(await db.fetch(f"{_READ} order by name", by.ref))


async def stop(name: str, reason: str, *, by: Actor) -> None:
    """Stop payouts or reserves. Raises Invalid without a reason, Conflict when it is stopped already."""
    by.must_be("operator")
    reason = _must_say_why(reason)
    async with db.transaction(operator=True):
        await _hold(name, stopped=False, by=by)
        await db.execute(_STOP, name, by.name, by.ref, reason)
        await record("switch.stopped", f"switch:{name}", by=by, reason=reason)


async def restart(name: str, reason: str, *, by: Actor) -> None:
    """Let it run again.

    Raises Invalid without a reason, Conflict when it runs already, NotAllowed for the one who stopped it, unless he is
    the only operator.
    """
    by.must_be("operator")
    reason = _must_say_why(reason)
    async with db.transaction(operator=True):
        row = await _hold(name, stopped=True, by=by)
        if row["needs_another"]:
            raise NotAllowed(N_("You stopped it, so another operator has to start it again."))
        await db.execute(_START, name)
        await record("switch.restarted", f"switch:{name}", by=by, reason=reason)


def _must_say_why(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    return reason


async def _hold(name: str, *, stopped: bool, by: Actor) -> Any:
    row = await db.fetchrow(f"{_READ} where name = $2 for update", by.ref, name)
    if row is None:
        raise NotFound
    if (row["stopped_at"] is not None) != stopped:
        raise Conflict(N_("Somebody else has turned this switch already."))
    return row
