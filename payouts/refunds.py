"""Unspent balance goes back to the company the way it came."""

from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from payouts import chart, debts, journal, money_ops, postings
from payouts.funding import Shortfall, free_balance


async def refund_unspent(company: str, amount: Money) -> list[UUID]:
    """Give unspent balance back the way it came, newest payment first; return the operations that will do it.

    Runs inside the caller's transaction in the operator's scope. Raises Shortfall when less is free, Overdrawn when
    the provider holds less (after a chargeback), Conflict when the payments that brought it can no longer be refunded,
    or while the company owes for one that was taken back.
    """
    platform = chart.stripe_platform(currency=amount.currency)
    await journal.lock([chart.company_balance(company), platform])
    await debts.must_owe_nothing(company)
    free = await free_balance(company)
    if amount > free:
        raise Shortfall(amount - free)
    there = await journal.balance(platform)
    if amount > there:
        raise journal.Overdrawn(platform.name, amount - there)
    rows = await db.fetch(
        """select id, payment_intent, coalesce(net_amount, 0) - refunded_amount as rest from topup
           where owner = $1 and status = 'paid' and currency = $2 and net_amount > refunded_amount
           order by paid_at desc for update""",
        f"company:{company}",
        amount.currency,
    )
    if sum(row["rest"] for row in rows) < amount.amount:
        raise Conflict(
            N_("These payments can no longer be refunded. Please ask the operator for a transfer.")
        )
    ops, left = [], amount.amount
    for row in rows:
        part = min(left, row["rest"])
        if part:
            ops.append(await _refund(company, row, Money(part, amount.currency)))
            left -= part
    return ops


async def _refund(company: str, topup: Any, amount: Money) -> UUID:
    refund = str(await db.fetchval("select uuidv7()"))
    fact = postings.refund(company, refund_id=refund, amount=amount, happened_at=await clock.now())
    await journal.record(fact, about=f"topup:{topup['id']}")
    await db.execute(
        """update topup set refunded_amount = refunded_amount + $2,
             status = case when refunded_amount + $2 >= net_amount then 'refunded' else status end where id = $1""",
        topup["id"],
        amount.amount,
    )
    return await money_ops.add(
        "refund",
        key=refund,
        reference=f"topup:{topup['id']}",
        owner=f"company:{company}",
        params={
            "payment_intent": topup["payment_intent"],
            "amount": amount.amount,
            "currency": amount.currency.lower(),
            "metadata": {"refund": refund, "topup": str(topup["id"])},
        },
    )
