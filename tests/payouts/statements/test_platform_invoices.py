"""The operator's invoices for platform fees: tied to revenue and tax of the month, the rounding difference posted."""

from datetime import date
from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import chart, journal, verify
from payouts.fees import SeatCost
from payouts.statements import months, platform_invoices, platform_sheet
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to

pytestmark = pytest.mark.usefixtures("database")


def small() -> SeatCost:
    """A seat whose platform fee is ¥105: its tax of 10.5 is 10."""
    return SeatCost(yen(700), yen(70), yen(105), yen(10), yen(0))


async def company_with(*costs: SeatCost, spare: int = 1_000) -> str:
    company = str(uuid4())
    await prepay(company, yen(sum(cost.company_pays.amount for cost in costs) + spare))
    for cost in costs:
        await earn(str(uuid4()), company, cost=cost)
    return company


async def invoice_of(company: str):
    async with db.transaction(operator=True):
        (row,) = await platform_invoices.listed(owner=f"company:{company}")
    return row


async def test_the_worked_example_is_invoiced_with_7_500_and_750(month: date):
    company = await company_with(seat(), spare=10_000)
    await go_to(months.last_moment(month))

    await platform_invoices.make_last_month()

    row = await invoice_of(company)
    assert (row["fee_amount"], row["tax_amount"], row["contract_tax_amount"]) == (7_500, 750, 750)
    async with db.transaction(operator=True):
        assert await journal.find(f"platform_invoice:{company}:{month:%Y-%m}") is None
        assert (await platform_invoices.tie(month)).holds


async def test_three_fees_of_105_bear_31_and_the_difference_is_posted_into_the_month(month: date):
    company = await company_with(small(), small(), small())
    async with db.transaction(operator=True):
        before = await journal.held(chart.company_balance(company))
    await go_to(months.last_moment(month))

    made = [await platform_invoices.make_month(month), await platform_invoices.make_month(month)]

    row = await invoice_of(company)
    async with db.transaction(operator=True):
        fact = await journal.find(f"platform_invoice:{company}:{month:%Y-%m}")
        after = await journal.held(chart.company_balance(company))
        tie = await platform_invoices.tie(month)
    assert made == [1, 0]
    assert (row["fee_amount"], row["tax_amount"], row["contract_tax_amount"], row["borne_by"]) == (
        315,
        31,
        30,
        "balance",
    )
    assert fact is not None
    assert fact.happened_at == months.last_moment(month)
    assert before - after == yen(1)
    assert (tie.fee, tie.tax) == (tie.ledger_fee, tie.ledger_tax) == (yen(315), yen(31))
    async with db.transaction(operator=True):
        assert not await verify.run()


async def test_the_operator_bears_the_difference_where_the_balance_is_empty(month: date):
    company = await company_with(small(), small(), small(), spare=0)
    await go_to(months.last_moment(month))

    await platform_invoices.make_month(month)

    assert (await invoice_of(company))["borne_by"] == "operator"
    async with db.transaction(operator=True):
        assert await journal.balance(chart.goodwill_expense()) == yen(1)


async def test_numbers_are_one_row_for_all_companies_without_gaps(month: date):
    companies = [await company_with(small()) for _ in range(3)]
    await go_to(months.last_moment(month))
    await platform_invoices.make_month(month)

    numbers = sorted([(await invoice_of(company))["number"] for company in companies])

    assert numbers == [1, 2, 3]


async def test_the_paper_names_what_a_qualified_invoice_names_in_both_languages(month: date):
    company = await company_with(small(), small(), small())
    await go_to(months.last_moment(month))
    await platform_invoices.make_month(month)
    row = await invoice_of(company)

    ja, en = str(platform_sheet.sheet(row, "ja")), str(platform_sheet.sheet(row, "en"))

    for needed in (
        "適格請求書",
        "縁結び株式会社",
        "株式会社エース 御中",
        "10%対象",
        "¥315",
        "¥31",
        "PF-000001",
        "¥346",
    ):
        assert needed in ja
    for needed in (
        "Qualified invoice",
        "Enmusubi Inc.",
        "Ace Inc.",
        "Taxed at 10%",
        "¥346",
        "taken from your prepaid balance",
    ):
        assert needed in en
