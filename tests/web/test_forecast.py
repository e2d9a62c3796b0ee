"""The forecast on pages: each amount in the week in which it falls due, the months as the ledger has them."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from marketplace.contracts import acceptance
from marketplace.core import db
from marketplace.core.money import yen
from marketplace.funds import forecast
from marketplace.funds.forecast import WEEKS, by_month, by_week, total
from payouts.billing import credit_notes
from payouts.tax import remittance_due_on
from tests.factories import contracts
from tests.factories.billing import opened
from tests.factories.companies import colleague, signed_in
from tests.factories.statements import reach_the_bank
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")
MONDAY = date(2026, 11, 23)


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene(balance=500_000)


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


def week_of(plan: forecast.Plan, day: date) -> forecast.Span:
    [found] = [week for week in plan.weeks if week.begins <= day < week.begins + timedelta(days=7)]
    return found


def test_what_is_overdue_counts_this_week_and_what_is_far_counts_later():
    days = (MONDAY - timedelta(days=90), MONDAY + timedelta(days=6), MONDAY + timedelta(weeks=WEEKS))

    weeks, later = by_week(MONDAY + timedelta(days=3), ("due",), [("due", day, 100) for day in days])

    assert len(weeks) == WEEKS
    assert weeks[0].begins == MONDAY
    assert weeks[0].total == yen(200)
    assert later.total == yen(100)
    assert later.begins == MONDAY + timedelta(weeks=WEEKS)


def test_months_begin_with_the_first_that_moved_anything_and_have_no_hole():
    old, this = {"month": date(2026, 6, 1), "fees": 7}, {"month": date(2026, 11, 1), "fees": -2}

    shown = by_month(MONDAY, ("fees",), [old, this])
    empty = by_month(MONDAY, ("fees",), [])

    assert [span.begins.month for span in shown] == [6, 7, 8, 9, 10, 11]
    assert [span.total.amount for span in shown] == [7, 0, 0, 0, 0, -2]
    assert [span.begins.month for span in empty] == [9, 10, 11]


async def test_agreed_work_is_paid_in_already_and_its_withheld_tax_is_to_be_found(scene: contracts.Scene):
    contract = await contracts.row(await contracts.concluded(scene))

    plan = await forecast.company(by=scene.owner)

    due = contract["stated_due_on"]
    assert week_of(plan, due).parts["set_aside"] == yen(49_895)
    assert week_of(plan, remittance_due_on(due)).parts["tax"] == yen(5_105)
    assert total(plan.weeks, "set_aside", "invoices", "tax") == yen(55_000)
    assert plan.reserved == yen(58_145)


async def test_approving_moves_nothing_in_the_weeks_and_states_the_month_and_the_cost(scene: contracts.Scene):
    contract = await contracts.delivered(scene)
    before = await forecast.company(by=scene.owner)

    await acceptance.approve(contract, by=scene.owner)
    after = await forecast.company(by=scene.owner)

    assert total(after.weeks, *forecast.OURS) == total(before.weeks, *forecast.OURS)
    assert after.months[-1].parts == {"people": yen(49_895), "fees": yen(8_250)}
    assert (after.cost.tasks, after.cost.people, after.cost.fees) == (1, yen(50_000), yen(7_500))
    assert after.cost.agency == yen(77_906)  # 50,000 / (1 - 0.3582), rounded up


async def test_what_has_reached_a_bank_leaves_the_weeks_and_its_tax_stays_until_it_is_remitted(
    scene: contracts.Scene,
):
    await acceptance.approve(await contracts.delivered(scene), by=scene.owner)
    async with db.transaction(operator=True):
        item = await db.fetchval("select id from payable_item")
    await reach_the_bank(str(scene.person), [item])

    plan = await forecast.company(by=scene.owner)

    due = remittance_due_on(await contracts.today())
    assert total(plan.weeks, "set_aside") == yen(0)
    assert week_of(plan, due).parts["tax"] == yen(5_105)


async def test_an_open_invoice_is_to_be_found_less_its_credit_notes(scene: contracts.Scene):
    success = await opened(company=str(scene.owner.company), days=30)
    async with db.transaction(operator=True):
        row = await db.fetchrow("select due_on, total_amount from invoice")
    assert row is not None
    whole = (await forecast.company(by=scene.owner)).weeks
    async with db.transaction(operator=True):
        invoice = await db.fetchval("select id from invoice")
        await credit_notes.give_back(invoice, yen(10_000), reason="A mistake.", occasion="test")

    less = (await forecast.company(by=scene.owner)).weeks

    assert success
    assert total(whole, "invoices") == yen(row["total_amount"])
    assert total(less, "invoices") == yen(row["total_amount"] - 11_000)


async def test_another_company_sees_nothing_of_it(scene: contracts.Scene):
    await contracts.concluded(scene)
    other = await contracts.scene()

    plan = await forecast.company(by=other.owner)

    assert total([*plan.weeks, plan.later], *forecast.OURS) == yen(0)
    assert plan.cost.tasks == 0


async def test_finance_reads_the_title_and_takes_the_weeks_as_a_file(
    scene: contracts.Scene, finance: Browser
):
    await contracts.concluded(scene)

    page = await finance.get(f"/c/{scene.slug}/forecast")
    file = await finance.get(f"/c/{scene.slug}/forecast.csv")

    assert finance.yen(page, "h1") == [5_105]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + WEEKS + 1
    assert sum(int(row[4]) for row in rows[1:]) == 55_000
    async with db.transaction(operator=True):
        assert await db.fetchval("select true from activity_event where verb = 'forecast.exported'")


async def test_the_operator_sees_what_leaves_and_what_the_month_has_earned(
    scene: contracts.Scene, operator: Browser
):
    await acceptance.approve(await contracts.delivered(scene), by=scene.owner)
    await opened(company=str(scene.owner.company), days=30)

    page = await operator.get("/operator/forecast")

    assert operator.yen(page, "h1") == [49_895]
    words = operator.words(page, "main")
    assert "Platform fees" in words
    assert "Not due yet" in words
    assert 7_500 in operator.yen(page, "figure td.num")


async def test_an_empty_house_says_what_will_stand_there(scene: contracts.Scene, finance: Browser):
    page = await finance.get(f"/c/{scene.slug}/forecast")

    assert "Nothing falls due" in finance.words(page, "main")
