"""A company's finance sees its money to the yen, and nobody else's; managers see their unit's reserve."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import journal, own_postings, postings
from tests.factories import billing, contracts, tasks
from tests.factories.companies import colleague, company
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.web.asgi_visitor import signed_in
from tests.web.browser import Browser, browser_of
from tests.web.test_earnings import approved, live_on, ready_to_be_paid

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene(balance=100_000)


@pytest.fixture
async def finance(scene: contracts.Scene) -> AsyncIterator[Browser]:
    member = await colleague(scene.owner, scene.slug, "finance")
    assert member.person is not None
    async with browser_of(member.person) as browser:
        yield browser


async def test_the_three_numbers_and_the_book_are_the_ledgers(scene: contracts.Scene, finance: Browser):
    await contracts.concluded(scene)

    page = await finance.get(f"/c/{scene.slug}/money")

    assert finance.yen(page, ".stats .is-payable dd:first-of-type") == [100_000 - 63_250 + 5_105]
    assert finance.yen(page, ".stats .is-reserved dd:first-of-type") == [58_145]
    assert finance.yen(page, "#statement tbody td.num:last-child") == [0, 100_000, 36_750, 41_855]
    assert finance.yen(page, "#statement tfoot td") == [105_105, 63_250, 41_855]


async def test_the_book_as_a_file_names_the_task_and_the_posting(scene: contracts.Scene, finance: Browser):
    await contracts.concluded(scene)

    file = await finance.get(f"/c/{scene.slug}/money/statement.csv")

    text = file.content.decode("utf-8-sig")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "Contract concluded,採用サイトのトップページ デザイン改修,5105,,41855,conclude:" in text


async def test_a_manager_sees_the_units_reserve_and_nothing_else(scene: contracts.Scene):
    manager = await colleague(scene.owner, scene.slug, "manager", unit=scene.agreement.unit)
    assert manager.person is not None
    async with browser_of(manager.person) as browser:
        page = await browser.get(f"/c/{scene.slug}/money")
        await browser.get(f"/c/{scene.slug}/money/payouts", expect=403)
        await browser.get(f"/c/{scene.slug}/money/top-up", expect=403)
        await browser.get(f"/c/{scene.slug}/money/statement.csv", expect=403)

    assert set(browser.yen(page, "main")) == {63_250}


@pytest.mark.parametrize("role", ["recruiter", "coordinator", "approver"])
async def test_other_members_do_not_see_money(scene: contracts.Scene, role: str):
    member = await colleague(scene.owner, scene.slug, role)
    assert member.person is not None
    async with browser_of(member.person) as browser:
        await browser.get(f"/c/{scene.slug}/money", expect=403)


async def test_another_company_does_not_exist_here(scene: contracts.Scene, finance: Browser):
    await approved(scene)
    other = await company()
    assert other.person is not None
    item = (await contracts.rows("select id from payable_item"))[0]["id"]
    mine = (await contracts.rows("select slug from company where id = $1", other.company))[0]["slug"]

    async with browser_of(other.person) as stranger:
        await stranger.get(f"/c/{scene.slug}/money", expect=404)
        await stranger.get(f"/c/{mine}/money/payouts/{item}", expect=404)
        listed = await stranger.get(f"/c/{mine}/money/payouts")
        page = await stranger.get(f"/c/{mine}/money")
        await stranger.press(page, f"/c/{mine}/money/items/{item}/category", expect=404, category="design")

    assert stranger.yen(listed, "main") == []
    assert "49,895" in (await finance.get(f"/c/{scene.slug}/money/payouts/{item}")).text


async def test_the_fee_is_shown_exactly_before_paying_by_card(
    scene: contracts.Scene,
    finance: Browser,
    provider: Provider,  # noqa: F811
):
    at = f"/c/{scene.slug}/money"

    quote = await finance.get(f"{at}/top-up?amount=100,000&method=card")
    led = await finance.press(quote, f"{at}/top-ups", amount="100000", method="card")
    waiting = await finance.get(f"{at}/arrival")
    paid_at_stripe(provider, led.headers["location"])
    await credited(provider)
    arrived = await finance.get(f"{at}/arrival")
    listed = await finance.get(f"{at}/payments")

    assert finance.yen(quote, ".facts") == [100_000, -3_600, 96_400]
    assert led.headers["location"].startswith(provider.server.url)
    assert 'http-equiv="refresh"' in waiting.text
    assert 'http-equiv="refresh"' not in arrived.text
    assert finance.yen(arrived, "h1") == [96_400]
    assert finance.yen(listed, "tbody") == [100_000, 3_600, 96_400]


async def test_a_bank_transfer_gets_an_account_and_is_credited_when_it_arrives(
    scene: contracts.Scene,
    finance: Browser,
    provider: Provider,  # noqa: F811
):
    at = f"/c/{scene.slug}/money"
    quote = await finance.get(f"{at}/top-up?amount=50000&method=bank")

    await finance.press(quote, f"{at}/top-ups", amount="50000", method="bank")
    shown = await finance.get(f"{at}/bank")
    customer = (await contracts.rows("select customer from payer"))[0]["customer"]
    provider.control.deposit(customer, 50_000)
    await credited(provider)
    money = await finance.get(at)

    assert finance.yen(shown, "main") == [50_000]
    assert "Account number" in shown.text
    assert finance.yen(money, ".stats .is-payable dd:first-of-type") == [36_750 + 49_250]


async def test_unspent_balance_goes_back_and_more_is_refused(
    scene: contracts.Scene,
    finance: Browser,
    provider: Provider,  # noqa: F811
):
    at = f"/c/{scene.slug}/money"
    led = await finance.press(
        await finance.get(f"{at}/top-up?amount=10000&method=card"),
        f"{at}/top-ups",
        amount="10000",
        method="card",
    )
    paid_at_stripe(provider, led.headers["location"])
    await credited(provider)
    form = await finance.get(f"{at}/refund")

    too_much = await finance.press(form, f"{at}/refunds", expect=422, amount="99999999")
    old_money = await finance.press(form, f"{at}/refunds", expect=409, amount="40000")
    await finance.press(form, f"{at}/refunds", amount="9000")
    await provider.drain()
    money = await finance.get(at)

    assert 'aria-invalid="true"' in too_much.text
    assert "can no longer be refunded" in old_money.text
    assert finance.yen(money, ".stats .is-payable dd:first-of-type") == [36_750 + 9_640 - 9_000]


@pytest.mark.parametrize("amount", ["", "0", "49", "abc", "10000001"])
async def test_a_wrong_amount_is_refused_with_what_was_typed(
    scene: contracts.Scene, finance: Browser, amount: str
):
    page = await finance.get(f"/c/{scene.slug}/money/top-up?amount={amount}&method=card", expect=422)

    assert 'aria-invalid="true"' in page.text
    assert f'value="{amount}"' in page.text


async def test_finance_follows_a_payout_to_its_postings_and_ids(
    scene: contracts.Scene,
    finance: Browser,
    provider: Provider,  # noqa: F811
):
    await ready_to_be_paid(scene, provider)
    await contracts.rows("update payable_item set early_asked_at = business_now() returning id")
    await live_on(provider)

    listed = await finance.get(f"/c/{scene.slug}/money/payouts?show=paid")
    page = await finance.follow(listed, f"/c/{scene.slug}/money/payouts/")
    file = await finance.get(f"/c/{scene.slug}/money/payouts.csv")

    assert finance.yen(page, "h1") == [49_895]
    words = finance.words(page, "main")
    for fact in ("Contract concluded", "Work approved", "Put on its way", "Arrived in the bank"):
        assert fact in words
    for raw in ("company:", "person:", "stripe:", "approve:", "revenue:"):
        assert raw not in words, raw
    assert "The operator" in words
    assert sum(finance.yen(page, "table[aria-labelledby], .book tbody:not(:last-child) td.num")) == 0
    assert "tr_" in finance.words(page, "aside")
    assert "po_" in finance.words(page, "aside")
    assert f'href="/c/{scene.slug}/contracts/' in page.text
    assert ",50000,5000,5105,49895,Paid," in file.content.decode("utf-8-sig")


async def test_work_of_an_unknown_kind_waits_for_finance(scene: contracts.Scene, finance: Browser):
    await approved(scene)
    item = (await contracts.rows("update payable_item set tax_category = 'other' returning id"))[0]["id"]
    async with browser_of(scene.person) as alumnus:
        told = await alumnus.get("/earnings")
    page = await finance.get(f"/c/{scene.slug}/money")

    await finance.press(page, f"/c/{scene.slug}/money/items/{item}/category", expect=422, category="nonsense")
    await finance.press(page, f"/c/{scene.slug}/money/items/{item}/category", category="design")

    assert "1 payment waits for your decision" in page.text
    assert "The company's finance" in told.text.replace("&#39;", "'")
    assert "waits for your decision" not in (await finance.get(f"/c/{scene.slug}/money")).text


async def credited(provider: Provider) -> None:  # noqa: F811
    """Wait for the webhooks, which the sandbox sends behind its answer, and handle them."""
    for _ in range(100):
        await provider.drain()
        if await contracts.rows("select id from topup where status = 'paid'"):
            return
        await asyncio.sleep(0.05)


def paid_at_stripe(provider: Provider, address: str) -> None:  # noqa: F811
    """Pay on the hosted page as a person would, with the test card that works."""
    import re

    import httpx

    with httpx.Client(follow_redirects=False) as browser:
        page = browser.get(address).text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        action = re.search(r'<form[^>]*action="([^"]*)"', page)
        target = httpx.URL(address).join(action.group(1)) if action and action.group(1) else address
        answer = browser.post(
            target, data={**hidden, "card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}
        )
        assert answer.status_code in {302, 303}, answer.text[:2000]


async def test_a_method_alone_opens_the_form_with_it_chosen_and_nothing_marked(
    scene: contracts.Scene, finance: Browser
):
    page = await finance.get(f"/c/{scene.slug}/money/top-up?method=bank")

    assert re.search(r'name="method" value="bank"\s+checked', page.text)
    assert "aria-invalid" not in page.text


async def _owe(company: str, *, owed: int, free: int) -> None:
    """Book a payment that was taken back after it was spent, and money that is free."""
    async with db.transaction(operator=True):
        now = await clock.now()
        taken = own_postings.chargeback(
            company, dispute="dp-1", amount=yen(owed), unspent=yen(0), happened_at=now
        )
        await journal.record(taken)
        arrived = postings.topup(
            company, transaction="free-1", arrived=yen(free), fee_borne=yen(0), happened_at=now
        )
        await journal.record(arrived)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_company_in_debt_reads_what_it_owes_and_pays_it_before_it_takes_anything_back(language):
    firm = await tasks.firm(balance=0)
    await _owe(str(firm.company), owed=50_000, free=20_000)
    at = f"/c/{firm.slug}/money"
    [found] = await tasks.rows("select email from person where id = $1", firm.owner.person)
    owner = await signed_in(found["email"], language)

    await owner.open(at)
    assert "50,000" in owner.text
    assert owner.page.css_first(f"main a[href='{at}/refund']") is None
    assert owner.page.css_first(f"main a[href='{at}/top-up?amount=51868']") is not None
    await owner.open(f"{at}/refund")
    assert owner.page.css_first("form[action$='/refunds']") is None

    await owner.open(at)
    await owner.send("/money/debt")
    assert "30,000" in owner.text
    assert "money.debt_paid" in await tasks.notices(firm.owner)


async def test_an_open_invoice_is_no_payment_that_was_taken_back(scene: contracts.Scene, finance: Browser):
    await billing.opened(company=str(scene.company))

    page = await finance.get(f"/c/{scene.slug}/money")

    assert "is owed to the operator" not in page.text
