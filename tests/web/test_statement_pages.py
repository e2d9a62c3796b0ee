"""Statements on pages: finance makes and sends a month, the alumna answers, nobody's payment waits; the tax withheld beside it."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from marketplace import schedule
from marketplace.contracts import acceptance
from marketplace.core import clock, db, outbox
from payouts.statements import answering, months
from tests.factories import contracts
from tests.factories.companies import colleague, signed_in
from tests.factories.statements import go_to, reach_the_bank
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
async def alumna(scene: contracts.Scene) -> AsyncIterator[Browser]:
    assert scene.alumnus.person is not None
    async with browser_of(scene.alumnus.person) as browser:
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


async def send(scene: contracts.Scene, month: date, finance: Browser) -> str:
    """Make and send the month's statement through the pages; return its id."""
    at = f"/c/{scene.slug}/statements"
    for kind in ("make", "send"):
        page = await finance.get(f"{at}?month={month:%Y-%m}")
        await finance.press(page, f"{at}/work", month=f"{month:%Y-%m}", kind=kind)
        await work()
    async with db.transaction(operator=True):
        return str(await db.fetchval("select id from statement"))


async def test_finance_makes_and_sends_a_month_and_sees_that_it_is_all_that_was_approved(
    scene: contracts.Scene, month: date, finance: Browser
):
    await send(scene, month, finance)

    page = await finance.get(f"/c/{scene.slug}/statements?month={month:%Y-%m}")

    assert "PS-000001" in finance.words(page, "main")
    assert "Everything that was approved is stated" in finance.words(page, "main")
    assert finance.yen(page, "table tbody td.num")[-1] == 49_895


