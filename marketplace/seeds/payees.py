"""Alumni set up how they are paid: an account at the sandbox, with the answers that its hosted page asks for."""

import asyncio

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.settings import settings
from payouts import onboarding
from payouts.sandbox.control import Control


async def onboard(alumnus: Actor, *, number: str = "0001234") -> None:
    """Open the account of an alumnus with a bank account number, and mirror how it stands."""
    person = str(alumnus.person)
    async with db.transaction(person=alumnus.person):
        email = await db.fetchval("select email from person where id = $1", alumnus.person)
    here = f"{settings().base_url}/me"
    await onboarding.start(person, email=email, refresh_url=here, return_url=here)
    async with db.transaction(person=alumnus.person):
        account = await db.fetchval("select account from payee where owner = $1", f"person:{person}")
    await asyncio.to_thread(Control(settings().stripe_api_base).onboard, account, number=number)
    status = await onboarding.refresh(person)
    if status != "active":
        raise RuntimeError(f"{alumnus.name} cannot be paid: {status}")
