"""The companies pay in: Aoba by bank transfer, Minato by card on the hosted page."""

import asyncio
from collections.abc import Mapping

import httpx

from marketplace.core import db
from marketplace.core.money import Money, yen
from marketplace.core.settings import settings
from marketplace.seeds import history
from marketplace.seeds.companies import Firm
from payouts import events, funding, topups
from payouts.sandbox.control import Control

BANK = {"aoba": yen(3_200_000)}
CARD = {"minato": yen(950_000)}
_CARD = {"card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}


async def top_up(firms: Mapping[str, Firm]) -> None:
    """Pay in for every company and wait until the money is in the books."""
    for slug, amount in BANK.items():
        await _by_bank(firms[slug], amount)
    for slug, amount in CARD.items():
        await _by_card(firms[slug], amount)
    await history.settle()
    await events.fill_gaps()
    await history.settle()
    for firm in firms.values():
        async with db.transaction(company=firm.id):
            if not await funding.free_balance(str(firm.id)):
                raise RuntimeError(f"the money of {firm.slug} has not arrived")


async def _by_bank(firm: Firm, amount: Money) -> None:
    finance = firm.with_role("finance")
    await topups.start_bank_topup(
        str(firm.id),
        amount,
        name=finance.name,
        email=f"finance@{firm.slug}.example",
        requested_by=finance.ref,
    )
    async with db.transaction(company=firm.id):
        customer = await db.fetchval("select customer from payer where owner = $1", f"company:{firm.id}")
    control = Control(settings().stripe_api_base)
    await asyncio.to_thread(control.deposit, customer, amount.amount, sender=firm.slug.upper())


async def _by_card(firm: Firm, amount: Money) -> None:
    finance = firm.with_role("finance")
    email = f"finance@{firm.slug}.example"
    page = await topups.start_card_topup(
        str(firm.id),
        amount,
        name=finance.name,
        email=email,
        title="Enishi",
        success_url=f"{settings().base_url}/c/{firm.slug}/money",
        cancel_url=f"{settings().base_url}/c/{firm.slug}/money",
        requested_by=finance.ref,
    )
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(page, data={"email": email, **_CARD})
    if not answer.has_redirect_location:
        raise RuntimeError(f"the hosted page refused the card: {answer.status_code}")
