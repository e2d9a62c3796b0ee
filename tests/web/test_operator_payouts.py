"""The operator follows payouts, sees why one waits, approves, and asks the provider."""

from collections.abc import AsyncIterator

import pytest

from marketplace.core import db
from payouts import planning
from tests.factories import contracts
from tests.factories.companies import signed_in
from tests.factories.payouts import account_of
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.web.browser import Browser, browser_of
from tests.web.test_earnings import live_on, ready_to_be_paid

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    found = await signed_in("megumi@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    async with browser_of(found.person) as browser:
        yield browser


@pytest.fixture
async def scene(provider: Provider) -> contracts.Scene:  # noqa: F811
    """Work that is approved, due, and asked for early; its alumnus is ready to be paid."""
    found = await contracts.scene()
    await ready_to_be_paid(found, provider)
    await contracts.rows("update payable_item set early_asked_at = business_now() returning id")
    return found


async def test_a_payout_is_followed_to_its_movements_and_postings(
    scene: contracts.Scene,
    operator: Browser,
    provider: Provider,  # noqa: F811
):
    await live_on(provider)

    listed = await operator.get("/operator/payouts?show=done")
    page = await operator.follow(listed, "/operator/payouts/0")

    words = operator.words(page, "main")
    assert operator.yen(page, "h1") == [49_895]
    assert "tr_" in words
    assert "po_" in words
    assert "acct_" in words
    for fact in ("submit:", "transfer:", "paid:"):
        assert fact in words


async def test_a_payout_over_the_limit_waits_for_the_second_person(
    scene: contracts.Scene,
    operator: Browser,
    provider: Provider,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    from marketplace.core.settings import settings

    monkeypatch.setenv("ENISHI_PAYOUT_LIMIT", "10000")
    settings.cache_clear()
    await planning.pay()
    page = await operator.follow(await operator.get("/operator/payouts?show=trouble"), "/operator/payouts/0")
    at = str(page.url.path)

    await operator.press(page, f"{at}/approval")
    await operator.press(page, f"{at}/approval", expect=409)
    await operator.press(page, "/operator/payouts/run")
    after = await operator.get(at)

    assert "waits for a second person" in page.text
    assert operator.yen(page, ".now .btn-now") == [49_895]
    assert "Being sent" in operator.words(after, ".head")


async def test_the_provider_is_asked_when_its_news_is_lost(
    scene: contracts.Scene,
    operator: Browser,
    provider: Provider,  # noqa: F811
):
    await planning.pay()
    await provider.drain()
    await provider.advance(days=2)
    await provider.drain()
    await provider.advance(days=5)
    provider.take_letters()
    page = await operator.follow(await operator.get("/operator/payouts"), "/operator/payouts/0")
    at = str(page.url.path)

    await operator.press(page, f"{at}/question")
    after = await operator.get(at)

    assert "In transit" in operator.words(page, ".head")
    assert "Paid" in operator.words(after, ".head")


async def test_a_stop_holds_what_is_due_and_says_so(
    scene: contracts.Scene,
    operator: Browser,
    provider: Provider,  # noqa: F811
):
    switch = await operator.get("/operator/switches/payouts")
    await operator.press(switch, "/operator/switches/payouts/stop", reason="Looking into something")
    await planning.pay()
    stopped = await operator.get("/operator/payouts?show=trouble")
    switch = await operator.get("/operator/switches/payouts")
    await operator.press(switch, "/operator/switches/payouts/restart", reason="Looked at")
    await operator.press(stopped, "/operator/payouts/run")
    running = await operator.get("/operator/payouts")

    assert "The operator has stopped payouts for the moment." in stopped.text
    assert "Being sent" in running.text
    assert await account_of(str(scene.person))


async def test_nobody_else_sees_payouts(scene: contracts.Scene):
    for person in (scene.person, scene.owner.person):
        assert person is not None
        async with browser_of(person) as browser:
            await browser.get("/operator/payouts", expect=404)
            await browser.get("/operator/payouts/00000000-0000-7000-8000-000000000000", expect=404)
