"""An alumnus sees every yen of his: reserved, payable, in transit, month by month, and why it is not paid yet."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from marketplace.contracts import acceptance
from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import bounties, events, journal, onboarding, planning
from payouts.billing import postings as billing_postings
from payouts.billing.terms import Amounts
from tests.factories import contracts
from tests.factories.payouts import account_of, earn, fund_platform
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")


async def approved(scene: contracts.Scene) -> None:
    contract = await contracts.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene()


@pytest.fixture
async def alumnus(scene: contracts.Scene) -> AsyncIterator[Browser]:
    async with browser_of(scene.person) as browser:
        yield browser


async def test_a_concluded_contract_is_reserved_money(scene: contracts.Scene, alumnus: Browser):
    await contracts.concluded(scene)

    page = await alumnus.get("/earnings")

    assert alumnus.yen(page, ".stats .is-reserved dd:first-of-type") == [49_895]
    assert "58,145" in alumnus.words(page, ".stats .is-reserved")
    assert alumnus.yen(page, ".stats .is-payable dd:first-of-type") == [0]


async def test_approved_work_is_payable_with_its_line_in_the_book(scene: contracts.Scene, alumnus: Browser):
    await approved(scene)

    page = await alumnus.get("/earnings")

    assert alumnus.yen(page, ".stats .is-reserved dd:first-of-type") == [0]
    assert alumnus.yen(page, ".stats .is-payable dd:first-of-type") == [49_895]
    assert alumnus.yen(page, "#statement tbody") == [0, 49_895, 49_895]
    assert "Fee 50,000 + tax 5,000 − withheld 5,105" in alumnus.words(page, "#statement")
    assert "Complete your payment set-up" in page.text


async def test_a_long_way_is_shown_in_pages_and_its_sums_are_of_all_of_it(
    scene: contracts.Scene, alumnus: Browser
):
    await contracts.topped_up(scene.owner, 1_000_000)
    for _ in range(11):
        await earn(str(scene.person), str(scene.company))

    first = await alumnus.get("/earnings")
    second = await alumnus.follow(first, "/earnings?waiting=2")
    beyond = await alumnus.get("/earnings?waiting=99")

    counted = [len(re.findall('<details class="why"', page.text)) for page in (first, second, beyond)]
    assert counted == [10, 1, 10]
    assert [page.text.count('<details class="why" open') for page in (first, second)] == [1, 0]
    for page in (first, second):
        total = alumnus.yen(page, ".stats .is-payable dd:first-of-type")
        assert alumnus.yen(page, "#ways + p") == total
        assert f"¥{total[0]:,} in your bank by" in alumnus.words(page, "h1")
        assert "/earnings/early" in page.text


async def test_the_title_tells_what_comes_next_and_when(scene: contracts.Scene, alumnus: Browser):
    nothing = await alumnus.get("/earnings")
    await approved(scene)

    page = await alumnus.get("/earnings")

    assert alumnus.words(nothing, "title") == "Earnings · Enishi"
    assert alumnus.words(page, "title").startswith("¥49,895 in your bank by ")


async def test_the_book_as_a_file_opens_in_excel(scene: contracts.Scene, alumnus: Browser):
    await approved(scene)

    file = await alumnus.get("/earnings/statement.csv")

    lines = file.content.decode("utf-8-sig").splitlines()
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert lines[1].endswith(",Carried over,,,0")
    assert lines[2].endswith(",49895,,49895")


async def test_another_month_carries_the_balance_over(scene: contracts.Scene, alumnus: Browser):
    await approved(scene)
    await contracts.later(days=40)

    page = await alumnus.get("/earnings")
    before = await alumnus.follow(page, "/earnings?month=")

    assert alumnus.yen(page, "#statement tbody .carry") == [49_895]
    assert (
        alumnus.yen(before, "#statement tfoot .col-wide")[-1:] == [49_895] or "Nothing moved" in before.text
    )


async def test_money_comes_early_when_it_is_asked_for(
    scene: contracts.Scene,
    alumnus: Browser,
    provider: Provider,  # noqa: F811
):
    await ready_to_be_paid(scene, provider)
    page = await alumnus.get("/earnings")
    action = "/earnings/items/" + page.text.split('action="/earnings/items/')[1].split('"')[0]

    await alumnus.press(page, action)
    asked = await alumnus.get("/earnings")
    await planning.pay()
    await provider.drain()
    sent = await alumnus.get("/earnings")

    assert "It is not due yet." in page.text
    assert "You asked for it early." in asked.text
    assert alumnus.yen(sent, ".stats .is-transit dd:first-of-type") == [49_895]
    assert alumnus.yen(sent, ".stats .is-payable dd:first-of-type") == [0]


async def test_a_bank_that_refuses_tells_what_to_do_and_the_retry_arrives(
    scene: contracts.Scene,
    alumnus: Browser,
    provider: Provider,  # noqa: F811
):
    await ready_to_be_paid(scene, provider)
    account = await account_of(str(scene.person))
    provider.control.set_bank_failure(account, "account_closed")
    await alumnus.press(await alumnus.get("/earnings"), "/earnings/early")
    await live_on(provider)

    refused = await alumnus.get("/earnings")
    setup = await alumnus.get("/me/payout")
    provider.control.set_bank_failure(account, None)
    provider.control.onboard(account, number="7654321")
    await alumnus.press(setup, "/me/payout/check")
    mended = await alumnus.get("/me/payout")
    await live_on(provider)
    paid = await alumnus.get("/earnings")

    told = [row["kind"] for row in await contracts.rows("select kind from notification order by id")]
    assert [kind for kind in told if kind.startswith("money.")] == [
        "money.added",
        "money.bank_refused",
        "money.paid",
    ]
    assert "Your bank did not accept the payment" in refused.text
    assert alumnus.yen(refused, ".stats .is-payable dd:first-of-type") == [49_895]
    assert "Replace the bank account" in setup.text
    assert "•••4321" in mended.text
    assert [alumnus.yen(paid, f".stats .is-{one} dd:first-of-type") for one in ("payable", "transit")] == [
        [0],
        [0],
    ]
    assert "Nothing on its way" in paid.text
    assert alumnus.yen(paid, ".chart figcaption") == [49_895]


async def test_another_alumnus_sees_none_of_it(scene: contracts.Scene):
    await approved(scene)
    other = await contracts.scene()

    async with browser_of(other.person) as browser:
        page = await browser.get("/earnings")

    assert set(browser.yen(page, "main")) == {0}


async def test_the_providers_page_is_opened_and_its_answer_mirrored(
    scene: contracts.Scene,
    alumnus: Browser,
    provider: Provider,  # noqa: F811
):
    page = await alumnus.get("/me/payout")

    led = await alumnus.press(page, "/me/payout/onboarding")
    account = await account_of(str(scene.person))
    back = await alumnus.get("/me/payout/return", expect=303)
    missing = await alumnus.get("/me/payout")
    provider.control.onboard(account)
    await alumnus.get("/me/payout/return", expect=303)
    ready = await alumnus.get("/me/payout")

    assert led.headers["location"].startswith(provider.server.url)
    assert back.headers["location"] == "/me/payout"
    assert "Family name" in alumnus.words(missing, ".reasons")
    assert "•••1234" in ready.text


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("T1180301018771", 303),
        ("Ｔ１１８０３０１０１８７７１", 303),
        ("", 303),
        ("T1180301018772", 422),
        ("12345", 422),
    ],
)
async def test_a_registration_number_is_checked(alumnus: Browser, number: str, status: int):
    page = await alumnus.get("/me/payout")

    answer = await alumnus.press(
        page, "/me/payout/tax-profile", expect=status, kind="corporation", registration_number=number
    )

    assert ('aria-invalid="true"' in answer.text) == (status == 422)
    shown = await alumnus.get("/me/payout")
    assert ('value="T1180301018771"' in shown.text) == (status == 303 and bool(number))


async def ready_to_be_paid(scene: contracts.Scene, provider: Provider) -> None:  # noqa: F811
    """Let the alumnus be onboarded, the money lie at the provider, and his work be approved."""
    person = str(scene.person)
    await onboarding.start(
        person, email="hana@example.jp", refresh_url="http://localhost/r", return_url="http://localhost/b"
    )
    provider.control.onboard(await account_of(person))
    await onboarding.refresh(person)
    await fund_platform(provider.control, str(scene.company), 100_000)
    await approved(scene)


async def live_on(provider: Provider) -> None:  # noqa: F811
    """Let a week pass for payouts and the provider."""
    for _ in range(3):
        await planning.pay()
        await provider.drain()
        await provider.advance(days=3)
        await provider.drain()
    await events.watch_payouts()
    await planning.pay()


async def rewarded(scene: contracts.Scene, *amounts: int) -> list[str]:
    """Let parts of bounties have vested for the alumnus, of claims of their own; return the claims."""
    person, company = str(scene.person), str(scene.company)
    made = [str(uuid4()) for _ in amounts]
    async with db.transaction(operator=True):
        for claim, amount in zip(made, amounts, strict=True):
            fact = billing_postings.fund_bounty(
                person, claim=claim, amount=yen(amount), happened_at=await clock.now()
            )
            asked = billing_postings.invoice(
                company, person, number=amount, claim=claim,
                amounts=Amounts(yen(0), yen(0), yen(amount)), happened_at=await clock.now(),
            )  # fmt: skip
            await journal.record(asked)
            await journal.record(fact)
            await bounties.vest(
                person, company, claim=claim, tranche=f"{claim}:1", number=1, amount=yen(amount),
                title="動画編集の案件", due_on=await clock.today() + timedelta(days=14),
            )  # fmt: skip
    return made


async def test_a_reward_waits_in_words_of_its_own_and_leads_to_its_referral(
    scene: contracts.Scene, alumnus: Browser
):
    [claim] = await rewarded(scene, 30_000)

    page = await alumnus.get("/earnings")

    assert f"/referrals/{claim}" in page.text
    assert "The referral held and the company has paid" in page.text
    assert "Approved: from reserved to payable" not in page.text
    assert "Reward for a referral vested" in alumnus.words(page, "#statement")


async def test_what_goes_back_of_an_earlier_reward_is_shown_and_a_reward_netted_whole_waits_for_nothing(
    scene: contracts.Scene, alumnus: Browser
):
    await rewarded(scene, 40_000)
    async with db.transaction(operator=True):
        await bounties.claw_back(str(scene.person), str(scene.company), tranche="old", amount=yen(40_000))

    whole, partly = await rewarded(scene, 30_000, 35_000)
    page = await alumnus.get("/earnings")

    assert "¥35,000 less ¥10,000 that goes back from an earlier reward" in page.text
    assert f"/referrals/{partly}" in page.text
    assert f"/referrals/{whole}" not in page.text
    assert "Set off: an earlier reward goes back" in alumnus.words(page, "#statement")
