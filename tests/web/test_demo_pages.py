"""The demonstration's pages: anybody may be anybody there, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from marketplace.core.settings import settings
from marketplace.notifications import caught
from marketplace.people import sessions
from tests.factories.companies import colleague, company, signed_in
from tests.web.doors import BASE, Settings
from web.app import create_app

pytestmark = pytest.mark.usefixtures("database")

MAIL = b"From: Enishi <no-reply@enishi.example>\r\nTo: misaki@example.jp\r\nSubject: Your link\r\n\r\nhttp://enishi.test/sign-in/abc\r\n"


async def visit(**how: object) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(**how), sessions)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=BASE, headers={"accept": "text/html"}
    ) as client:
        yield client


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the demonstration, with a mail folder of its own."""
    monkeypatch.setenv("ENISHI_DATA", str(tmp_path))
    settings.cache_clear()
    async for client in visit(demo=True):
        yield client
    settings.cache_clear()


async def press(
    client: httpx.AsyncClient, page: httpx.Response, action: str, **fields: str
) -> httpx.Response:
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    return await client.post(action, data={"_csrf": token, **fields})


@pytest.mark.parametrize("how", [{"demo": False}, {"demo": True, "env": "production"}])
@pytest.mark.parametrize("path", ["/demo", "/demo/inbox", "/demo/inbox/1"])
async def test_without_the_demo_and_in_production_its_pages_do_not_exist(how: dict[str, object], path: str):
    async for client in visit(**how):
        answer = await client.get(path)

        assert answer.status_code == 404


async def test_nobody_becomes_somebody_without_the_demo():
    someone = await signed_in("misaki@example.jp")
    async for client in visit(demo=False):
        page = await client.get("/styleguide")

        answer = await press(client, page, f"/demo/people/{someone.person}/session")

        assert answer.status_code == 404
        assert "enishi" not in client.cookies


async def test_one_press_makes_one_a_member_of_the_cast(stage: httpx.AsyncClient):
    owner = await company("aoba", "あおば製作所")
    finance = await colleague(owner, "aoba", "finance")
    page = await stage.get("/demo")

    answer = await press(stage, page, f"/demo/people/{finance.person}/session", part="aoba")

    assert (answer.status_code, answer.headers["location"]) == (303, "/c/aoba/tasks")
    found = await sessions.find(stage.cookies["enishi"])
    assert found is not None
    assert found.person == finance.person
    assert finance.name in page.text


async def test_nobody_signs_in_as_a_person_who_is_not_there(stage: httpx.AsyncClient):
    await company("aoba")
    page = await stage.get("/demo")

    answer = await press(stage, page, "/demo/people/00000000-0000-7000-8000-000000000000/session")

    assert answer.status_code == 404


async def test_caught_mail_is_read_by_people_and_by_programs(stage: httpx.AsyncClient):
    folder = settings().data / "mail"
    number = caught.keep(folder, "no-reply@enishi.example", ["misaki@example.jp"], MAIL)
    caught.keep(folder, "no-reply@enishi.example", ["kenji@example.jp"], MAIL)

    program = await stage.get(
        "/demo/inbox", params={"to": "Misaki@example.jp"}, headers={"accept": "application/json"}
    )
    page = await stage.get("/demo/inbox", params={"to": "misaki@example.jp"})
    letter = await stage.get(f"/demo/inbox/{number}")

    mails = program.json()["mails"]
    assert [mail["id"] for mail in mails] == [number]
    assert mails[0]["links"] == ["http://enishi.test/sign-in/abc"]
    assert mails[0]["at"] > 1_700_000_000
    assert f"/demo/inbox/{number}" in page.text
    assert 'href="http://enishi.test/sign-in/abc"' in letter.text


async def test_the_bar_says_that_it_is_the_demonstration(stage: httpx.AsyncClient):
    page = await stage.get("/demo", headers={"accept-language": "en"})

    assert "Change the person" in page.text
