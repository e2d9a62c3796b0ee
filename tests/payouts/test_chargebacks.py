"""A card payment that is taken back: booked at once, whatever lies at the provider, with the fee and its return."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict
from marketplace.core.money import yen
from marketplace.core.settings import SANDBOX_KEY
from payouts import chargebacks, chart, debts, events, gateway, journal, postings, refunds, topups, verify
from payouts.gateway.protocol import Dispute, Fee
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import Settings
from tests.factories.payouts import earn, fund_platform, pay_by_card, seat
from tests.payouts.conftest import Provider

FEE = 1_300
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


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
        return str(
            await db.fetchval("select charge from topup where owner = $1 order by id desc limit 1", owner)
        )


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


async def test_the_next_payment_in_pays_first_what_is_owed_and_nothing_goes_back_before(dear):
    company = str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    dear.control.lose_dispute(dear.control.open_dispute(charge)["id"])
    await _news(dear)
    assert (await _books(company))["owed"] == 3_600

    async with db.transaction(operator=True):
        await journal.record(
            postings.topup(company, transaction="t", arrived=yen(1_000), fee_borne=yen(0), happened_at=NOW)
        )
        with pytest.raises(Conflict) as refused:
            await refunds.refund_unspent(company, yen(1_000))
        assert await debts.pay_from_balance(company) == yen(1_000)
        with pytest.raises(Conflict):
            await debts.pay_from_balance(company)
    await _paid_in(dear, company, 10_000)

    assert refused.value.message.params == {"owed": yen(3_600)}
    books = await _books(company)
    assert (books["free"], books["owed"]) == (-(9_640 - 2_600), 0)
    assert await _debt(company) == 0


async def test_what_was_paid_for_a_dispute_that_is_won_returns_to_the_balance(dear):
    company = str(uuid4())
    charge = await _paid_in(dear, company, 100_000)
    dispute = dear.control.open_dispute(charge)
    await _news(dear)
    await _paid_in(dear, company, 10_000)

    dear.control.win_dispute(dispute["id"])
    await _news(dear)

    books = await _books(company)
    assert (books["free"], books["owed"]) == (-(96_400 + 9_640), 0)
    assert await _debt(company) == 0


@pytest.mark.parametrize("method", ["card", "bank"])
@pytest.mark.parametrize("credited", [1, 3_600, 61_745, 9_640_000])
async def test_the_amount_that_is_named_to_pay_a_debt_credits_it_whole(database, method, credited):
    async with db.transaction(operator=True):
        amount = await topups.amount_for(yen(credited), method)

        assert (await topups.quote(amount, method)).credited >= yen(credited)
        less = yen(amount.amount - 3)
        assert amount == yen(topups.LEAST) or (await topups.quote(less, method)).credited < yen(credited)


async def _debt(company: str) -> int:
    async with db.transaction(operator=True):
        return (await debts.owed(company)).amount
