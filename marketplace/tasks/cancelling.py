"""Stop a task: pause and resume it, be content with fewer people, cancel it."""

from typing import Any
from uuid import UUID, uuid4

from marketplace.activity import actions as activity
from marketplace.contracts import cancelling as contracts
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.tasks import notices, publishing
from marketplace.tasks.amounts import seat_of
from marketplace.tasks.concluding import turn_away
from marketplace.tasks.moving import MANAGERS, hold_managed, move
from payouts import funding

LONGEST_REASON = 500


async def pause(task: UUID, *, by: Actor) -> None:
    """Take nobody on and invite nobody until the task is resumed; what was invited or applied stays."""
    async with db.transaction(**by.scope):
        await hold_managed(task, by=by)
        await move(task, "pause")
        await activity.record("paused", f"task:{task}", by=by, company=by.company)


async def resume(task: UUID, *, by: Actor) -> None:
    """Go on with a paused task; the next wave is due at once.

    Raises Conflict when its offer has ended meanwhile, Shortfall when its money was released and is not there.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        now = await clock.now()
        if row["status"] == "paused" and row["expires_at"] <= now:
            raise Conflict(N_("The offer has ended meanwhile. Post it again with new dates."))
        await publishing.must_not_be_stopped(row["company_id"])
        await _set_aside_again(row)
        await move(task, "resume", next_wave_at=now if row["mode"] == "offer" else None)
        await activity.record("resumed", f"task:{task}", by=by, company=by.company)


async def _set_aside_again(row: dict[str, Any]) -> None:
    """Set aside what a stop of the company's publishing has released. Raises Shortfall."""
    open_seats = await db.fetchval(
        "select count(*) from seat where task_id = $1 and status = 'open'", row["id"]
    )
    await funding.reserve(
        str(row["company_id"]),
        task=str(row["id"]),
        version=f"{row['version']}-{uuid4().hex[:12]}",
        amount=(await seat_of(row)).reserve(open_seats),
    )


async def fill_partly(task: UUID, *, by: Actor) -> None:
    """Be content with the people who are there: the open seats are given up, their money is free again."""
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        if not await db.fetchval(
            "select exists (select from seat where task_id = $1 and status = 'taken')", task
        ):
            raise Conflict(N_("Nobody has taken a seat yet. Cancel the task instead."))
        await give_up_open_seats(row, reason=f"partly-{uuid4().hex[:12]}")
        await move(task, "fill_partly", next_wave_at=None)
        await activity.record("filled_partly", f"task:{task}", by=by, company=by.company)
        await turn_away(row, "task.filled_invited", "task.filled_applied")


async def price_of(task: UUID, *, by: Actor) -> Money:
    """Return what the alumni of a task get if it is cancelled now: the compensation of every contract under way."""
    async with db.transaction(**by.scope):
        prices = [await contracts.price_now(row) for row in await _under_way(task)]
        return Money.total(price.to_person for price in prices)


async def cancel(task: UUID, reason: str = "", *, shown: Money, by: Actor) -> None:
    """Cancel a task: open seats are released; what is concluded is cancelled too, with its compensation.

    Work that was handed in goes on to its approval and payment. `shown` is the compensation that the person was told:
    Conflict when time has changed it, or when the task has ended.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            fields={
                "reason": Message(N_("Please write at most %(most)s characters."), {"most": LONGEST_REASON})
            }
        )
    by.must_have(*MANAGERS)
    async with db.transaction(**by.scope):
        await _cancel_contracts(task, reason.strip(), shown, by)
        row = await hold_managed(task, by=by)
        if await _under_way(task):
            raise Conflict(N_("Somebody has just been taken on. Please look at the task again."))
        await move(task, "cancel", next_wave_at=None, publish_requested_at=None, funding_wanted_at=None)
        if row["status"] != "draft":
            await give_up_open_seats(row, reason="cancelled")
            await turn_away(row, "task.cancelled", "task.cancelled")
        await activity.record("cancelled", f"task:{task}", by=by, company=by.company, reason=reason.strip())


async def _under_way(task: UUID) -> list[Any]:
    return await db.fetch(
        "select * from contract where task_id = $1 and status in ('concluded', 'running') order by id", task
    )


async def _cancel_contracts(task: UUID, reason: str, shown: Money, by: Actor) -> None:
    """Contracts before the task: the same order in which an alumnus who leaves a contract frees its seat."""
    if await price_of(task, by=by) != shown:
        raise Conflict(N_("Cancelling costs another amount by now. Please look again before you decide."))
    for row in await _under_way(task):
        price = await contracts.price_now(row)
        await contracts.cancel(row["id"], reason, shown=price.to_person, by=by)


async def give_up_open_seats(row: dict[str, Any], *, reason: str) -> None:
    """Close the open seats of a held task and release what is set aside for them."""
    await db.execute("update seat set status = 'closed' where task_id = $1 and status = 'open'", row["id"])
    company, task = str(row["company_id"]), str(row["id"])
    await funding.release(company, task=task, reason=reason, amount=await funding.reserved_of(company, task))


async def say_expired(row: dict[str, Any]) -> None:
    """Tell everybody who waits that the offer has ended."""
    await turn_away(row, "task.expired_invited", "task.expired_invited")
    await notices.tell_members([row["posted_by"]], "task.expired", row)
