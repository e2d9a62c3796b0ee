"""Twelve synthetic months over a year's and a fiscal year's end close, in both books, at 0 difference.

ENISHI_CLOSING_STATEMENTS sets how many people are paid in a month (2,000 in the benchmark).
"""

import os

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import verify
from tests.factories import companies
from tests.factories.closed_year import close_months, forget_jobs
from tests.factories.payouts import prepay
from tests.factories.year import Year

pytestmark = pytest.mark.usefixtures("database")
MONTHS = 12
PEOPLE = int(os.environ.get("ENISHI_CLOSING_STATEMENTS", "50"))


async def test_twelve_months_close_at_0_difference():
    owner = await companies.company("ace")
    year = Year(7, company=str(owner.company), people=PEOPLE)
    await prepay(year.company, yen(PEOPLE * 100_000_000))

    closed = await close_months(MONTHS, year.month, finance=owner)
    await forget_jobs()

    assert {difference for month in closed for difference in month.differences.values()} == {0}
    assert [month.unclean for month in closed] == [[]] * MONTHS
    assert sum(month.statements for month in closed) > MONTHS * PEOPLE / 2
    async with db.transaction(operator=True):
        kept = await db.fetchval("select count(*) from closing_package")
        dates = await db.fetchval("select count(distinct date_trunc('year', month)) from ledger_month")
    assert kept == 2 * MONTHS
    assert dates == 2
    assert not await verify.run()