async def test_the_alumna_is_told_with_the_paper_and_confirms(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    statement = await send(scene, month, finance)
    listed = await alumna.get("/earnings/statements")
    page = await alumna.follow(listed, f"/earnings/statements/{statement}")
    paper = await alumna.get(f"/earnings/statements/{statement}/papers/ja.pdf")

    await alumna.press(page, f"/earnings/statements/{statement}/confirmation")
    after = await alumna.get(f"/earnings/statements/{statement}")

    assert alumna.yen(page, "h1") == [49_895]
    assert alumna.yen(page, "section[aria-labelledby=sums] dd") == [50_000, 5_000, -5_105, 49_895]
    assert paper.content.startswith(b"%PDF")
    assert "You confirmed it" in alumna.words(after, "main")
    async with db.transaction(operator=True):
        kinds = await db.fetch("select kind from notification where person_id = $1", scene.alumnus.person)
    assert "statement.sent" in {row["kind"] for row in kinds}


async def test_a_dispute_with_its_line_reaches_finance_is_answered_and_delays_no_payment(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    statement = await send(scene, month, finance)
    mine, ours = f"/earnings/statements/{statement}", f"/c/{scene.slug}/statements/{statement}"
    async with db.transaction(operator=True):
        before = await db.fetch("select id, due_on, payout_id, net_amount from payable_item")

    refused = await alumna.press(await alumna.get(mine), f"{mine}/dispute", expect=422, reason="", line="1")
    await alumna.press(await alumna.get(mine), f"{mine}/dispute", reason="金額が違います", line="1")
    await work()
    disputed = await finance.get(ours)
    await finance.press(disputed, f"{ours}/answer", answer="契約書のとおりです")
    await work()
    answered = await alumna.get(mine)

    async with db.transaction(operator=True):
        assert await db.fetch("select id, due_on, payout_id, net_amount from payable_item") == before
    assert "Please" in alumna.words(refused, "[role=alert]")
    assert "金額が違います" in finance.words(disputed, "main")
    assert "契約書のとおりです" in alumna.words(answered, "main")


async def test_silence_is_said_on_both_pages(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    statement = await send(scene, month, finance)
    await clock.advance(timedelta(days=9))
    await answering.deem()

    ours = await finance.get(f"/c/{scene.slug}/statements/{statement}")
    mine = await alumna.get(f"/earnings/statements/{statement}")

    assert "Confirmed by silence" in finance.words(ours, "main")
    assert "Confirmed by silence" in alumna.words(mine, "main")


async def test_a_running_month_cannot_be_made(scene: contracts.Scene, finance: Browser):
    async with db.transaction(operator=True):
        running = months.first_of(await clock.today())
    page = await finance.get(f"/c/{scene.slug}/statements?month={running:%Y-%m}")

    await finance.press(page, f"/c/{scene.slug}/statements/work", month=f"{running:%Y-%m}", kind="make")
    await work()

    assert "The month is not over" in finance.words(page, "main")
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from statement") == 0


async def test_a_statement_that_was_not_sent_is_not_there_for_the_alumna(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    at = f"/c/{scene.slug}/statements"
    await finance.press(await finance.get(at), f"{at}/work", month=f"{month:%Y-%m}", kind="make")
    await work()
    async with db.transaction(operator=True):
        statement = await db.fetchval("select id from statement")

    await alumna.get(f"/earnings/statements/{statement}", expect=404)
    listed = await alumna.get("/earnings/statements")

    assert "No statements yet" in alumna.words(listed, "main")


async def test_the_file_opens_in_shift_jis_and_names_what_it_lacks(
    scene: contracts.Scene, month: date, finance: Browser
):
    async with db.transaction(operator=True):
        await db.execute("update payable_item set title = '髙橋さんの𠮷野家ロゴ🎉'")
    await send(scene, month, finance)

    answer = await finance.get(f"/c/{scene.slug}/statements.csv?month={month:%Y-%m}&encoding=sjis")
    plain = await finance.get(f"/c/{scene.slug}/statements.csv?month={month:%Y-%m}")

    titles, row = csv.reader(io.StringIO(answer.content.decode("cp932")))
    assert row[7] == "髙橋さんの〓野家ロゴ〓"
    assert row[-1] == "U+20BB7 U+1F389"
    assert titles[-1] == "Characters that Shift-JIS lacks"
    assert "𠮷野家ロゴ🎉" in plain.content.decode("utf-8-sig")
    async with db.transaction(operator=True):
        found = await db.fetchval("select count(*) from activity_event where verb = 'statements.exported'")
    assert found == 2


async def test_the_register_names_what_to_remit_by_when_and_is_noted(
    scene: contracts.Scene, finance: Browser
):
    async with db.transaction(operator=True):
        item = await db.fetchval("select id from payable_item")
        running = months.first_of(await clock.today())
    await reach_the_bank(str(scene.alumnus.person), [item])
    await go_to(months.last_moment(running))
    at = f"/c/{scene.slug}/withholding"

    page = await finance.get(at)
    wrong = await finance.press(
        page, f"{at}/remittances", expect=422, month=f"{running:%Y-%m}", on="1999-01-01"
    )
    async with db.transaction(operator=True):
        today = await clock.today()
    await finance.press(page, f"{at}/remittances", month=f"{running:%Y-%m}", on=today.isoformat())
    noted = await finance.get(at)
    records = await finance.get(f"{at}/records?year={running.year}")
    paper = await finance.get(f"{at}/records/{scene.alumnus.person}/ja.pdf?year={running.year}")

    assert finance.yen(page, "h1") == [5_105]
    assert finance.yen(page, "section[aria-labelledby=proof] dd") == [50_000, 5_000, -5_105, 0, 49_895]
    assert "Holds" in finance.words(page, "section[aria-labelledby=proof]")
    assert "Please give the day" in finance.words(wrong, "main")
    assert "Remitted on" in finance.words(noted, ".note")
    assert finance.yen(records, "table tbody td.num") == [50_000, 5_105]
    assert "The records are the registers of the year" in finance.words(records, "main")
    assert paper.content.startswith(b"%PDF")


async def test_the_operator_sees_the_months_platform_invoices_tied_to_the_ledger_and_the_company_its_own(
    scene: contracts.Scene, month: date, finance: Browser, operator: Browser
):
    at = "/operator/platform-invoices"
    before = await operator.get(f"{at}?month={month:%Y-%m}")
    await operator.press(before, at, month=f"{month:%Y-%m}")

    page = await operator.get(f"{at}?month={month:%Y-%m}")
    ours = await finance.get(f"/c/{scene.slug}/platform-invoices")

    assert "lacks its invoice" in operator.words(before, "main")
    assert "the difference is 0" in operator.words(page, "main")
    assert operator.yen(page, "table tbody td.num") == [7_500, 0, 750, 8_250]
    assert finance.yen(ours, "table tbody td.num") == [7_500, 750, 8_250]
    async with db.transaction(operator=True):
        invoice = await db.fetchval("select id from platform_invoice")
    paper = await finance.get(f"/c/{scene.slug}/platform-invoices/{invoice}/papers/en.pdf")
    assert paper.content.startswith(b"%PDF")


async def test_finance_makes_one_void_and_both_sides_see_the_chain_and_the_alumna_is_mailed(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    statement = await send(scene, month, finance)
    ours, mine = f"/c/{scene.slug}/statements", "/earnings/statements"
    page = await finance.get(f"{ours}/{statement}")

    refused = await finance.press(page, f"{ours}/{statement}/voiding", expect=422, reason=" ")
    sent = await finance.press(page, f"{ours}/{statement}/voiding", reason="宛名に誤りがありました。")
    await work()

    new = sent.headers["location"].rpartition("/")[2].partition("?")[0]
    old_page, new_page = await finance.get(f"{ours}/{statement}"), await finance.get(f"{ours}/{new}")
    her_old, her_new = await alumna.get(f"{mine}/{statement}"), await alumna.get(f"{mine}/{new}")
    stamped = await alumna.get(f"{mine}/{statement}/papers/void-ja.pdf")
    as_sent = await finance.get(f"{ours}/{statement}/papers/ja.pdf")
    await finance.get(f"{ours}/{new}/papers/void-ja.pdf", expect=404)
    month_page = await finance.get(f"{ours}?month={month:%Y-%m}&show=void")
    file = await finance.get(f"{ours}.csv?month={month:%Y-%m}")
    again = await finance.get(sent.headers["location"])
    assert "Please" in finance.words(refused, ".error-list, [role=alert], .says, form")
    for seen in (old_page, her_old):
        assert "Void since" in finance.words(seen, "main")
        assert "宛名に誤りがありました。" in finance.words(seen, "main")
        assert "PS-000002" in finance.words(seen, "main")
    for seen in (new_page, her_new, again):
        assert "PS-000001" in finance.words(seen, "main")
        assert finance.yen(seen, "h1") == [49_895]
    assert stamped.content.startswith(b"%PDF")
    assert stamped.content != as_sent.content
    assert "PS-000001" in month_page.text
    assert {row[0] for row in csv.reader(io.StringIO(file.content.decode("utf-8-sig")))} == {
        "Number",
        "PS-000002",
    }
    async with db.transaction(operator=True):
        told = await db.fetchval(
            "select params from notification where kind = 'statement.restated' and person_id = $1",
            scene.alumnus.person,
        )
        event = await db.fetchrow("select * from activity_event where verb = 'statement.voided'")
    assert told["reason"] == "宛名に誤りがありました。"
    assert (told["old"], told["number"]) == ("PS-000001", "PS-000002")
    assert event is not None


async def test_a_void_one_that_was_never_sent_stays_with_finance(
    scene: contracts.Scene, month: date, finance: Browser, alumna: Browser
):
    at = f"/c/{scene.slug}/statements"
    page = await finance.get(f"{at}?month={month:%Y-%m}")
    await finance.press(page, f"{at}/work", month=f"{month:%Y-%m}", kind="make")
    await work()
    async with db.transaction(operator=True):
        statement = str(await db.fetchval("select id from statement"))

    await finance.press(await finance.get(f"{at}/{statement}"), f"{at}/{statement}/voiding", reason="誤り")

    await alumna.get(f"/earnings/statements/{statement}", expect=404)
    assert "No statements yet" in (await alumna.get("/earnings/statements")).text


async def test_who_only_reads_money_can_make_nothing_void(
    scene: contracts.Scene, month: date, finance: Browser
):
    statement = await send(scene, month, finance)
    auditor = await colleague(scene.owner, scene.slug, "auditor")
    assert auditor.person
    at = f"/c/{scene.slug}/statements/{statement}"

    async with browser_of(auditor.person) as reader:
        page = await reader.get(at)

    assert "Something is wrong with this statement" not in page.text


async def test_the_business_year_is_said_and_who_comes_near_the_cap_is_named(
    scene: contracts.Scene, month: date, finance: Browser
):
    await send(scene, month, finance)
    at = f"/c/{scene.slug}/statements"
    page = await finance.get(f"{at}?month={month:%Y-%m}")
    await finance.press(page, f"{at}/year", first_month=str(month.month))
    async with db.transaction(operator=True):
        await db.execute(
            """update statement set rates = jsonb_set(rates, '{0,base}', '80000000'),
                 work_amount = work_amount where status = 'sent'"""
        )

    warned = await finance.get(f"{at}?month={month:%Y-%m}")

    assert "is near the cap of the transition" not in finance.words(page, "main")
    assert "is near the cap of the transition" in finance.words(warned, "main")
