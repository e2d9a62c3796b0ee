"""The ledger and the sandbox are compared object by object, also while money is on its way."""

from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.settings import settings
from payouts import both_sides, planning
from tests.factories.payouts import earn, fund_platform, onboard


@pytest.fixture
def compared(provider, monkeypatch):
    """Let the settings name the test's sandbox; differences are not waited for."""
    monkeypatch.setenv("STRIPE_API_BASE", provider.server.url)
    monkeypatch.setattr(both_sides, "LOOKS", 0)
    settings.cache_clear()
    return provider


async def on_its_way(provider):
    person, company = await onboard(provider.control), str(uuid4())
    await fund_platform(provider.control, company, 100_000)
    await earn(person, company)
    await planning.pay()
    await provider.drain()
    await provider.advance(days=1, minutes=1)
    await provider.drain()


async def test_both_sides_agree_while_a_payout_is_on_its_way(compared):
    await on_its_way(compared)

    found = await both_sides.check()

    assert len(found) == 5
    assert not any(found.values()), found


async def test_what_only_one_side_knows_is_named(compared):
    await on_its_way(compared)
    async with db.transaction(operator=True):
        await db.execute("update money_op set provider_id = 'po_other' where kind = 'payout'")
        await db.execute("update payout set amount = amount + 1")

    found = {rule: broken for rule, broken in (await both_sides.check()).items() if broken}

    assert list(found) == [
        "each stripe:connected is that person's balance at the sandbox",
        "every payout is one at the sandbox, of the same amount",
    ]
    assert len(found["every payout is one at the sandbox, of the same amount"]) == 2
