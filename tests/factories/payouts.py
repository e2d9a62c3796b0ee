"""People and companies with money: made by the real actions against the sandbox."""

import urllib.error
import urllib.parse
import urllib.request
from datetime import date
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.money import Money, yen
from payouts import funding, gateway, journal, onboarding, payables, postings, topups
from payouts.fees import SeatCost, seat_cost
from payouts.sandbox.control import Control
from payouts.tax import withholding


def seat(fee: int = 50_000, *, withheld: bool = True) -> SeatCost:
    """Return the seat of the worked example: tax 10 %, platform fee 15 % and its tax."""
    kept = withholding(yen(fee), on=date(2026, 12, 25)) if withheld else yen(0)
    return seat_cost(yen(fee), tax_rate=1000, platform_rate=1500, platform_tax_rate=1000, withheld=kept)


async def prepay(company: str, amount: Money, transaction: str | None = None) -> None:
    """Book a top-up as it arrives, without the provider."""
    async with db.transaction(operator=True):
        fact = postings.topup(
            company,
            transaction=transaction or f"txn_{uuid4().hex}",
            arrived=amount,
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact)


async def earn(
    person: str,
    company: str,
    *,
    cost: SeatCost | None = None,
    due_on: date | None = None,
    category: str = "design",
    contract: str = "",
) -> UUID:
    """Walk a contract from its reserve to what is owed; the company has prepaid enough."""
    cost, contract, task = cost or seat(), contract or str(uuid4()), str(uuid4())
    async with db.transaction(operator=True):
        due = due_on or await clock.today()
        await funding.reserve(company, task=task, version=1, amount=cost.maximum)
        await funding.conclude(company, task=task, contract=contract, cost=cost)
        return await payables.approve(
            person,
            company,
            contract=contract,
            part=1,
            cost=cost,
            due_on=due,
            title="Design",
            tax_category=category,
        )


async def onboard(control: Control, *, number: str = "0001234") -> str:
    """Open a person's account at the sandbox and complete it; return the person."""
    person = str(uuid4())
    await onboarding.start(
        person, email="hana@example.com", refresh_url="http://localhost/r", return_url="http://localhost/b"
    )
    control.onboard(await account_of(person), number=number)
    await onboarding.refresh(person)
    return person


async def account_of(person: str) -> str:
    """Return the id of a person's account at the provider."""
    async with db.transaction(operator=True):
        return str(await db.fetchval("select account from payee where owner = $1", f"person:{person}"))


def pay_by_card(url: str) -> None:
    """Pay on the sandbox's hosted page."""
    typed = {
        "card": "4242 4242 4242 4242",
        "expiry": "12/34",
        "cvc": "123",
        "name": "ACME",
        "email": "money@acme.example",
    }
    try:
        urllib.request.urlopen(url, urllib.parse.urlencode(typed).encode(), timeout=10).close()
    except urllib.error.URLError as problem:  # it sends the browser back to a site that does not run here
        if isinstance(problem, urllib.error.HTTPError):
            raise


async def fund_platform(control: Control, company: str, amount: int) -> None:
    """Let a bank transfer of a company arrive at the provider and be credited."""
    instructions = await topups.start_bank_topup(
        company, yen(amount), name="Acme", email="money@acme.example", requested_by="member"
    )
    assert instructions
    async with db.transaction(operator=True):
        customer = await db.fetchval("select customer from payer where owner = $1", f"company:{company}")
        intent = await db.fetchval("select payment_intent from topup where owner = $1", f"company:{company}")
    control.deposit(customer, amount)
    assert await topups.credit(await gateway.current().payment(intent))
