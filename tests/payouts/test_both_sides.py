"""The ledger and the sandbox are compared object by object, also while money is on its way."""

from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from marketplace.core.settings import settings
from payouts import both_sides, planning
from payouts.billing import credit_notes, ending, parties, paying
from payouts.billing import jobs as billing_jobs  # noqa: F401 - opens and presents invoices
from tests.factories.billing import know_buyers, opened, row_of
from tests.factories.payouts import earn, fund_platform, onboard, pay_by_card, prepay


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

    assert len(found) == 6
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


INVOICES = "every invoice is one at the sandbox, of the same state and total"


@pytest.fixture
def buyers(monkeypatch):
    """Let every company be one buyer."""
    monkeypatch.setattr(parties, "_sources", [])
    know_buyers()


async def ended(made, how: str) -> None:
    async with db.transaction(operator=True):
        if how == "balance":
            await paying.pay_from_balance(made.invoice)
        elif how == "credited":
            await credit_notes.issue(made.invoice, refund_bp=10_000, bounty_back=yen(100_000), reason="left")
        else:
            await {"void": ending.void, "uncollectible": ending.give_up}[how](made.invoice, "a mistake")


@pytest.mark.usefixtures("buyers")
async def test_both_sides_agree_on_every_invoice_wherever_it_stands(compared):
    made = [await opened() for _ in range(6)]
    await compared.drain()
    for one, how in zip(made, ("balance", "credited", "void", "uncollectible"), strict=False):
        await prepay(one.company, yen(430_000))
        await ended(one, how)
    pay_by_card((await row_of(made[4]))["hosted_url"])

    under_way = (await both_sides.check())[INVOICES]
    await compared.drain()

    assert [line.split(":")[0] for line in under_way] == [
        "only here",
        "only there",
    ]  # paid there, not heard of here
    assert (await both_sides.check())[INVOICES] == []
    assert len({(await row_of(one))["status"] for one in made}) == 5


@pytest.mark.usefixtures("buyers")
@pytest.mark.parametrize(
    "broken",
    [
        "update invoice set status = 'paid', paid_at = now() where number = 1",
        "update invoice set fee_amount = fee_amount + 1 where number = 1",
        "update invoice set number = 7 where number = 1",
    ],
)
async def test_an_invoice_that_differs_is_named_with_both_sides(compared, broken):
    for _ in range(2):
        await opened()
    await compared.drain()
    assert (await both_sides.check())[INVOICES] == []

    async with db.transaction(operator=True):
        await db.execute(broken)

    assert [line.split(":")[0] for line in (await both_sides.check())[INVOICES]] == [
        "only here",
        "only there",
    ]
