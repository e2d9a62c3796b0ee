"""Who reads what inside a company: finance the money and no private words, a manager the own unit, an auditor for a time."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import get, post
from litestar.params import FromPath

from marketplace.companies import actions as companies
from marketplace.contracts import acceptance
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from marketplace.people import sessions
from marketplace.tasks import applications
from tests.factories import contracts, tasks
from tests.factories.companies import colleague
from tests.factories.documents import one, work
from tests.web.access_table import ACCESS
from tests.web.browser import Browser, browser_of
from tests.web.doors import BASE, Settings
from web.app import create_app

pytestmark = [pytest.mark.usefixtures("database", "seal_folder")]
PRIVATE = ("納品します。", "色を直してください。", "直しが足りません。", "トップの色 / Colour")
FORMS_THAT_MOVE_MONEY = {"GET /c/{slug}/money/top-up", "GET /c/{slug}/money/refund"}


@asynccontextmanager
async def sees(actor: Actor) -> AsyncIterator[Browser]:
    assert actor.person is not None
    async with browser_of(actor.person) as browser:
        yield browser


async def _disputed() -> tuple[contracts.Scene, Any]:
    """Return a contract on which both sides have written."""
    scene = await contracts.scene()
    contract = await contracts.delivered(scene)
    day = (await contracts.today()) + timedelta(days=3)
    await acceptance.request_changes(
        contract, PRIVATE[3], PRIVATE[1], redeliver_on=day, fault_of_alumnus=False, by=scene.owner
    )
    await disputes.open_dispute(contract, yen(10_000), PRIVATE[2], by=scene.owner)
    await work()
    return scene, contract


@pytest.mark.parametrize("role", ["finance", "auditor"])
async def test_finance_and_auditors_see_the_facts_and_the_money_of_a_contract_and_no_words(role: str):
    scene, contract = await _disputed()
    reader = await colleague(scene.owner, scene.slug, role)

    async with sees(reader) as browser:
        page = await browser.get(f"/c/{scene.slug}/contracts/{contract}")
        evidence = await browser.get(f"/c/{scene.slug}/contracts/{contract}/evidence.zip")

    assert [words for words in PRIVATE if words in page.text] == []
    assert "You see the facts and the money" in page.text
    assert 10_000 in browser.yen(page, "main")
    assert [words for words in PRIVATE if words in _unpacked(evidence.content)] == []


@pytest.mark.parametrize("role", ["owner", "manager", "approver", "recruiter", "coordinator"])
async def test_those_who_deal_with_people_read_the_words(role: str):
    scene, contract = await _disputed()
    reader = scene.owner if role == "owner" else await colleague(scene.owner, scene.slug, role)

    async with sees(reader) as browser:
        page = await browser.get(f"/c/{scene.slug}/contracts/{contract}")
        evidence = await browser.get(f"/c/{scene.slug}/contracts/{contract}/evidence.zip")

    assert [words for words in PRIVATE if words not in page.text] == []
    assert PRIVATE[0] in _unpacked(evidence.content)


def _unpacked(content: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist())


async def test_an_auditor_sees_who_applied_and_not_the_letter():
    firm = await tasks.firm()
    someone = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await applications.apply(task, "個人的な事情も書きました。", version=1, by=someone)
    auditor = await colleague(firm.owner, firm.slug, "auditor")
    at = f"/c/{firm.slug}/tasks/{task}/applications"

    async with sees(auditor) as browser:
        page = await browser.get(at)
    async with sees(firm.manager) as browser:
        letter = await browser.get(at)

    assert "個人的な事情" not in page.text
    assert "個人的な事情" in letter.text


async def test_a_manager_of_another_unit_finds_no_contract_nor_anything_of_it():
    scene = await contracts.scene()
    contract = await contracts.delivered(scene)
    await work()
    unit = await companies.add_unit("経理部", yen(1), by=scene.owner)
    other = await colleague(scene.owner, scene.slug, "manager", unit=unit)
    own = await colleague(scene.owner, scene.slug, "manager", unit=scene.agreement.unit)
    file = await one("select id from delivery_file")
    at = f"/c/{scene.slug}/contracts/{contract}"
    places = ["", "/terms.pdf", "/evidence.zip", f"/files/{file}", "/cancellation", "/change-request"]

    async with sees(other) as browser:
        for place in places:
            await browser.get(f"{at}{place}", expect=404)
        listed = await browser.get(f"/c/{scene.slug}/contracts")
        await browser.get(f"/c/{scene.slug}/documents", expect=403)
    async with sees(own) as browser:
        for place in places:
            await browser.get(f"{at}{place}")

    assert scene.agreement.title not in listed.text


def test_no_change_of_a_company_is_an_auditors_and_what_finance_reads_an_auditor_reads():
    ours = {route: rule for route, rule in ACCESS.items() if "/c/{slug}" in route and not rule.own_proof}

    changes = {route for route, rule in ours.items() if route.startswith("POST") and "auditor" in rule.sees}
    unread = {
        route
        for route, rule in ours.items()
        if route.startswith("GET") and "finance" in rule.sees and "auditor" not in rule.sees
    }

    assert changes == set()
    assert unread == FORMS_THAT_MOVE_MONEY


@post("/c/{slug:str}/careless")
async def careless(slug: FromPath[str]) -> str:
    """A change whose writer forgot to ask who comes."""
    return slug


@get("/c/{slug:str}/careless")
async def shown(slug: FromPath[str]) -> str:
    return slug


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("finance", 201)])
async def test_an_auditor_changes_nothing_even_where_a_page_forgot_to_ask(role: str, status: int):
    scene = await contracts.scene()
    member = await colleague(scene.owner, scene.slug, role)
    assert member.person is not None
    app = create_app(Settings(), sessions, handlers=[careless, shown])
    cookies = {"enishi": await sessions.start(member.person), "lang": "en"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=BASE, cookies=cookies
    ) as client:
        from tests.web.guests import signature

        info = await sessions.find(cookies["enishi"])
        assert info is not None
        token = signature(Settings.secret, "csrf", f"session:{info.csrf_seed.hex()}")
        answer = await client.post(
            f"/c/{scene.slug}/careless",
            data={"_csrf": token},
            headers={"origin": BASE, "accept": "text/html"},
        )
        read = await client.get(f"/c/{scene.slug}/careless")

    assert answer.status_code == status
    assert read.status_code == 200


async def test_what_an_auditor_opens_is_in_the_audit_log_and_nobody_elses_reading():
    scene = await contracts.scene()
    auditor = await colleague(scene.owner, scene.slug, "auditor")

    async with sees(auditor) as browser:
        await browser.get(f"/c/{scene.slug}/money/bank")
        await browser.get(f"/c/{scene.slug}/documents?counterparty=x")
        await browser.get("/notices")
    async with sees(scene.owner) as browser:
        await browser.get(f"/c/{scene.slug}/money/bank")

    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select actor, data from activity_event where verb = 'auditor.read' order by id"
        )
    assert {row["actor"] for row in rows} == {auditor.ref}
    assert [(row["data"]["path"].rpartition("/")[2], row["data"]["query"]) for row in rows] == [
        ("bank", ""),
        ("documents", "counterparty=x"),
    ]


async def test_on_the_day_after_the_last_every_page_is_gone_and_the_owner_sees_why():
    scene = await contracts.scene()
    auditor = await colleague(scene.owner, scene.slug, "auditor")
    pages = ("money", "statements", "documents", "withholding", "contracts", "settings", "tasks")

    async with sees(auditor) as browser, sees(scene.owner) as owner:
        for page in pages:
            await browser.get(f"/c/{scene.slug}/{page}")
        before = await owner.get(f"/c/{scene.slug}/settings")
        await clock.advance(timedelta(days=91))
        for page in pages:
            await browser.get(f"/c/{scene.slug}/{page}", expect=404)
        after = await owner.get(f"/c/{scene.slug}/settings")

    assert "90 days left" in owner.words(before, "main")
    assert "Ended" in owner.words(after, "main")


async def test_the_owner_gives_an_auditor_a_last_day_on_the_page_and_is_told_when_it_is_missing():
    scene = await contracts.scene()
    at = f"/c/{scene.slug}/settings/members"
    day = (await contracts.today() + timedelta(days=30)).isoformat()
    who = {"name": "監査 一郎", "email": "kansa@example.jp", "roles": "auditor"}

    async with sees(scene.owner) as owner:
        form = await owner.get(f"{at}/new")
        missing = await owner.press(form, at, expect=422, **who)
        await owner.press(form, at, until=day, **who)
        settings = await owner.get(f"/c/{scene.slug}/settings")
        member = await one("select id from member where until_on is not null")
        again = await owner.get(f"{at}/{member}")
        await owner.press(
            again, f"{at}/{member}", roles="auditor", until=(await contracts.today()).isoformat()
        )
        shorter = await owner.get(f"/c/{scene.slug}/settings")

    assert "last day" in owner.words(missing, ".jump a[href='#until']")
    assert "30 days left" in owner.words(settings, "main")
    assert f'value="{day}"' in again.text
    assert "Ends today" in owner.words(shorter, "main")
