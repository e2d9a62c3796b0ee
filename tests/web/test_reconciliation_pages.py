"""The operator sees what agrees and what does not, settles it with another's eyes; a company sees its own legs only."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from marketplace.core import clock, db
from payouts.reconcile import found
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from tests.factories import contracts
from tests.factories.companies import colleague, company, signed_in
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.payouts.reconcile.bank import zengin
from tests.web.browser import Browser, browser_of
from tests.web.test_earnings import live_on, ready_to_be_paid

pytestmark = pytest.mark.usefixtures("database")
HOME = "/operator/reconciliation"


async def _operator(address: str) -> Any:
    found_ = await signed_in(address)
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found_.person)
    return found_.person


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    async with browser_of(await _operator("megumi@enishi.example")) as browser:
        yield browser


@pytest.fixture
async def second() -> AsyncIterator[Browser]:
    async with browser_of(await _operator("ken@enishi.example")) as browser:
        yield browser


async def _break(amount: int, kind: Kind = Kind.FEE) -> str:
    """Write a difference on the platform's account; return its page."""
    async with db.transaction(operator=True):
        one = Found(
            subject="transaction:txn_x", kind=kind, account="stripe:platform", found=amount, difference=amount,
            corrections={"stripe:platform": amount}, object_id="txn_x", happened_at=await clock.now(),
        )  # fmt: skip
        await found.write([one], None)
        number = await db.fetchval("select id from reconcile_break")
    return f"{HOME}/breaks/{number}"


async def _audited() -> list[str]:
    async with db.transaction(operator=True):
        return [row["verb"] for row in await db.fetch("select verb from activity_event order by id")]


@pytest.mark.parametrize(
    "path", ["", "/breaks", "/breaks?show=ended&age=3", "/accounts", "/accounts/platform", "/bank"]
)
async def test_the_pages_teach_what_will_be_there(operator: Browser, path: str):
    page = await operator.get(HOME + path)

    assert "Reconciliation" in page.text


async def test_a_small_break_is_taken_noted_proved_and_settled(operator: Browser):
    at = await _break(-400)
    page = await operator.get(at)

    await operator.press(page, f"{at}/taking")
    await operator.press(page, f"{at}/notes", text="Stripe's invoice says so")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    sent = await operator.client.post(
        f"{at}/evidence",
        data={"_csrf": token},
        files={"file": ("invoice.pdf", b"%PDF-1.7 x", "application/pdf")},
    )
    await operator.press(
        page, f"{at}/resolution", resolution="entry", into="expense:stripe_fee", reason="monthly fee"
    )
    page = await operator.get(at)
    file = await operator.follow(page, f"{at}/evidence/")

    assert sent.status_code == 303
    assert "Settled by" in page.text
    assert "invoice.pdf" in page.text
    assert file.headers["content-disposition"].startswith("attachment")
    assert await _audited() == [
        "break.taken", "break.noted", "break.evidence_added", "break.resolved", "break.evidence_read",
        "exported",
    ]  # fmt: skip


async def test_above_the_limit_the_page_asks_a_second_person(operator: Browser, second: Browser):
    at = await _break(-20_000)
    page = await operator.get(at)

    await operator.press(page, f"{at}/resolution", resolution="explanation", reason="given back on Monday")
    own = await operator.get(at)
    other = await second.get(at)
    await operator.press(own, f"{at}/approval", expect=403)
    await second.press(other, f"{at}/approval")

    assert "somebody else has to agree" in own.text
    assert "Agree…" in other.text
    assert "Settled by" in (await operator.get(at)).text


async def test_a_forged_file_is_no_evidence(operator: Browser):
    at = await _break(-400)
    page = await operator.get(at)
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]

    answer = await operator.client.post(
        f"{at}/evidence", data={"_csrf": token}, files={"file": ("a.pdf", b"<html>", "application/pdf")}
    )

    assert answer.status_code == 422


async def test_the_list_is_filtered_and_saved_and_the_saving_is_audited(operator: Browser):
    await _break(-400)

    shown = await operator.get(f"{HOME}/breaks?kind=fee&owner=nobody&age=0")
    hidden = await operator.get(f"{HOME}/breaks?kind=amount")
    file = await operator.get(f"{HOME}/breaks.csv")

    assert operator.yen(shown, "tbody") == [-400]
    assert operator.yen(hidden, "tbody") == []
    assert "Fee not booked" in file.content.decode("utf-8-sig")
    assert await _audited() == ["breaks.exported", "exported"]


