"""Twelve synthetic months over a year's and a fiscal year's end: statements, registers and invoices at 0 difference with the ledger."""

from datetime import date

import pytest

from marketplace.core import db
from marketplace.core.money import Money, yen
from payouts import verify
from payouts.statements import months, platform_invoices, queries, records, withholding
from tests.factories.payouts import prepay
from tests.factories.statements import go_to, make
from tests.factories.year import Year

pytestmark = pytest.mark.usefixtures("database")

MONTHS = 12


async def ledger_owes(year: Year) -> Money:
    """Return what the ledger says the people got or are still owed: all credits of payable less withholding adjusted."""
    async with db.transaction(operator=True):
        return yen(
            await db.fetchval(
                """select coalesce(-sum(e.amount), 0)::bigint from ledger_entry e join ledger_account a on a.id = e.account_id
                     join ledger_transfer t on t.id = e.transfer_id
                   where a.purpose = 'payable' and a.owner = any($1::text[])
                     and t.kind in ('approve', 'cancel', 'vest', 'withhold_adjust')""",
                [f"person:{person}" for person in year.people],
            )
        )


@pytest.mark.parametrize("seed", [1, 2])
async def test_twelve_months_close_at_0_difference_with_the_ledger(month: date, seed: int):
    year, began, stated, registered = (
        Year(seed),
        month,
        0,
        dict.fromkeys(range(month.year, month.year + 2), 0),
    )
    await prepay(year.company, yen(500_000_000))

    for _ in range(MONTHS):
        await year.month()
        await go_to(months.last_moment(month))
        rows = await make(year.company, month)
        await platform_invoices.make_month(month)
        stated += sum(row["net_amount"] for row in rows)
        async with db.transaction(operator=True):
            tie, invoices = await queries.tie(year.company, month), await platform_invoices.tie(month)
            register = await withholding.register(year.company, month)
        assert tie.holds
        assert invoices.holds
        assert register.holds
        registered[month.year] += register.withheld.amount
        month = months.after(month)

    assert yen(stated) == await ledger_owes(year)
    async with db.transaction(operator=True):
        for calendar_year, withheld in registered.items():
            found = await records.of_year(year.company, calendar_year)
            assert sum(record.withheld.amount for record in found) == withheld
        numbers = await db.fetch(
            "select number from statement where payer = $1 order by number", f"company:{year.company}"
        )
        assert not await verify.run()
    assert [row["number"] for row in numbers] == list(range(1, len(numbers) + 1))
    assert months.first_of(began) < month
