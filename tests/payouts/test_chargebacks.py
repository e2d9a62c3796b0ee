"""A card payment that is taken back: booked at once, whatever lies at the provider, with the fee and its return."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from marketplace.core.settings import SANDBOX_KEY
from payouts import chargebacks, chart, events, gateway, journal, refunds, topups, verify
from payouts.gateway.protocol import Dispute, Fee
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import Settings
from tests.factories.payouts import earn, fund_platform, pay_by_card, seat
from tests.payouts.conftest import Provider

FEE = 1_300


@pytest.fixture
async def dear(provider: Provider, tmp_path: Any) -> AsyncIterator[Provider]:
    """A provider that charges for a dispute; its news is asked for."""
    server = serve(0, tmp_path / "dear", Settings(dispute_fee=FEE))
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=server.url))
    yield Provider(server, Control(server.url))
    server.stop()


async def _paid_in(provider: Provider, company: str, amount: int) -> str:
    url = await topups.start_card_topup(
        company, yen(amount), name="Acme", email="a@b.example", title="Top-up",
        success_url="http://localhost/ok", cancel_url="http://localhost/no", requested_by="m",
    )  # fmt: skip
    pay_by_card(url)
    await _news(provider)
    async with db.transaction(operator=True):
        owner = f"company:{company}"
        return str(await db.fetchval("select charge from topup where owner = $1", owner))


async def _news(provider: Provider) -> None:
    await events.fill_gaps()
    await provider.drain()


async def _books(company: str) -> dict[str, int]:
    accounts = {
        "platform": chart.stripe_platform(),
        "free": chart.company_balance(company),
        "owed": chart.company_receivable(company),
        "fees": chart.stripe_fee_expense(),
    }
    async with db.transaction(operator=True):
        return {name: (await journal.balance(account)).amount for name, account in accounts.items()}


async def test_a_payment_taken_back_after_it_has_left_is_booked_at_once_and_below_zero(dear):
    company, other = str(uuid4()), str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    await earn(other, company)
    before = await _books(company)

    dear.control.open_dispute(charge)
    await _news(dear)

    after = await _books(company)
    assert before == {"platform": 96_400, "free": -38_255, "owed": 0, "fees": 0}
    assert after == {"platform": -4_900, "free": 0, "owed": 61_745, "fees": FEE}
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from stripe_event where handled_at is null") == 0
    assert await verify.compare_with_provider() == []
    [finding] = await verify.run()
    assert (finding.check, "¥54,795" in finding.what) == ("client money is covered", True)


async def test_what_is_won_comes_back_with_the_fee(dear):
    company = str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    dispute = dear.control.open_dispute(charge)
    await _news(dear)

    dear.control.win_dispute(dispute["id"])
    await _news(dear)
    await _news(dear)

    assert await _books(company) == {"platform": 96_400, "free": -96_400, "owed": 0, "fees": 0}
    assert await verify.compare_with_provider() == []


async def test_what_is_lost_keeps_its_fee_and_is_booked_once(dear):
    company = str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    dispute = dear.control.open_dispute(charge)
    await _news(dear)

    dear.control.lose_dispute(dispute["id"])
    await _news(dear)
    again = await gateway.current().dispute(dispute["id"])
    async with db.transaction(operator=True):
        booked_again = await chargebacks.book(again)

    assert not booked_again
    assert await _books(company) == {"platform": -4_900, "free": 0, "owed": 3_600, "fees": FEE}


async def test_money_of_others_is_not_refunded_out_of_a_balance_that_is_not_there(dear):
    company, other = str(uuid4()), str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    await earn(str(uuid4()), company, cost=seat(60_000))
    dear.control.open_dispute(charge)
    await fund_platform(dear.control, other, 10_000)
    await _news(dear)

    async with db.transaction(operator=True):
        with pytest.raises(journal.Overdrawn) as refused:
            await refunds.refund_unspent(other, yen(9_850))

    assert refused.value.missing == yen(4_900)


async def test_a_question_of_the_payer_s_bank_moves_no_money(database):
    company = str(uuid4())
    async with db.transaction(operator=True):
        await db.execute(
            """insert into topup (owner, method, amount, payment_intent, status)
               values ('company:' || $1::text, 'card', 100000, 'pi1', 'paid')""",
            company,
        )
        asked = Dispute("dp1", "warning_needs_response", "pi1", yen(100_000), (Fee("txn1", yen(FEE)),))

        booked = await chargebacks.book(asked)

    await chargebacks.tell(asked)
    assert not booked
    assert await _books(company) == {"platform": 0, "free": 0, "owed": 0, "fees": 0}
    async with db.transaction(operator=True):
        assert await db.fetchval("select status from topup") == "paid"