async def test_a_file_of_the_bank_is_shown_then_imported_and_brings_nothing_twice(operator: Browser):
    async with db.transaction(operator=True):
        today = await clock.today()
    for new in (1, 0):
        page = await operator.get(f"{HOME}/bank")
        token = page.text.split('name="_csrf" value="')[1].split('"')[0]
        sent = await operator.client.post(
            f"{HOME}/bank/files",
            data={"_csrf": token, "account": "bank:client"},
            files={"file": ("meisai.txt", zengin((today, 5_000, "ｱｸﾒ", "")), "text/plain")},
        )
        preview = await operator.get(sent.headers["location"])
        await operator.press(preview, f"{sent.headers['location']}/confirmation")
        page = await operator.get(f"{HOME}/bank")

        assert f"{new} of 1 lines new" in page.text
    assert operator.yen(page, "tbody") == [5_000]
    assert {"bank_file.imported", "bank_file.read", "bank_lines.read"} <= set(await _audited())


async def test_the_columns_of_a_csv_are_asked_and_what_is_wrong_is_said(operator: Browser):
    page = await operator.get(f"{HOME}/bank")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    sent = await operator.client.post(
        f"{HOME}/bank/files",
        data={"_csrf": token, "account": "bank:operator", "bank": "みずほ"},
        files={"file": ("m.csv", "日付,金額\r\n2026/11/20,-330\r\n".encode("cp932"), "text/csv")},
    )
    at = sent.headers["location"]
    asked = await operator.get(at)

    wrong = await operator.press(asked, f"{at}/layout", expect=422, header_rows="0", day="0", amount="1")
    await operator.press(asked, f"{at}/layout", header_rows="1", day="0", amount="1")
    shown = await operator.get(at)

    assert "Which column means what?" in asked.text
    assert "Line 1 has no day" in wrong.text
    assert operator.yen(shown, "td.num") == [-330]


async def test_a_hostile_file_of_the_bank_is_refused(operator: Browser):
    page = await operator.get(f"{HOME}/bank")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]

    answer = await operator.client.post(
        f"{HOME}/bank/files",
        data={"_csrf": token, "account": "bank:client", "bank": "x"},
        files={"file": ("a.csv", b"\x00\x01", "text/csv")},
    )

    assert answer.status_code == 422


async def test_a_run_is_started_stopped_and_goes_on_from_the_page(operator: Browser):
    page = await operator.get(HOME)
    await operator.press(page, f"{HOME}/runs")
    live = await operator.get(HOME)
    async with db.transaction(operator=True):
        run = await db.fetchval("select id from reconcile_run")

    await operator.press(live, f"{HOME}/runs/{run}/stop")
    stopped = await operator.get(HOME)
    await operator.press(stopped, f"{HOME}/runs/{run}/resumption")

    assert "Under way" in live.text
    assert "Go on" in stopped.text


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene(balance=100_000)


async def test_a_company_sees_its_own_legs_and_not_another_s(scene: contracts.Scene):
    await contracts.concluded(scene)
    finance = await colleague(scene.owner, scene.slug, "finance")
    recruiter = await colleague(scene.owner, scene.slug, "recruiter")
    other = await company()
    assert finance.person
    assert recruiter.person
    assert other.person
    async with browser_of(finance.person) as browser:
        page = await browser.get(f"/c/{scene.slug}/reconciliation")
        file = await browser.get(f"/c/{scene.slug}/reconciliation.csv")
    async with browser_of(recruiter.person) as nosy:
        await nosy.get(f"/c/{scene.slug}/reconciliation", expect=403)
    async with browser_of(other.person) as stranger:
        await stranger.get(f"/c/{scene.slug}/reconciliation", expect=404)

    assert browser.yen(page, "tbody") == [58_145, 58_145]
    assert "58145" in file.content.decode("utf-8-sig")
    assert "legs.exported" in await _audited()


async def test_money_that_has_come_all_the_way_agrees_on_every_leg(
    scene: contracts.Scene,
    provider: Provider,  # noqa: F811
):
    await ready_to_be_paid(scene, provider)
    await contracts.rows("update payable_item set early_asked_at = business_now() returning id")
    await live_on(provider)
    finance = await colleague(scene.owner, scene.slug, "finance")
    assert finance.person
    async with browser_of(finance.person) as browser:
        page = await browser.get(f"/c/{scene.slug}/reconciliation")

    trace = (await contracts.rows("select trace_id from payout"))[0]["trace_id"]
    assert browser.yen(page, "tbody") == [58_145, 58_145, 58_145, 49_895, 49_895]
    assert trace
    assert trace in browser.words(page, "tbody")
    assert browser.words(page, "tbody .bad") == ""
