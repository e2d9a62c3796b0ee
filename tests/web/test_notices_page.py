"""Notices: counted in the bar, read one by one or all at once, seen only by the one they are for."""

from collections.abc import AsyncIterator

import httpx
import pytest

from marketplace.core import db
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import KINDS, declare
from marketplace.people import sessions
from marketplace.people.sessions import SessionInfo
from tests.factories.companies import signed_in
from tests.web.doors import BASE, Settings
from web.app import create_app

pytestmark = pytest.mark.usefixtures("database")

if "test.paid" not in KINDS:
    declare("test.paid", title="Paid", body="%(amount)s yen are in your bank.", button="Open the page")


@pytest.fixture
async def misaki() -> SessionInfo:
    return await signed_in("misaki@example.jp")


@pytest.fixture
async def browser(misaki: SessionInfo) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(), sessions)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=BASE,
        headers={"accept": "text/html", "accept-language": "en"},
        cookies={"enishi": await sessions.start(misaki.person), "lang": "en"},
    ) as client:
        yield client


async def told(person: SessionInfo, count: int) -> None:
    async with db.transaction(operator=True):
        for number in range(1, count + 1):
            await notify("test.paid", person=person.person, path=f"/contracts/{number}", amount=number)


def token(page: httpx.Response) -> str:
    return page.text.split('name="_csrf" value="')[1].split('"')[0]


async def test_unread_notices_are_counted_in_the_bar(browser: httpx.AsyncClient, misaki: SessionInfo):
    await told(misaki, 3)

    page = await browser.get("/notices")

    assert '<b>3<span class="sr">' in page.text
    assert "3 notices wait for you" in page.text
    assert "2 yen are in your bank." in page.text


async def test_opening_a_notice_reads_it_and_leads_to_what_it_tells_of(
    browser: httpx.AsyncClient, misaki: SessionInfo
):
    await told(misaki, 1)
    page = await browser.get("/notices")
    action = page.text.split('action="/notices/')[2].split('"')[0]

    answer = await browser.post(f"/notices/{action}", data={"_csrf": token(page)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/contracts/1")
    assert "You have read every notice" in (await browser.get("/notices")).text


async def test_all_notices_are_read_with_one_press(browser: httpx.AsyncClient, misaki: SessionInfo):
    await told(misaki, 2)
    page = await browser.get("/notices")

    await browser.post("/notices/reading", data={"_csrf": token(page)})

    assert "You have read every notice" in (await browser.get("/notices")).text


async def test_a_long_list_has_pages(browser: httpx.AsyncClient, misaki: SessionInfo):
    await told(misaki, 35)

    first = await browser.get("/notices")
    older = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = await browser.get(older)

    assert first.text.count('<li class="item') == 30
    assert second.text.count('<li class="item') == 5


async def test_another_persons_notice_does_not_exist(browser: httpx.AsyncClient):
    kenji = await signed_in("kenji@example.jp")
    await told(kenji, 1)
    async with db.transaction(operator=True):
        notice = await db.fetchval("select id from notification")
    page = await browser.get("/notices")

    answer = await browser.post(f"/notices/{notice}/opening", data={"_csrf": token(page)})

    assert answer.status_code == 404
    async with db.transaction(operator=True):
        assert await db.fetchval("select read_at is null from notification")


async def test_nobody_signed_in_is_led_to_the_sign_in_page():
    transport = httpx.ASGITransport(create_app(Settings(), sessions))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        answer = await client.get("/notices", headers={"accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
