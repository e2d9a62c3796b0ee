"""One payout from the due date to the bank, over HTTP against the sandbox."""

from uuid import uuid4

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import chart, events, funding, journal, payables, planning, queries, verify
from tests.factories.payouts import account_of, earn, fund_platform, onboard, seat
from tests.payouts.conftest import Provider


async def _payout() -> dict:
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from payout order by id desc limit 1"))


async def _held(account: chart.Account) -> int:
    async with db.transaction(operator=True):
        return (await journal.balance(account)).amount


async def _pay(provider: Provider) -> dict:
    await planning.pay()
    await provider.drain()
    return await _payout()


async def test_a_due_item_reaches_the_bank(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 100_000)
    await earn(person, company)

    submitted = await _pay(provider)
    await provider.advance(days=1, minutes=1)
    await provider.drain()
    on_its_way = await _payout()
    await provider.advance(days=5)
    await provider.drain()
    await events.watch_payouts()
    paid = await _payout()

    assert (submitted["status"], submitted["transferred"], submitted["amount"]) == (
        "submitting",
        True,
        49_895,
    )
    assert on_its_way["status"] == "in_transit"
    assert paid["status"] == "paid"
    assert await _held(chart.person_payable(person)) == 0
    assert await _held(chart.stripe_connected(person)) == 0
    assert len(provider.made("transfers")) == len(provider.made("payouts")) == 1
    assert await verify.run() == []
    assert await verify.compare_with_provider() == []
    await provider.advance(days=11)
    assert await planning.settle() == 1


async def test_a_failed_bank_is_mended_and_paid_with_one_transfer(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 100_000)
    await earn(person, company)
    provider.control.set_bank_failure(await account_of(person), "account_closed")

    await _pay(provider)
    for _ in range(3):
        await provider.advance(days=3)
        await provider.drain()
    await events.watch_payouts()
    await planning.pay()
    failed = await _payout()
    provider.control.set_bank_failure(await account_of(person), None)
    provider.control.onboard(await account_of(person), number="7654321")
    await events.watch_payees()
    await _pay(provider)
    await provider.advance(days=5)
    await provider.drain()
    await events.watch_payouts()
    paid = await _payout()

    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert failed["arrives_on"] is None
    assert (failed["hold_reason"], failed["hold_owner"]) == ("bank_details_wrong", "alumnus")
    assert (paid["status"], paid["attempt"]) == ("paid", 2)
    assert len(provider.made("transfers")) == 1
    assert len(provider.made("payouts")) == 2
    assert await verify.run() == []
    assert await verify.compare_with_provider() == []
    assert await _held(chart.stripe_connected(person)) == 0


async def test_an_item_is_paid_early_when_asked_and_not_before(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 100_000)
    async with db.transaction(operator=True):
        later = (await clock.today()).replace(year=2027, month=6, day=1)
    item = await earn(person, company, due_on=later)

    await planning.pay()
    async with db.transaction(operator=True):
        before = await db.fetchval("select count(*) from payout")
    async with db.transaction(person=person):
        await payables.ask_early(person, item)
    early = await _pay(provider)

    assert before == 0
    assert early["amount"] == 49_895


async def test_a_card_payment_is_credited_once_net_of_its_fee(provider):
    company = str(uuid4())
    await fund_platform(provider.control, company, 100_000)
    await provider.drain()

    async with db.transaction(company=company):
        free = await funding.free_balance(company)
        assert free == yen(98_500)
        assert seat().maximum < free


async def test_what_is_owed_is_on_its_way_and_then_paid(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 100_000)
    await earn(person, company)

    async def stands() -> tuple[int, int, int]:
        async with db.transaction(person=person):
            earned = await queries.earnings(person)
        return earned.payable.amount, earned.in_transit.amount, earned.paid.amount

    said = [await stands()]
    await _pay(provider)
    said.append(await stands())
    await provider.advance(days=1, minutes=1)
    await provider.drain()
    await provider.advance(days=5)
    await provider.drain()
    await events.watch_payouts()
    said.append(await stands())

    assert said == [(49_895, 0, 0), (0, 49_895, 0), (0, 0, 49_895)]


async def test_a_company_sees_the_state_of_its_items_and_nothing_of_another_company(provider):
    ours, theirs, person = str(uuid4()), str(uuid4()), await onboard(provider.control)
    for company in (ours, theirs):
        await fund_platform(provider.control, company, 100_000)
        await earn(person, company)
    await planning.pay()

    async with db.transaction(company=ours):
        seen = await db.fetch(
            """select i.payer, i.net_amount, p.id is null as foreign_payout
               from payable_item i left join payout p on p.id = i.payout_id"""
        )

    assert [tuple(row) for row in seen] == [(f"company:{ours}", 49_895, False)]
