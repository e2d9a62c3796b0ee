"""A seat that its alumnus has left: open again while the offer lasts, otherwise closed."""

from typing import Any

from marketplace.activity import actions as activity
from marketplace.contracts import hooks
from marketplace.contracts.hooks import Row
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import Conflict
from marketplace.core.money import Money
from marketplace.tasks import notices, waitlist
from marketplace.tasks.amounts import seat_of
from marketplace.tasks.lifecycle import TASK
from marketplace.tasks.moving import hold, move, set_columns
from marketplace.tasks.publishing import must_not_be_stopped
from payouts import funding


@hooks.reopens_seats
async def on_seat_free(contract: Row) -> Money:
    """Open the seat of a contract again and ask for the next wave; return what one open seat sets aside, or zero.

    Zero as well when the balance no longer covers what a seat costs by now: the alumnus may leave all the same.
    """
    async with db.transaction(company=contract["company_id"]):
        row = await hold(contract["task_id"])
        seat = (await seat_of(row)).maximum
        if not await _reopens(row, contract, seat):
            await _close(contract)
            return Money.zero(seat.currency)
        await db.execute(
            "update seat set status = 'open', contract_id = null where id = $1 and contract_id = $2",
            contract["seat_id"],
            contract["id"],
        )
        now = await clock.now()
        if row["status"] in TASK.sources("reopen"):
            await move(row["id"], "reopen")
        if row["mode"] == "offer":  # the wave asks the waitlist first
            await set_columns(row["id"], next_wave_at=now)
        else:
            await waitlist.put_forward(row)
        await activity.record("seat_free", f"task:{row['id']}", by=SYSTEM, company=row["company_id"])
        await notices.tell_members([row["posted_by"]], "task.seat_free", row)
    return seat


@hooks.on("seat_closed")
async def on_seat_closed(contract: Row) -> None:
    """Close the seat of a contract that nobody else will take."""
    async with db.transaction(company=contract["company_id"]):
        await _close(contract)


async def _close(contract: Row) -> None:
    await db.execute(
        "update seat set status = 'closed', contract_id = null where id = $1 and contract_id = $2",
        contract["seat_id"],
        contract["id"],
    )


async def _reopens(row: dict[str, Any], contract: Row, seat: Money) -> bool:
    offered = row["status"] in {"published", "paused", *TASK.sources("reopen")}
    if not offered or row["expires_at"] <= await clock.now():
        return False
    try:
        await must_not_be_stopped(row["company_id"])
    except Conflict:
        return False
    company = str(row["company_id"])
    covered = await funding.held_by(company, str(contract["id"])) + await funding.free_balance(company)
    return covered >= seat
