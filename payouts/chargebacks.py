"""Card payments that their payers take back, with the provider's fee for it.

The provider has taken the money by the time that we hear of it, so that both are booked at once, even where its
balance falls below zero: then the operator owes the difference, and `chart.safeguarding` shows it.
"""

from uuid import UUID

from marketplace.core import clock, db
from payouts import chart, debts, hooks, journal, own_postings
from payouts.funding import free_balance
from payouts.gateway.protocol import Dispute


async def tell(dispute: Dispute) -> None:
    """Tell once that a payment is being taken back, in a transaction of its own, before it is booked.

    What open seats have set aside returns to the balance there, so that the balance can cover it first.
    """
    if dispute.status == "won" or dispute.is_inquiry:
        return
    async with db.transaction(operator=True):
        owner = await db.fetchval(
            """update topup set status = 'charged_back' where payment_intent = $1 and status <> 'charged_back'
               returning owner""",
            dispute.payment_intent,
        )
        if owner is not None:
            await hooks.tell("chargeback", company=owner.partition(":")[2], amount=dispute.amount)


async def book(dispute: Dispute) -> bool:
    """Book a card payment that its payer took back, and what the provider keeps for that; True for news.

    What is unspent covers the payment, the company owes the rest; the fee is the operator's. Won back later, the
    payment is reversed, and a fee that the provider gives back too. Runs in the operator's scope; safe twice.
    """
    row = await db.fetchrow(
        "select id, owner from topup where payment_intent = $1 for update", dispute.payment_intent
    )
    if row is None or dispute.is_inquiry:
        return False
    fees = await _fees(dispute, row["id"])
    company = row["owner"].partition(":")[2]
    if dispute.status == "won":
        return await _win_back(row["id"], company, dispute) or fees
    return await _lose(row["id"], company, dispute) or fees


async def _fees(dispute: Dispute, topup: UUID) -> bool:
    """Book each fee of the provider once, by the balance transaction that took it or gave it back."""
    news = False
    for fee in dispute.fees:
        fact = own_postings.dispute_fee(
            transaction=fee.transaction, amount=fee.amount, happened_at=await clock.now()
        )
        news = await journal.record(fact, about=f"topup:{topup}") or news
    return news


async def _lose(topup: UUID, company: str, dispute: Dispute) -> bool:
    if await journal.find(f"chargeback:{dispute.id}") is not None:
        return False
    await journal.lock([chart.company_balance(company)])
    fact = own_postings.chargeback(
        company,
        dispute=dispute.id,
        amount=dispute.amount,
        unspent=await free_balance(company),
        happened_at=await clock.now(),
    )
    return await journal.record(fact, about=f"topup:{topup}")


async def _win_back(topup: UUID, company: str, dispute: Dispute) -> bool:
    key = f"chargeback:{dispute.id}"
    await db.execute("update topup set status = 'paid' where id = $1 and status = 'charged_back'", topup)
    if await journal.find(key) is None:
        return False
    news = await journal.record_reversal(key, happened_at=await clock.now(), about=f"topup:{topup}")
    await debts.give_back(company, fact=f"won-{dispute.id}", about=f"topup:{topup}")
    return news
