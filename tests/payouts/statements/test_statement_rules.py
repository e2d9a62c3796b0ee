"""The rules over statements hold of sound books and notice broken ones."""

from datetime import date
from uuid import uuid4

import pytest

from marketplace.core.money import yen
from payouts import verify
from payouts.statements import invariants, months, platform_invoices
from tests.factories.payouts import earn, prepay
from tests.factories.statements import go_to, make

pytestmark = pytest.mark.usefixtures("database")

BREAKS = {
    "the sums of a statement are those of its lines": "update statement set net_amount = net_amount + 1, work_amount = work_amount + 1",
    "a stated line says what its item says": "update payable_item set tax_amount = tax_amount + 1, net_amount = net_amount + 1",
    "a platform invoice is its postings in the ledger": "update platform_invoice set tax_amount = tax_amount + 1",
    "numbers of invoices, credit notes and statements have no gaps": "update statement set number = 7",
}


def test_each_rule_has_a_break_that_it_notices():
    assert set(invariants.RULES) < set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
async def test_it_notices(rule, owner, month: date):
    company = str(uuid4())
    await prepay(company, yen(1_000_000))
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    await make(company, month)
    await platform_invoices.make_month(month)
    assert await verify.run() == []

    await owner.execute("set session_replication_role = replica")
    await owner.execute(BREAKS[rule])
    await owner.execute("set session_replication_role = origin")

    assert rule in {finding.check for finding in await verify.run()}
