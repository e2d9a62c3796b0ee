"""The operator's money pages say what the ledger says, to the yen, and only to the operator."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.funds import ageing, covering
from payouts import chart, journal, own_postings, postings
from tests.factories.companies import company, signed_in
from tests.factories.tasks import rows
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")

PAGES = [
    "/operator",
    "/operator/accounts",
    "/operator/transfers",
    "/operator/work",
    "/operator/switches/payouts",
]


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    found = await signed_in("megumi@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    async with browser_of(found.person) as browser:
        yield browser


async def topped_up(amount: int, owner: UUID | None, transaction: str = "txn1") -> None:
    async with db.transaction(operator=True):
        fact = postings.topup(
            str(owner),
            transaction=transaction,
            arrived=yen(amount),
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact)


async def test_the_proof_shows_both_sides_and_their_zero(operator: Browser):
    owner = await company()
    await topped_up(63_250, owner.company)

    page = await operator.get("/operator")

    assert "The ledger balances to the yen" in page.text
    assert operator.yen(page, ".proof") == [63_250, -63_250, 0]
    assert operator.yen(page, ".eq") == [63_250, 63_250, 0]


async def test_a_gap_in_client_money_asks_for_its_cover_with_its_yen(operator: Browser):
    owner = await company()
    await topped_up(63_250, owner.company)
    async with db.transaction(operator=True):
        await journal.record(
            postings.post(
                "gone:1",
                await clock.now(),
                "JPY",
                (chart.stripe_platform(), yen(-1_250)),
                (chart.stripe_fee_expense(), yen(1_250)),
            )
        )

    page = await operator.get("/operator")

    assert "Client money is not covered" in page.text
    assert "from your own money" in page.text
    assert 1_250 in operator.yen(page, "#safe p, [aria-labelledby=safe] p")


async def test_every_number_leads_down_to_its_postings(operator: Browser):
    owner = await company("aoba", "あおば製作所")
    await topped_up(63_250, owner.company)

    accounts = await operator.follow(await operator.get("/operator"), "/operator/accounts?purpose=balance")
    account = await operator.follow(accounts, "/operator/accounts/")
    transfer = await operator.follow(account, "/operator/transfers/")

    assert "Aozora" in accounts.text
    assert (
        operator.yen(account, "table") == [-63_250, -63_250, -63_250][: len(operator.yen(account, "table"))]
    )
    assert sorted(operator.yen(transfer, "tbody td.num:not(.col-wide)")) == [-63_250, 63_250]
    assert operator.yen(transfer, "tfoot") == [0]


async def test_a_drifted_balance_is_said_aloud(operator: Browser, owner: asyncpg.Connection):
    someone = await company()
    await topped_up(1_000, someone.company)
    await owner.execute("update ledger_account set balance = balance - 1 where purpose = 'balance'")

    page = await operator.get("/operator")

    assert "The ledger does not balance" in page.text
    assert operator.yen(page, ".proof .zero") == [-1]
    assert "1 account differs from its entries" in page.text


async def test_lists_have_pages(operator: Browser):
    someone = await company()
    for number in range(52):
        await topped_up(100 + number, someone.company, f"txn{number}")

    first = await operator.get("/operator/transfers")
    second = await operator.get("/operator/transfers?page=2")

    assert "52 postings" in first.text
    assert len(operator.yen(first, "tbody")) == 50
    assert operator.yen(second, "tbody") == [101, 100]


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_but_the_operator_sees_them(path: str):
    owner = await company()
    assert owner.person is not None
    async with browser_of(owner.person) as browser:
        answer = await browser.get(path, expect=404)

    assert answer.status_code == 404


async def test_a_stop_needs_a_reason_and_keeps_it(operator: Browser):
    page = await operator.get("/operator/switches/payouts")

    refused = await operator.press(page, "/operator/switches/payouts/stop", expect=422)
    await operator.press(page, "/operator/switches/payouts/stop", reason="Strange transfers")

    shown = await operator.get("/operator")
    assert 'aria-invalid="true"' in refused.text
    assert "Strange transfers" in shown.text
    await operator.press(page, "/operator/switches/payouts/stop", reason="Again", expect=409)
    stopped = await operator.get("/operator/switches/payouts")
    await operator.press(stopped, "/operator/switches/payouts/restart", reason="", expect=422)
    await operator.press(stopped, "/operator/switches/payouts/restart", reason="All transfers are ours")
    assert "Everything runs." in (await operator.get("/operator")).text


async def test_whoever_stops_does_not_start_again_alone_where_there_is_another_operator(operator: Browser):
    second = await signed_in("kenji@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", second.person)
    page = await operator.get("/operator/switches/payouts")
    await operator.press(page, "/operator/switches/payouts/stop", reason="Strange transfers")
    assert "Another operator starts it again" in (await operator.get("/operator/switches/payouts")).text

    await operator.press(page, "/operator/switches/payouts/restart", reason="Never mind", expect=403)
    async with browser_of(second.person) as other:
        stopped = await other.get("/operator/switches/payouts")
        await other.press(stopped, "/operator/switches/payouts/restart", reason="Looked at every one")

    assert "Everything runs." in (await operator.get("/operator")).text
    async with db.transaction(operator=True):
        kept = await db.fetch("select verb, data->>'reason' from activity_event order by id")
    assert [tuple(row) for row in kept][-2:] == [
        ("switch.stopped", "Strange transfers"),
        ("switch.restarted", "Looked at every one"),
    ]


async def test_the_clock_moves_and_the_sweeps_follow_in_a_worker(operator: Browser):
    page = await operator.get("/operator")
    async with db.transaction(operator=True):
        before = await clock.now()

    await operator.press(page, "/operator/clock", hours="24")

    async with db.transaction(operator=True):
        moved = await clock.now() - before
        waiting = await db.fetchval(
            "select count(*) from outbox where kind = 'sweeps.run' and done_at is null"
        )
    assert round(moved.total_seconds() / 3600) == 24
    assert waiting == 1


async def test_a_job_that_was_given_up_is_tried_again(operator: Browser):
    async with db.transaction(operator=True):
        await outbox.enqueue("sweeps.run", queue="work")
        await db.execute("update outbox set dead_at = now(), attempts = 25, last_error = 'OSError: away'")
    page = await operator.get("/operator/work?part=dead")
    action = page.text.split('action="/operator/work/jobs/')[1].split('"')[0]

    await operator.press(page, f"/operator/work/jobs/{action}")

    async with db.transaction(operator=True):
        row = await db.fetchrow("select dead_at, attempts from outbox where kind = 'sweeps.run'")
    assert "OSError: away" in page.text
    assert tuple(row or ()) == (None, 0)


async def test_old_money_at_stripe_is_told_once_a_stage_and_shown_with_its_days(operator: Browser):
    owner = await company()
    await topped_up(63_250, owner.company)
    fresh = await operator.get("/operator")
    async with db.transaction(operator=True):
        now = await clock.now()
    noon = datetime.combine(clock.day_of(now) + timedelta(days=1), time(12), clock.JST)
    told = []
    for wait in (noon - now + timedelta(days=58), *(timedelta(days=days) for days in (1, 10, 5, 5))):
        await clock.advance(wait)
        await ageing.warn()
        await ageing.warn()
        async with db.transaction(operator=True):
            rows = await db.fetch("select kind from notification where kind like 'money.%' order by id")
        told.append([row["kind"] for row in rows])

    page = await operator.get("/operator")
    notices = await operator.get("/notices")

    assert "lain at Stripe" not in fresh.text
    assert told == [
        [],
        ["money.ageing"],
        ["money.ageing"],
        ["money.ageing", "money.ageing"],
        ["money.ageing", "money.ageing", "money.must_leave"],
    ]
    assert operator.yen(page, "[aria-labelledby=age]") == [63_250, 63_250, 63_250]
    assert "The oldest: 80 days" in operator.words(page, "[aria-labelledby=age]")
    assert "¥63,250 has to leave Stripe now" in notices.text


async def test_what_a_chargeback_leaves_owing_is_shown_to_the_company_and_to_the_operator(operator: Browser):
    owner = await company("aoba", "あおば製作所")
    await topped_up(10_000, owner.company)
    async with db.transaction(operator=True):
        fact = own_postings.chargeback(
            str(owner.company),
            dispute="dp1",
            amount=yen(63_250),
            unspent=yen(10_000),
            happened_at=await clock.now(),
        )
        await journal.record(fact)

    proof = await operator.get("/operator")
    theirs = await operator.get("/operator/companies/aoba")
    async with browser_of(owner.person) as finance:
        ours = await finance.get("/c/aoba/money")

    assert "The balance at Stripe is below zero by" in proof.text
    assert operator.yen(proof, ".note") == [53_250]
    assert operator.yen(theirs, ".note") == [53_250]
    assert operator.yen(ours, ".note") == [53_250, 55_239]  # owed, and what to pay in so that it is credited
    assert "is owed to the operator" in operator.words(ours, ".note")


async def _lose(amount: int) -> None:
    async with db.transaction(operator=True):
        fact = own_postings.chargeback(
            str(uuid4()), dispute="dp1", amount=yen(amount), unspent=yen(0), happened_at=await clock.now()
        )
        await topped_up(10_000, uuid4())
        await journal.record(fact)


async def _second_operator() -> UUID:
    found = await signed_in("jiro@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    assert found.person is not None
    return found.person


async def test_a_loss_is_covered_by_two_operators_with_a_reason(operator: Browser):
    await _lose(4_000)
    jiro = await _second_operator()

    page = await operator.get("/operator/cover")
    await operator.press(page, "/operator/cover", expect=422, amount="4001", reason="")
    await operator.press(page, "/operator/cover", amount="4000", reason="チャージバック dp1、11月23日入金")
    [noted] = await rows("select * from cover")
    booking = f"/operator/cover/{noted['id']}/booking"
    await operator.press(page, booking, expect=403)
    await operator.press(page, "/operator/cover", expect=409, amount="1", reason="again")
    async with browser_of(jiro) as other:
        await other.press(await other.get("/operator/cover"), booking)
        await other.press(await other.get("/operator"), booking, expect=409)
        proof = await other.get("/operator")

    assert "Client money is covered" in proof.text
    async with db.transaction(operator=True):
        position = chart.safeguarding(await journal.balances())
        assert (position.shortfall, await journal.balance(chart.bank_client())) == (yen(0), yen(4_000))
    [event] = await rows("select data from activity_event where verb = 'cover.noted'")
    assert event["data"]["reason"].startswith("チャージバック")


async def test_an_only_operator_books_what_he_has_noted_and_a_wrong_note_is_dropped(operator: Browser):
    await _lose(4_000)
    page = await operator.get("/operator/cover")

    await operator.press(page, "/operator/cover", amount="1000", reason="wrong")
    [noted] = await rows("select * from cover")
    await operator.press(page, f"/operator/cover/{noted['id']}/refusal")
    await operator.press(page, f"/operator/cover/{noted['id']}/booking", expect=409)
    await operator.press(page, "/operator/cover", amount="4000", reason="dp1")
    [right] = await rows("select * from cover where dropped_at is null")
    await operator.press(page, f"/operator/cover/{right['id']}/booking")

    assert await covering.missing(by=Actor("operator", name="")) == yen(0)
