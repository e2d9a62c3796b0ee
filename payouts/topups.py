"""Money that a company sends ahead: by card or by bank, credited net of the provider's fee, refunded when unspent.

The start actions open their own transactions in the company's scope: the row first, then the call, then the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.dated import required
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import BASIS, Money
from marketplace.core.settings import settings
from payouts import chart, gateway, hooks, journal, money_ops, postings
from payouts.funding import Shortfall, free_balance
from payouts.gateway.protocol import Dispute, Payment

LEAST = 50  # Stripe's smallest charge in yen


@dataclass(frozen=True, slots=True)
class Price:
    """What the provider keeps of an incoming payment, in basis points; half a unit is rounded up."""

    valid_from: date
    valid_to: date | None
    source: str
    card: int
    bank: int


PRICES = (Price(date(2024, 1, 1), None, "Stripe's price list for Japan: card 3.6 %, bank 1.5 %", 360, 150),)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment is expected to cost and to credit; the settled payment decides."""

    amount: Money
    fee: Money
    credited: Money


async def quote(amount: Money, method: str, *, prices: Sequence[Price] = PRICES) -> Quote:
    """Return the fee to show before paying; `method` is card or bank."""
    price = required(prices, await clock.today())
    rate = price.card if method == "card" else price.bank
    fee = Money((amount.amount * rate + BASIS // 2) // BASIS, amount.currency)
    credited = amount if settings().operator_bears_topup_fee else amount - fee
    return Quote(amount, fee, credited)


async def start_card_topup(
    company: str,
    amount: Money,
    *,
    name: str,
    email: str,
    title: str,
    success_url: str,
    cancel_url: str,
    requested_by: str,
) -> str:
    """Open a hosted card payment and return its address. Raises Invalid, Unavailable."""
    topup = await _open(company, amount, "card", requested_by)
    customer = await customer_of(company, name=name, email=email)
    session = await gateway.current().open_checkout(
        customer=customer,
        amount=amount,
        topup=str(topup),
        title=title,
        success_url=success_url,
        cancel_url=cancel_url,
    )
    async with db.transaction(company=UUID(company)):
        await db.execute("update topup set checkout_session = $2 where id = $1", topup, session.id)
    return session.url


async def start_bank_topup(
    company: str, amount: Money, *, name: str, email: str, requested_by: str
) -> dict[str, str]:
    """Wait for a bank transfer of this amount; return the company's virtual account. Raises Invalid, Unavailable."""
    topup = await _open(company, amount, "bank", requested_by)
    customer = await customer_of(company, name=name, email=email)
    payment = await gateway.current().ask_bank_payment(customer=customer, amount=amount, topup=str(topup))
    instructions = await gateway.current().bank_instructions(customer)
    async with db.transaction(company=UUID(company)):
        await db.execute(
            "update topup set payment_intent = $2 where id = $1 and payment_intent is null",
            topup,
            payment.payment_intent,
        )
        await db.execute(
            "update payer set bank_instructions = $2 where owner = $1", f"company:{company}", instructions
        )
    if payment.transaction:
        await credit(payment)
    return instructions


async def customer_of(company: str, *, name: str, email: str) -> str:
    """Return the company's customer at the provider, made on first use."""
    owner = f"company:{company}"
    async with db.transaction(company=UUID(company)):
        await db.execute("insert into payer (owner) values ($1) on conflict do nothing", owner)
        known = await db.fetchval("select customer from payer where owner = $1", owner)
    if known:
        return str(known)
    made = await gateway.current().create_customer(owner=owner, name=name, email=email)
    async with db.transaction(company=UUID(company)):
        sql = "update payer set customer = coalesce(customer, $2) where owner = $1 returning customer"
        return str(await db.fetchval(sql, owner, made))


async def _open(company: str, amount: Money, method: str, requested_by: str) -> UUID:
    if amount.amount < LEAST:
        least = Money(LEAST, amount.currency)
        raise Invalid(fields={"amount": Message(N_("Please pay in at least %(least)s."), {"least": least})})
    async with db.transaction(company=UUID(company)):
        found = await db.fetchval(
            "insert into topup (owner, method, amount, currency, requested_by) values ($1, $2, $3, $4, $5) returning id",
            f"company:{company}",
            method,
            amount.amount,
            amount.currency,
            requested_by,
        )
    return UUID(str(found))


async def credit(payment: Payment) -> bool:
    """Credit a settled payment, read again from the provider, once; return whether this was the time."""
    async with db.transaction(operator=True):
        return await credit_topup(payment)


async def credit_topup(payment: Payment) -> bool:
    """Credit in the running operator transaction what arrived; nothing before it has settled."""
    if not payment.transaction:
        return False
    row = await _row_of(payment)
    if row is None:
        return False
    company = row["owner"].partition(":")[2]
    borne = payment.fee if settings().operator_bears_topup_fee else Money.zero(payment.amount.currency)
    fact = postings.topup(
        company,
        transaction=payment.transaction,
        arrived=payment.net,
        fee_borne=borne,
        happened_at=await clock.now(),
    )
    if not await journal.record(fact, about=f"topup:{row['id']}"):
        return False
    await db.execute(
        """update topup set status = 'paid', paid_at = business_now(), amount = $2, net_amount = $3, fee_amount = $4,
             payment_intent = $5, charge = $6, balance_transaction = $7 where id = $1""",
        row["id"],
        payment.amount.amount,
        (payment.net + borne).amount,
        payment.fee.amount,
        payment.payment_intent,
        payment.charge,
        payment.transaction,
    )
    await hooks.tell("topup", company=company, amount=payment.net + borne)
    return True


async def _row_of(payment: Payment) -> Any:
    """Return the top-up of a payment; money from a known customer that nobody announced gets a row of its own."""
    row = await db.fetchrow(
        "select id, owner from topup where payment_intent = $1 or id::text = $2 for update",
        payment.payment_intent,
        payment.topup,
    )
    if row is not None:
        return row
    owner = await db.fetchval("select owner from payer where customer = $1", payment.customer)
    if owner is None:
        return None
    return await db.fetchrow(
        """insert into topup (owner, method, amount, currency, payment_intent) values ($1, 'bank', $2, $3, $4)
           on conflict (payment_intent) do update set owner = excluded.owner returning id, owner""",
        owner,
        payment.amount.amount,
        payment.amount.currency,
        payment.payment_intent,
    )


async def close_topup(checkout_session: str, payment_intent: str, status: str) -> None:
    """Note in the running transaction that a started payment has expired or failed."""
    await db.execute(
        """update topup set status = $3 where status = 'started'
             and (checkout_session = nullif($1, '') or payment_intent = nullif($2, ''))""",
        checkout_session,
        payment_intent,
        status,
    )


async def refund_unspent(company: str, amount: Money) -> list[UUID]:
    """Give unspent balance back the way it came, newest payment first; return the operations that will do it.

    Runs inside the caller's transaction in the operator's scope. Raises Shortfall when less is free, Conflict when
    the payments that brought it can no longer be refunded.
    """
    await journal.lock([chart.company_balance(company)])
    free = await free_balance(company)
    if amount > free:
        raise Shortfall(amount - free)
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


async def tell_chargeback(dispute: Dispute) -> None:
    """Tell once that a payment is being taken back, in a transaction of its own, before it is booked.

    What is told (publishing stops) holds even while the booking has to wait for money on the platform's account.
    """
    if dispute.status == "won":
        return
    async with db.transaction(operator=True):
        owner = await db.fetchval(
            """update topup set status = 'charged_back' where payment_intent = $1 and status <> 'charged_back'
               returning owner""",
            dispute.payment_intent,
        )
        if owner is not None:
            await hooks.tell("chargeback", company=owner.partition(":")[2], amount=dispute.amount)


async def chargeback(dispute: Dispute) -> bool:
    """Book a card payment that its payer took back: what is unspent covers it, the rest is owed.

    Runs in the operator's scope. Won back later: the fact is reversed.
    """
    row = await db.fetchrow(
        "select id, owner from topup where payment_intent = $1 for update", dispute.payment_intent
    )
    if row is None:
        return False
    company = row["owner"].partition(":")[2]
    if dispute.status == "won":
        return await _win_back(row["id"], dispute)
    if await journal.find(f"chargeback:{dispute.id}") is not None:
        return False
    await journal.lock([chart.company_balance(company)])
    fact = postings.chargeback(
        company,
        dispute=dispute.id,
        amount=dispute.amount,
        unspent=await free_balance(company),
        happened_at=await clock.now(),
    )
    return await journal.record(fact, about=f"topup:{row['id']}")


async def _win_back(topup: UUID, dispute: Dispute) -> bool:
    key = f"chargeback:{dispute.id}"
    await db.execute("update topup set status = 'paid' where id = $1 and status = 'charged_back'", topup)
    if await journal.find(key) is None:
        return False
    return await journal.record_reversal(key, happened_at=await clock.now(), about=f"topup:{topup}")
