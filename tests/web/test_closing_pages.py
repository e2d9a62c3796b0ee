"""Closing on pages: finance looks, closes softly, closes for good, downloads; two open it again; the operator the same."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from marketplace import schedule
from marketplace.contracts import acceptance
from marketplace.core import clock, db, outbox
from marketplace.core.bank_days import nth_bank_day
from marketplace.core.clock import JST
from marketplace.funds import closing_notices
from payouts.statements import months
from payouts.statements.months import after
from tests.factories import contracts
from tests.factories.closing import reconciled
from tests.factories.companies import colleague, signed_in
from tests.factories.statements import go_to
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")
assert schedule.SWEEPS  # its imports register the jobs


@pytest.fixture
async def scene() -> contracts.Scene:
    """A company with one approved contract of the worked example, and its month over."""
    found = await contracts.scene(balance=500_000)
    contract = await contracts.delivered(found)
    await acceptance.approve(contract, by=found.owner)
    return found


@pytest.fixture
async def month(scene: contracts.Scene) -> date:
    async with db.transaction(operator=True):
        running = months.first_of(await clock.today())
    await go_to(months.last_moment(running))
    return running


@pytest.fixture
async def finance(scene: contracts.Scene) -> AsyncIterator[Browser]:
    member = await colleague(scene.owner, scene.slug, "finance")
    assert member.person is not None
    async with browser_of(member.person) as browser:
        yield browser


@pytest.fixture
async def boss(scene: contracts.Scene) -> AsyncIterator[Browser]:
    assert scene.owner.person is not None
    async with browser_of(scene.owner.person) as browser:
        yield browser


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    found = await signed_in("ops@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    async with browser_of(found.person) as browser:
        yield browser


async def work() -> None:
    while await outbox.work_one("work"):
        pass


async def close(browser: Browser, at: str, reason: str = "the bank's trace comes later") -> None:
    """Close a month through the page: softly, then for good."""
    await browser.press(await browser.get(at), f"{at}/soft-close")
    await work()
    await browser.press(await browser.get(at), f"{at}/close", reason=reason)
    await work()


def words(browser: Browser, page: object) -> str:
    return " ".join(browser.words(page, "main").split())  # type: ignore[arg-type]


async def test_finance_closes_softly_then_for_good_and_downloads_the_package(
    scene: contracts.Scene, month: date, finance: Browser
):
    at = f"/c/{scene.slug}/closing/{month:%Y-%m}"
    listed = await finance.get(f"/c/{scene.slug}/closing")
    begun = await finance.follow(listed, at)

    await finance.press(begun, f"{at}/soft-close")
    under_way = await finance.get(at)
    await work()
    softly = await finance.get(at)
    await finance.press(softly, f"{at}/close", reason="the bank's trace comes later")
    await work()
    closed = await finance.get(at)
    package = await finance.get(f"{at}/packages/1")

    assert "Approvals in no statement yet: 1" in words(finance, begun)
    assert "Making the statements" in words(finance, under_way)
    assert "Close the month for good" in words(finance, softly)
    assert "Closed by" in words(finance, closed)
    assert zipfile.ZipFile(io.BytesIO(package.content)).testzip() is None
    assert package.headers["content-disposition"].startswith("attachment")


async def test_a_month_that_runs_says_from_when_it_can_be_closed(
    scene: contracts.Scene, month: date, finance: Browser
):
    await contracts.topped_up(scene.owner, 10)
    at = f"/c/{scene.slug}/closing/{after(month):%Y-%m}"

    page = await finance.get(at)
    refused = await finance.press(page, f"{at}/soft-close", expect=409)

    assert "The month is not over" in words(finance, page)
    assert "from the first day of the next one" in words(finance, refused)


async def test_warnings_need_a_reason_at_their_field(scene: contracts.Scene, month: date, finance: Browser):
    at = f"/c/{scene.slug}/closing/{month:%Y-%m}"
    await finance.press(await finance.get(at), f"{at}/soft-close")
    await work()
    async with db.transaction(operator=True):
        await db.execute(
            """insert into invoice (owner, payee, reference, title, success_on, fee_amount, tax_bp, tax_amount, bounty_amount,
                 days_until_due, created_at) values ($1, 'person:1', 'claim:1', 'x', business_today(), 1000, 1000, 100, 0, 30, $2)""",
            f"company:{scene.company}", months.last_moment(month),
        )  # fmt: skip

    refused = await finance.press(await finance.get(at), f"{at}/close", expect=422)
    await finance.press(await finance.get(at), f"{at}/close", reason="it belongs to the next month")
    await work()
    page = await finance.get(at)

    assert "Please say why" in words(finance, refused)
    assert "it belongs to the next month" in words(finance, page)


async def test_two_people_open_a_closed_month_again(
    scene: contracts.Scene, month: date, finance: Browser, boss: Browser
):
    at = f"/c/{scene.slug}/closing/{month:%Y-%m}"
    await close(finance, at)

    empty = await finance.press(await finance.get(at), f"{at}/opening", expect=422)
    await finance.press(await finance.get(at), f"{at}/opening", reason="a bounty is missing")
    mine = await finance.get(at)
    refused = await finance.press(mine, f"{at}/opening/grant", expect=403)
    theirs = await boss.get(at)
    await boss.press(theirs, f"{at}/opening/grant")
    opened = await finance.get(at)

    assert "Please" in words(finance, empty)
    assert "somebody else has to grant it" in words(finance, mine)
    assert refused.status_code == 403
    assert "a bounty is missing" in words(boss, theirs)
    assert "Close the month softly" in words(finance, opened)


async def test_the_operator_closes_the_ledger_s_month_and_sees_which_companies_have_not(
    scene: contracts.Scene, month: date, operator: Browser
):
    at = f"/operator/closing/{month:%Y-%m}"
    await reconciled()

    before = await operator.get(at)
    await close(operator, at, reason="the company closes tomorrow")
    after_it = await operator.get(at)
    listed = await operator.get("/operator/closing")

    assert "Companies that have not closed" in words(operator, before)
    assert "the company closes tomorrow" in words(operator, after_it)
    assert "Closed period" in words(operator, listed)
    await operator.get(f"{at}/packages/1")


async def test_months_that_nobody_has_and_spellings_of_other_people_are_not_there(
    scene: contracts.Scene, month: date, finance: Browser
):
    for wrong in ("2026-13", "1999-01", "2099-01", "x", "2026-1", "%E2%91%A1026-11"):
        await finance.get(f"/c/{scene.slug}/closing/{wrong}", expect=404)
    await finance.get(f"/c/{scene.slug}/closing/{month:%Y-%m}/packages/99999999999999", expect=404)


async def test_finance_and_the_operator_are_reminded_on_the_third_bank_day_once(
    scene: contracts.Scene, month: date, finance: Browser, operator: Browser
):
    day = nth_bank_day(after(month), 3)
    begins = datetime(day.year, day.month, day.day, tzinfo=JST)

    await go_to(begins - timedelta(minutes=1))
    early = await closing_notices.remind()
    await go_to(begins)
    due = [await closing_notices.remind() for _ in range(2)]

    async with db.transaction(operator=True):
        rows = await db.fetch("select path from notification where kind = 'closing.due' order by path")
    assert (early, due) == (0, [2, 2])
    assert [row["path"] for row in rows] == [
        f"/c/{scene.slug}/closing/{month:%Y-%m}",
        f"/c/{scene.slug}/closing/{month:%Y-%m}",
        f"/operator/closing/{month:%Y-%m}",
    ]


async def test_a_closed_month_is_not_reminded_of(
    scene: contracts.Scene, month: date, finance: Browser, operator: Browser
):
    await close(finance, f"/c/{scene.slug}/closing/{month:%Y-%m}")
    await reconciled()
    await close(operator, f"/operator/closing/{month:%Y-%m}")
    await go_to(datetime(after(month).year, after(month).month, 20, tzinfo=JST))

    assert await closing_notices.remind() == 0
