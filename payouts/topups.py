"""Money that a company sends ahead: by card or by bank, credited net of the provider's fee.

The start actions open their own transactions in the company's scope: the row first, then the call, then the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.dated import required
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import BASIS, Money
from marketplace.core.settings import settings
from payouts import debts, gateway, hooks, journal, postings
from payouts.gateway.protocol import Payment

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


async def amount_for(credited: Money, method: str) -> Money:
    """Return the least payment that is expected to credit this much, and no less than the provider takes."""
    rate = (await quote(Money(BASIS, credited.currency), method)).credited.amount
    amount = Money(max(LEAST, -(-credited.amount * BASIS // rate)), credited.currency)
    while (await quote(amount, method)).credited < credited:
        amount += Money(1, credited.currency)
    return amount


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
    await debts.pay_first(company, fact=payment.transaction, about=f"topup:{row['id']}")
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
