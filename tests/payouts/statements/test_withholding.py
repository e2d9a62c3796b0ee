"""The register of tax withheld, the remittance with its date, corrections, and the yearly payment records."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.money import yen
from payouts.statements import months, records, withholding
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import COMPANY, go_to, reach_the_bank

pytestmark = pytest.mark.usefixtures("database")


async def paying_company() -> str:
    company = str(uuid4())
    await prepay(company, yen(50_000_000))
    return company


async def register_of(company: str, month: date) -> withholding.Register:
    async with db.transaction(operator=True):
        return await withholding.register(company, month)


async def test_what_reached_a_bank_is_in_the_register_of_its_day_and_proves_itself(month: date):
    company, person = await paying_company(), str(uuid4())
    item = await earn(person, company)
    coding = await earn(person, company, cost=seat(80_000, withheld=False), category="coding")
    await reach_the_bank(person, [item, coding])

    found = await register_of(company, month)

    assert [(row["fact"], row["base_amount"], row["withheld_amount"]) for row in found.rows] == [
        ("paid", 50_000, 5_105)
    ]
    assert (found.base, found.tax, found.withheld, found.net) == (
        yen(50_000),
        yen(5_000),
        yen(5_105),
        yen(49_895),
    )
    assert found.holds


async def test_what_is_owed_and_not_paid_is_in_no_register(month: date):
    company = await paying_company()
    await earn(str(uuid4()), company)

    assert (await register_of(company, month)).rows == []


async def test_what_the_bank_sends_back_is_a_correction_in_the_month_in_which_it_does(month: date):
    company, person = await paying_company(), str(uuid4())
    item = await earn(person, company)
    await reach_the_bank(person, [item])
    await go_to(months.last_moment(month))
    await reach_the_bank(person, [item], back=True)

    first, second = await register_of(company, month), await register_of(company, months.after(month))

    assert (first.withheld, second.withheld) == (yen(5_105), yen(-5_105))
    assert [row["fact"] for row in second.rows] == ["returned"]
    assert second.holds


async def test_a_payout_for_two_companies_is_in_each_register_with_its_own_part(month: date):
    one, other, person = await paying_company(), await paying_company(), str(uuid4())
    items = [await earn(person, one), await earn(person, other, cost=seat(100_000))]
    await reach_the_bank(person, items)

    ours, theirs = await register_of(one, month), await register_of(other, month)

    assert (ours.withheld, theirs.withheld) == (yen(5_105), yen(10_210))
    assert ours.holds
    assert theirs.holds


async def test_a_payout_whose_ledger_amount_is_not_its_items_is_shown(month: date):
    company, person = await paying_company(), str(uuid4())
    item = await earn(person, company)
    await reach_the_bank(person, [item])
    async with db.transaction(operator=True):
        await db.execute(
            "update payable_item set adjusted_amount = 1, net_amount = net_amount - 1 where id = $1", item
        )

    found = await register_of(company, month)

    assert len(found.different) == 1
    assert not found.holds


async def test_the_remittance_names_its_day_and_keeps_what_finance_noted(month: date):
    company, person = await paying_company(), str(uuid4())
    await reach_the_bank(person, [await earn(person, company)])
    async with db.transaction(operator=True):
        today = await clock.today()
        with pytest.raises(Conflict):
            await withholding.note_remitted(company, month, on=today, by="member:1", today=today)
    await go_to(months.last_moment(month))

    async with db.transaction(operator=True):
        today = await clock.today()
        with pytest.raises(Invalid):
            await withholding.note_remitted(
                company, month, on=today + timedelta(days=1), by="member:1", today=today
            )
        noted = await withholding.note_remitted(company, month, on=today, by="member:1", today=today)
        (row,) = await withholding.remittances(company, month, months.after(month))

    assert noted == yen(5_105)
    assert (row.withheld, row.payees, row.remitted, row.remitted_on) == (yen(5_105), 1, yen(5_105), today)
    assert row.due_on.day >= 10
    assert row.due_on > months.last_day(month)


async def test_a_years_records_tie_to_the_registers_of_its_months(month: date):
    company, person, small = await paying_company(), str(uuid4()), str(uuid4())
    await reach_the_bank(
        person,
        [await earn(person, company), await earn(person, company, cost=seat(70_000), category="writing")],
    )
    await reach_the_bank(small, [await earn(small, company, cost=seat(50_000))])
    await reach_the_bank(
        person, [await earn(person, company, cost=seat(9_000, withheld=False), category="coding")]
    )

    async with db.transaction(operator=True):
        found = {record.owner: record for record in await records.of_year(company, month.year)}
    register = await register_of(company, month)

    assert {part.category: part.base for part in found[f"person:{person}"].parts} == {
        "design": yen(50_000),
        "writing": yen(70_000),
    }
    assert found[f"person:{person}"].must_submit()
    assert not found[f"person:{small}"].must_submit()
    assert sum(record.withheld.amount for record in found.values()) == register.withheld.amount


async def test_a_corporation_has_no_payment_record(month: date):
    company, person = await paying_company(), str(uuid4())
    async with db.transaction(operator=True):
        await db.execute("insert into payee (owner, kind) values ($1, 'corporation')", f"person:{person}")
    await reach_the_bank(person, [await earn(person, company, cost=seat(50_000, withheld=False))])

    async with db.transaction(operator=True):
        assert await records.of_year(company, month.year) == []


def test_a_record_says_what_the_tax_office_asks_and_no_my_number():
    record = records.Record(
        "person:1", 2026, (records.Part("design", 2, yen(120_000), yen(12_000), yen(12_252)),)
    )

    ja = str(records.sheet(record, payer=COMPANY.record, payee={"name": "佐藤 美咲"}, locale="ja"))

    for needed in (
        "支払調書",
        "2026年分",
        "デザイン料",
        "¥120,000",
        "¥12,252",
        "佐藤 美咲 様",
        "5万円を超える",
        "個人番号は取り扱っていません",
    ):
        assert needed in ja
