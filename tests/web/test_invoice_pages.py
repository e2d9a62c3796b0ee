"""Invoices on pages: a company's finance sees and pays its own, the operator sees what is owed and ends it."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from marketplace import schedule
from marketplace.core import clock, db, outbox
from marketplace.core.money import yen
from payouts.billing import credit_notes, reminders
from tests.factories import contracts
from tests.factories.billing import Success, opened, row_of
from tests.factories.companies import colleague, signed_in
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")
assert schedule.SWEEPS  # its imports register the jobs
PAPERS = ("invoice-ja.pdf", "invoice-en.pdf", "credit_note-1-ja.pdf", "credit_note-1-en.pdf")


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene(balance=500_000)


@pytest.fixture
async def invoice(scene: contracts.Scene) -> Success:
    return await opened(company=str(scene.owner.company), days=30)


@pytest.fixture
async def finance(scene: contracts.Scene) -> AsyncIterator[Browser]:
    member = await colleague(scene.owner, scene.slug, "finance")
    assert member.person is not None
    async with browser_of(member.person) as browser:
        yield browser


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    found = await signed_in("ops@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    async with browser_of(found.person) as browser:
        yield browser


async def stopped(scene: contracts.Scene) -> str | None:
    async with db.transaction(operator=True):
        found: str | None = await db.fetchval(
            "select publishing_stopped_reason from company where id = $1", scene.owner.company
        )
    return found


async def advance(days: int) -> None:
    """Let days pass and the sweep run, twice; then work the queue."""
    if days:
        await clock.advance(timedelta(days=days))
    await reminders.remind()
    await reminders.remind()
    await work()


async def work() -> None:
    while await outbox.work_one("work"):
        pass


def at(scene: contracts.Scene, invoice: Success) -> str:
    return f"/c/{scene.slug}/money/invoices/{invoice.invoice}"


async def credit(invoice: Success, bounty: int) -> None:
    async with db.transaction(operator=True):
        await credit_notes.issue(
            invoice.invoice, refund_bp=5000, bounty_back=yen(bounty), reason="退職のため"
        )


async def test_the_list_and_the_page_show_every_part_and_what_is_still_to_pay(
    scene: contracts.Scene, invoice: Success, finance: Browser
):
    listed = await finance.get(f"/c/{scene.slug}/money/invoices")
    page = await finance.follow(listed, at(scene, invoice))

    assert finance.yen(listed, "h1") == [430_000]
    assert "INV-000001" in finance.words(listed, "main")
    assert finance.yen(page, "h1") == [430_000]
    assert finance.yen(page, "section[aria-labelledby=amounts] dd") == [300_000, 30_000, 100_000, 430_000]


async def test_finance_pays_from_the_balance(scene: contracts.Scene, invoice: Success, finance: Browser):
    page = await finance.get(at(scene, invoice))

    await finance.press(page, f"{at(scene, invoice)}/payment")
    paid = await finance.get(at(scene, invoice))

    row = await row_of(invoice)
    assert (row["status"], row["paid_from"]) == ("paid", "balance")
    assert "Your balance" in finance.words(paid, "main")


async def test_a_balance_that_is_too_low_offers_to_add_money_instead(
    scene: contracts.Scene, finance: Browser
):
    large = await opened(company=str(scene.owner.company), fee=900_000)

    page = await finance.get(at(scene, large))
    await finance.press(page, f"{at(scene, large)}/payment")

    assert "does not cover it" in finance.words(page, "main")
    assert f"{at(scene, large)}/payment" not in page.text
    assert (await row_of(large))["status"] == "open"


@pytest.mark.parametrize("name", PAPERS)
async def test_the_papers_are_pdfs_that_never_change(
    scene: contracts.Scene, invoice: Success, finance: Browser, name: str
):
    await credit(invoice, 0)
    address = f"{at(scene, invoice)}/papers/{name}"

    first, again = await finance.get(address), await finance.get(address)
    await finance.get(f"{at(scene, invoice)}/papers/other.pdf", expect=404)

    assert first.content.startswith(b"%PDF")
    assert first.content == again.content
    async with db.transaction(operator=True):
        stored = await db.fetchval("select sha256 from billing_document")
    assert stored == hashlib.sha256(first.content).hexdigest()


async def test_a_credit_note_before_payment_lowers_what_is_asked(
    scene: contracts.Scene, invoice: Success, finance: Browser
):
    await credit(invoice, 100_000)

    page = await finance.get(at(scene, invoice))

    assert finance.yen(page, "h1") == [165_000]
    assert finance.yen(page, "section[aria-labelledby=credit-1] dd") == [
        -150_000,
        -15_000,
        -100_000,
        -265_000,
    ]
    assert "退職のため" in finance.words(page, "main")


async def test_the_file_has_a_row_for_each_invoice(
    scene: contracts.Scene, invoice: Success, finance: Browser
):
    await opened(company=invoice.company, fee=50_000, bounty=0)

    file = await finance.get(f"/c/{scene.slug}/money/invoices.csv")

    _, second, first = file.content.decode("utf-8-sig").strip().split("\r\n")
    assert ",300000,30000,100000,430000,430000," in first
    assert ",50000,5000,0,55000,55000," in second


async def test_the_operator_sees_debts_by_age_and_drills_down(invoice: Success, operator: Browser):
    await advance(30 + 40)

    page = await operator.get("/operator/receivables")
    old = await operator.get("/operator/receivables?age=to_60")
    none = await operator.get("/operator/receivables?age=older")
    one = await operator.follow(old, f"/operator/receivables/{invoice.invoice}")
    file = await operator.get("/operator/receivables.csv")

    assert operator.yen(page, "tfoot td") == [0, 0, 430_000, 0, 0, 430_000]
    assert "INV-000001" not in operator.words(none, "main")
    assert operator.yen(one, "h1") == [430_000]
    assert ",40,430000" in file.content.decode("utf-8-sig")


@pytest.mark.parametrize(("end", "status"), [("cancellation", "void"), ("write-off", "uncollectible")])
async def test_the_operator_ends_an_invoice_with_a_reason(
    invoice: Success, operator: Browser, end: str, status: str
):
    address = f"/operator/receivables/{invoice.invoice}"
    page = await operator.get(address)

    await operator.press(page, f"{address}/{end}", expect=422, reason="")
    await operator.press(page, f"{address}/{end}", reason="倒産のため")
    await operator.press(page, f"{address}/{end}", expect=409, reason="again")

    row = await row_of(invoice)
    assert (row["status"], row["end_reason"]) == (status, "倒産のため")
    assert "倒産のため" in operator.words(await operator.get(address), "main")


async def test_reminders_come_before_at_and_after_the_due_date_once_each(
    scene: contracts.Scene, invoice: Success
):
    for days in (0, 27, 3, 1, 13, 1):
        await advance(days)

    async with db.transaction(operator=True):
        kinds = await db.fetch(
            "select kind from notification where person_id = $1 and kind like 'invoice.%' order by id",
            scene.owner.person,
        )
    assert [row["kind"] for row in kinds] == [f"invoice.{step.name}" for step in reminders.steps()]
    assert (await row_of(invoice))["reminded"] == [step.name for step in reminders.steps()]


async def test_a_long_unpaid_invoice_stops_publishing_until_it_is_paid(
    scene: contracts.Scene, invoice: Success, finance: Browser
):
    await advance(30 + 14)
    before = await stopped(scene)
    await advance(1)
    during = await stopped(scene)

    await finance.press(await finance.get(at(scene, invoice)), f"{at(scene, invoice)}/payment")
    await work()

    assert before is None
    assert during == "An invoice is long overdue."
    assert await stopped(scene) is None


async def test_another_companys_finance_finds_nothing(invoice: Success):
    other = await contracts.scene(balance=100_000)
    member = await colleague(other.owner, other.slug, "finance")
    assert member.person is not None

    async with browser_of(member.person) as browser:
        await browser.get(at(other, invoice), expect=404)
        await browser.get(f"{at(other, invoice)}/papers/invoice-ja.pdf", expect=404)


async def test_the_operator_gives_back_a_part_of_the_fee_and_each_note_has_its_paper(
    scene: contracts.Scene, invoice: Success, finance: Browser, operator: Browser
):
    page = await operator.get(f"/operator/receivables/{invoice.invoice}")
    address = f"/operator/receivables/{invoice.invoice}/credit-notes"

    await operator.press(page, address, expect=422, fee="300,001", why="お詫び", occasion="a")
    await operator.press(page, address, fee="20,000", why="お詫び", occasion="a")
    await operator.press(page, address, fee="20,000", why="お詫び", occasion="a")
    await credit(invoice, 0)
    shown = await finance.get(at(scene, invoice))

    assert finance.yen(shown, "section[aria-labelledby=credit-1] dd") == [-20_000, -2_000, 0, -22_000]
    assert finance.yen(shown, "section[aria-labelledby=credit-2] dd") == [-150_000, -15_000, 0, -165_000]
    assert finance.yen(shown, "h1") == [430_000 - 22_000 - 165_000]
    for number in (1, 2):
        paper = await finance.get(f"{at(scene, invoice)}/papers/credit_note-{number}-ja.pdf")
        assert paper.content.startswith(b"%PDF")
    await finance.get(f"{at(scene, invoice)}/papers/credit_note-3-ja.pdf", expect=404)
