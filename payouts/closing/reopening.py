"""A closed month is opened again by two people: one asks and says why, another one grants it or refuses."""

from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, NotAllowed
from payouts.closing import months


async def ask(owner: str, month: date, *, reason: str, ref: str, name: str) -> None:
    """Ask for a closed month to be opened again. Raises Conflict when it is not closed, or somebody has asked already."""
    held = await months.hold(owner, month)
    if held.status != "closed":
        raise Conflict(N_("This month is not closed."))
    later = await months.later_closed(owner, month)
    if later is not None:
        raise Conflict(
            N_("A later month is closed, and its balances rest on this one. Open the later one again first.")
        )
    made = await db.execute(
        """insert into reopening (owner, month, version, reason, asked_by, asked_name) values ($1, $2, $3, $4, $5, $6)
           on conflict do nothing""",
        *(owner, month, held.version, reason, ref, name),
    )
    if not made:
        raise Conflict(N_("Somebody has asked for this already; a second person has to decide."))


async def grant(owner: str, month: date, *, ref: str, name: str) -> Any:
    """Grant what somebody else has asked for, and open the month; return the request. Raises Conflict, NotAllowed."""
    held = await months.hold(owner, month)
    asked = await _asked(owner, month)
    if asked["asked_by"] == ref:
        raise NotAllowed(N_("Somebody else has to grant what you have asked for."))
    if await months.later_closed(owner, month) is not None:
        raise Conflict(
            N_("A later month is closed, and its balances rest on this one. Open the later one again first.")
        )
    await _decide(asked, "granted", ref=ref, name=name)
    await db.execute(
        f"""update {months.table(owner)} set status = 'open', reopened_at = business_now(), reopened_by = $3, reopened_reason = $4
            where owner = $1 and month = $2 and status = 'closed' and version = $5""",
        *(owner, month, name, asked["reason"], held.version),
    )
    return asked


async def refuse(owner: str, month: date, *, answer: str, ref: str, name: str) -> Any:
    """Refuse what somebody else has asked for, or take one's own request back; return it. Raises Conflict."""
    await months.hold(owner, month)
    asked = await _asked(owner, month)
    status = "withdrawn" if asked["asked_by"] == ref else "refused"
    await _decide(asked, status, ref=ref, name=name, answer=answer)
    return asked


async def waiting(owner: str, month: date) -> Any | None:
    """Return the request that waits for a second person, or None."""
    return await db.fetchrow(
        "select * from reopening where owner = $1 and month = $2 and status = 'asked'", owner, month
    )


async def history(owner: str, month: date) -> list[Any]:
    """Return the last requests of a month, the newest first."""
    sql = "select * from reopening where owner = $1 and month = $2 order by id desc limit 20"
    return await db.fetch(sql, owner, month)


async def _asked(owner: str, month: date) -> Any:
    row = await waiting(owner, month)
    if row is None:
        raise Conflict(N_("Nobody asks for this month to be opened again."))
    return row


async def _decide(asked: Any, status: str, *, ref: str, name: str, answer: str = "") -> None:
    await db.execute(
        """update reopening set status = $2, decided_by = $3, decided_name = $4, decided_at = business_now(), answer = $5
           where id = $1""",
        *(asked["id"], status, ref, name, answer),
    )
