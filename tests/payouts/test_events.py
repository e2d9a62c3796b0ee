"""The provider's news in any order, any number of times, or never: the books end at the provider's truth."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
import stripe

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import yen
from payouts import chart, events, funding, hooks, journal, refunds, topups, verify
from payouts.gateway import reading, webhooks
from tests.factories.payouts import fund_platform, onboard, pay_by_card
from tests.payouts.conftest import SECRETS, Provider


async def _free(company: str) -> int:
    async with db.transaction(company=company):
        return (await funding.free_balance(company)).amount


async def _topup(company: str) -> dict:
    async with db.transaction(operator=True):
        return dict(
            await db.fetchrow("select * from topup where owner = $1 order by id", f"company:{company}")
        )


def _signed(kind: str, body: bytes, at: float | None = None) -> str:
    return stripe.WebhookSignature.generate_signature_header(
        body.decode(), SECRETS[kind][1], timestamp=int(at or time.time())
    )


BODY = b'{"id": "evt_1", "type": "payout.paid", "data": {"object": {"id": "po_1"}}, "account": "acct_1"}'


async def test_a_signed_webhook_is_read(provider):
    found = webhooks.read("connect", BODY, _signed("connect", BODY))

    assert (found.id, found.kind, found.object_id, found.account) == (
        "evt_1",
        "payout.paid",
        "po_1",
        "acct_1",
    )


@pytest.mark.parametrize(
    ("source", "body", "age"),
    [
        ("platform", BODY, 0),  # signed for the other endpoint
        ("connect", BODY.replace(b"paid", b"made"), 0),
        ("connect", BODY, -301),
        ("connect", BODY, 400),
    ],
)
async def test_a_forged_old_or_future_webhook_is_refused(provider, source, body, age):
    with pytest.raises(webhooks.Forged):
        webhooks.read(source, body, _signed("connect", BODY, time.time() + age))


async def test_an_endpoint_without_a_secret_does_not_exist(provider):
    with pytest.raises(NotFound):
        webhooks.read("unknown", BODY, _signed("connect", BODY))


async def test_an_event_is_stored_and_applied_once(provider):
    envelope = webhooks.read("connect", BODY, _signed("connect", BODY))
    unknown = json.loads(BODY) | {"type": "something.new", "id": "evt_2"}

    first = await events.store("connect", envelope)
    again = await events.store("connect", envelope)
    await events.store("platform", reading.snapshot(unknown))

    assert (first, again) == (True, False)
    assert await events.handle(["evt_2"]) == {}
    assert await _outcomes() == {"evt_1": "", "evt_2": "ignored"}
    async with db.transaction(operator=True):
        assert await db.fetchval("select array_agg(args ->> 'event') from outbox") == ["evt_1"]


async def _outcomes() -> dict[str, str]:
    async with db.transaction(operator=True):
        return dict(await db.fetch("select id, outcome from stripe_event"))


async def test_webhooks_of_a_top_up_in_reverse_and_twice_credit_it_once(provider):
    company = str(uuid4())
    await topups.start_bank_topup(company, yen(50_000), name="Acme", email="a@b.example", requested_by="m")
    async with db.transaction(operator=True):
        customer = await db.fetchval("select customer from payer")
    provider.control.deposit(customer, 50_000)
    await _wait_for(provider, 3)
    letters = provider.take_letters()
    provider.letters.extend([*reversed(letters), *letters])

    await provider.drain()

    assert await _free(company) == 49_250
    assert (await _topup(company))["status"] == "paid"


async def _wait_for(provider: Provider, count: int) -> None:
    ends = time.monotonic() + 60
    while len(provider.letters) < count and time.monotonic() < ends:  # noqa: ASYNC110 - a thread fills it
        await asyncio.sleep(0.05)


async def test_lost_webhooks_are_found_by_looking(provider):
    company = str(uuid4())
    provider.control.add_fault("drop", count=50, event="*")
    await topups.start_bank_topup(company, yen(50_000), name="Acme", email="a@b.example", requested_by="m")
    async with db.transaction(operator=True):
        customer = await db.fetchval("select customer from payer")
    provider.control.deposit(customer, 50_000)

    new = await events.fill_gaps()
    again = await events.fill_gaps()
    await provider.drain()

    assert new > 0
    assert again == 0
    assert await _free(company) == 49_250


async def test_money_that_nobody_announced_is_credited_to_its_sender(provider):
    company = str(uuid4())
    customer = await topups.customer_of(company, name="Acme", email="a@b.example")
    provider.control.deposit(customer, 20_000)

    await events.fill_gaps()
    await provider.drain()
    await events.fill_gaps()
    await provider.drain()

    assert await _free(company) == 19_700
    assert await verify.compare_with_provider() == []


async def test_a_card_payment_is_credited_and_its_listeners_are_told(provider):
    company, told = str(uuid4()), []

    async def listen(*, company: str, amount: object) -> None:
        told.append((company, amount))

    hooks.on("topup")(listen)
    url = await topups.start_card_topup(
        company,
        yen(100_000),
        name="Acme",
        email="a@b.example",
        title="Top-up",
        success_url="http://localhost/ok",
        cancel_url="http://localhost/no",
        requested_by="m",
    )
    pay_by_card(url)
    await events.fill_gaps()
    await provider.drain()

    assert await _free(company) == 96_400
    assert told == [(company, yen(96_400))]
    async with db.transaction(operator=True):
        shown = await topups.quote(yen(100_000), "card")
    assert (shown.fee, shown.credited) == (yen(3_600), yen(96_400))


async def test_a_chargeback_takes_what_is_unspent_and_is_undone_when_won(provider):
    company = str(uuid4())
    url = await topups.start_card_topup(
        company,
        yen(100_000),
        name="Acme",
        email="a@b.example",
        title="Top-up",
        success_url="http://localhost/ok",
        cancel_url="http://localhost/no",
        requested_by="m",
    )
    pay_by_card(url)
    await fund_platform(
        provider.control, str(uuid4()), 100_000
    )  # another company's money pays for it meanwhile
    await events.fill_gaps()
    await provider.drain()

    dispute = provider.control.open_dispute((await _topup(company))["charge"])
    await events.fill_gaps()
    await provider.drain()
    lost = await _free(company), await _owed(company)
    provider.control.win_dispute(dispute["id"])
    await events.fill_gaps()
    await provider.drain()

    assert lost == (0, 3_600)
    assert (await _free(company), await _owed(company)) == (96_400, 0)
    assert await verify.compare_with_provider() == []


async def _owed(company: str) -> int:
    async with db.transaction(operator=True):
        return (await journal.balance(chart.company_receivable(company))).amount


async def test_unspent_money_goes_back_the_way_it_came(provider):
    company = str(uuid4())
    await fund_platform(provider.control, company, 100_000)

    async with db.transaction(operator=True):
        await refunds.refund_unspent(company, yen(60_000))
    await provider.drain()

    assert await _free(company) == 38_500
    assert (await _topup(company))["refunded_amount"] == 60_000
    assert await verify.compare_with_provider() == []


async def test_a_refund_that_the_provider_refuses_is_the_company_s_balance_again(provider):
    company = str(uuid4())
    await fund_platform(provider.control, company, 100_000)
    provider.control.add_fault("payment_required", method="POST", path="/v1/refunds")

    async with db.transaction(operator=True):
        await refunds.refund_unspent(company, yen(60_000))
    await provider.drain()

    assert await _free(company) == 98_500
    assert (await _topup(company))["refunded_amount"] == 0
    assert await verify.run() == []


async def test_more_than_the_free_balance_is_not_refunded(provider):
    company = str(uuid4())
    await fund_platform(provider.control, company, 10_000)

    async with db.transaction(operator=True):
        with pytest.raises(funding.Shortfall) as short:
            await refunds.refund_unspent(company, yen(10_000))

    assert short.value.missing == yen(150)


async def test_a_restricted_account_is_mirrored_from_a_thin_event(provider):
    person = await onboard(provider.control)
    async with db.transaction(operator=True):
        account = await db.fetchval("select account from payee")
        assert await db.fetchval("select status from payee") == "active"

    provider.control.restrict(account)
    await _wait_for(provider, 1)
    await provider.drain()

    async with db.transaction(person=person):
        assert await db.fetchval("select status from payee") == "restricted"
