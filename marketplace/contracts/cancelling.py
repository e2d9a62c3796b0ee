"""Leaving a contract before the work is in: the company pays for its change of mind, the alumnus leaves freely."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts import cancellation, documents, due, hooks, sides, words
from marketplace.contracts.cancellation import Stage
from marketplace.contracts.conclude import cost_of
from marketplace.contracts.delivery import MOVED_ON
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from payouts import fees, funding, payables

MOST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Price:
    """What a company's cancellation costs now.

    `rate` in basis points of the fee; `to_person` reaches the alumnus by `due_on`; `back` returns to the balance.
    """

    stage: Stage
    rate: int
    to_person: Money
    back: Money
    due_on: date


async def price_now(row: Any) -> Price:
    """Return what cancelling this contract costs at this moment, by the terms that both agreed on."""
    now = await clock.now()
    concluded_on = clock.day_of(row["concluded_at"])
    stage = cancellation.stage(now, row["starts_at"], on=concluded_on)
    rate = (await _rates(row["id"])).at(stage)
    cost, due_on = cost_of(row), due.compensation_due_on(clock.day_of(now))
    if not cancellation.is_plain(stage, on=concluded_on):
        return Price(stage, rate, cost.to_person, Money.zero(row["currency"]), due_on)
    paid = fees.compensation(cost.price, rate)
    return Price(stage, rate, paid, cost.company_pays - paid, due_on)


async def cancel(contract: UUID, reason: str, *, shown: Money, by: Actor) -> Price:
    """Cancel for the company: the alumnus gets what the terms give at this time, by the same pipeline.

    Before the start a share of the fee, outside consumption tax and withholding; after it the whole fee, as if it
    had been approved. `shown` is what the person was told that the alumnus gets: Conflict when time has changed it.
    """
    reason = words.check("reason", reason, MOST_REASON, least=0)
    async with db.transaction(**by.scope):
        row = await sides.of_decider(contract, by=by)
        price = await _price_shown(row, shown)
        row = await _end(row, price, "company", reason)
        told = {"title": row["title"], "amount": price.to_person, "due": price.due_on}
        await sides.tell_alumnus(row, "contract.cancelled", **told)
        await _record(row, "cancelled", price.to_person, by=by)
    return price


async def cancel_by_hand(contract: UUID, reason: str, *, shown: Money, by: Actor) -> Price:
    """Cancel as the operator, with a reason for both sides; the company pays what it would pay for its own cancelling.

    Raises NotFound, Invalid without a reason, Conflict when time has changed the price or the contract has moved on.
    """
    by.must_be("operator")
    reason = words.check("reason", reason, MOST_REASON)
    async with db.transaction(operator=True):
        row = await sides.of_operator(contract, by=by)
        price = await _price_shown(row, shown)
        row = await _end(row, price, "operator", reason)
        told = {"title": row["title"], "amount": price.to_person, "due": price.due_on, "reason": reason}
        await sides.tell_alumnus(row, "contract.cancelled_by_operator", **told)
        await sides.tell_company(row, "contract.cancelled_by_operator_company", **told)
        await _record(row, "cancelled_by_operator", price.to_person, by=by)
    return price


async def _price_shown(row: Any, shown: Money) -> Price:
    price = await price_now(row)
    if price.to_person != shown:
        raise Conflict(
            N_("Cancelling costs %(amount)s by now. Please look again before you decide."),
            amount=price.to_person,
        )
    return price


async def _end(row: Any, price: Price, side: str, reason: str) -> Any:
    row = await _leave(row, "cancel", side, reason)
    await _pay(row, price)
    await hooks.tell("seat_closed", row)
    await hooks.tell("left", row)
    return row


async def withdraw(contract: UUID, reason: str, *, by: Actor) -> None:
    """Leave a contract as its alumnus: nothing is paid, and the seat is open again while the task takes people."""
    reason = words.check("reason", reason, MOST_REASON)
    async with db.transaction(**by.scope):
        row = await sides.of_alumnus(contract, by=by)
        async with db.transaction(company=row["company_id"]):
            row = await _leave(row, "withdraw", "alumnus", reason)
            await _reopen(row)
            await hooks.tell("left", row)
            await sides.tell_company(row, "contract.withdrawn", title=row["title"], reason=reason)
            await _record(row, "withdrew", Money.zero(row["currency"]), by=by)


async def hand_over(contract: UUID, reason: str, *, by: Actor) -> Any:
    """End a contract whose seat another alumnus takes, as all three agree: nothing is owed. Return its row.

    Runs in the company's scope, inside the transaction that concludes the other contract; the seat never opens. Raises
    Conflict when the work is in by now or the contract has ended.
    """
    left = await _leave({"id": contract}, "withdraw", "agreement", reason)
    await sides.tell_alumnus(left, "contract.handed_over", title=left["title"])
    await _record(left, "handed_over", Money.zero(left["currency"]), by=by)
    return left


async def _rates(contract: UUID) -> cancellation.CancellationRates:
    early, late, started = (step.share for step in (await documents.terms_of(contract)).cancellation)
    return cancellation.CancellationRates(early, late, started)


async def _leave(row: Any, move: str, side: str, reason: str) -> Any:
    left = await db.fetchrow(
        """update contract set status = 'cancelled', cancelled_at = business_now(), cancelled_by = $2, cancel_reason = $3
           where id = $1 and status = any($4) returning *""",
        row["id"],
        side,
        reason,
        list(CONTRACT.sources(move)),
    )
    if left is None:
        raise Conflict(MOVED_ON)
    return left


async def _pay(row: Any, price: Price) -> None:
    person, company, contract = str(row["person_id"]), str(row["company_id"]), str(row["id"])
    if price.stage is Stage.STARTED:
        await payables.approve(
            person,
            company,
            contract=contract,
            part=1,
            cost=cost_of(row),
            due_on=price.due_on,
            title=row["title"],
            tax_category=row["tax_category"],
        )
        return
    await payables.compensate(
        person,
        company,
        contract=contract,
        compensation=price.to_person,
        due_on=price.due_on,
        title=row["title"],
    )


async def _reopen(row: Any) -> None:
    """Give the money back to the seat, or to the balance when the seat does not open again."""
    seat = await hooks.reopen_seat(row)
    await funding.reopen(str(row["company_id"]), task=str(row["task_id"]), contract=str(row["id"]), seat=seat)


async def _record(row: Any, verb: str, amount: Money, *, by: Actor) -> None:
    await activity.record(
        verb,
        f"contract:{row['id']}",
        by=by,
        company=row["company_id"],
        person=row["person_id"],
        amount=amount.amount,
        reason=row["cancel_reason"],
    )
    await projection.soon(row["person_id"])
