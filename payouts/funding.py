"""A company's money on its way to work: prepaid, set aside for a task, held by a contract.

Ids are opaque strings without a colon. Every action runs inside the caller's transaction in the company's scope.
"""

from marketplace.core import clock, db
from marketplace.core.errors import N_, Invalid, Unavailable
from marketplace.core.money import Money
from payouts import chart, journal, postings
from payouts.fees import SeatCost


class Shortfall(Invalid):
    """The company's free balance does not cover this; `missing` is the exact difference."""

    def __init__(self, missing: Money) -> None:
        super().__init__(
            N_("Your balance is %(missing)s short. Add money, and this can go on."), missing=missing
        )
        self.missing = missing


async def free_balance(company: str) -> Money:
    """Return what the company has prepaid and not set aside."""
    return await journal.held(chart.company_balance(company))


async def reserved_of(company: str, task: str) -> Money:
    """Return what is set aside for the open seats of a task."""
    return await journal.held(chart.company_reserved(company, task=task))


async def held_by(company: str, contract: str) -> Money:
    """Return what is set aside for a concluded contract."""
    return await journal.held(chart.company_reserved_contract(company, contract))


async def reserve(company: str, *, task: str, version: int | str, amount: Money) -> Money:
    """Set aside `amount` in all for the open seats of a task; return the signed change that was posted.

    `version` counts the task's terms, or names another fact: a new one posts the difference, the same one again posts
    nothing.
    Raises Shortfall with the exact missing amount, Unavailable while the operator has stopped reserves.
    """
    if await journal.find(f"reserve:{task}:{version}") is not None:
        return Money.zero(amount.currency)
    await _refuse_when_stopped()
    await journal.lock([chart.company_balance(company), chart.company_reserved(company, task=task)])
    change = amount - await reserved_of(company, task)
    if not change:
        return change
    fact = postings.reserve(company, task=task, version=version, change=change, happened_at=await clock.now())
    try:
        await journal.record(fact, about=f"task:{task}")
    except journal.Overdrawn as overdrawn:
        raise Shortfall(overdrawn.missing) from overdrawn
    return change


async def release(company: str, *, task: str, reason: str, amount: Money) -> bool:
    """Give back what no contract holds: the task expired, was cancelled or closed. Zero gives nothing back.

    `reason` is part of the fact's key: give one for each release (`expired`, `closed`, `seat:<id>` without colon …).
    Raises journal.Overdrawn when less than the amount is set aside.
    """
    if not amount:
        return False
    fact = postings.release(company, task=task, reason=reason, amount=amount, happened_at=await clock.now())
    return await journal.record(fact, about=f"task:{task}")


async def conclude(company: str, *, task: str, contract: str, cost: SeatCost) -> bool:
    """Move one seat's maximum from its task to its contract; the withheld tax returns to the balance."""
    fact = postings.conclude(company, task=task, contract=contract, cost=cost, happened_at=await clock.now())
    return await journal.record(fact, about=f"contract:{contract}")


async def reopen(company: str, *, task: str, contract: str, seat: Money) -> bool:
    """Undo a contract that the alumnus left.

    `seat` is what one open seat of the task sets aside while it is published, else zero: then all goes to the
    balance. Raises Shortfall when the balance no longer covers what a seat needs more than the contract held.
    """
    account = chart.company_reserved_contract(company, contract)
    await journal.lock([chart.company_balance(company), account])
    held = await journal.held(account)
    if not held:
        return False
    fact = postings.reopen(
        company, contract=contract, task=task, held=held, seat=seat, happened_at=await clock.now()
    )
    try:
        return await journal.record(fact, about=f"contract:{contract}")
    except journal.Overdrawn as overdrawn:
        raise Shortfall(overdrawn.missing) from overdrawn


async def _refuse_when_stopped() -> None:
    sql = "select stopped_at is not null from kill_switch where name = 'reserves'"
    if await db.fetchval(sql):
        raise Unavailable(N_("New reserves are stopped for the moment. The operator is looking into it."))
