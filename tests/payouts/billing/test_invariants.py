"""The rules over invoices hold of sound books and notice broken ones."""

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import verify
from payouts.billing import credit_notes, invariants
from tests.factories.billing import opened

pytestmark = pytest.mark.usefixtures("database")

BREAKS = {
    "numbers of invoices, credit notes and statements have no gaps": "update invoice set number = 7",
    "the receivable of success fees is what open invoices still ask for": "update invoice set fee_amount = fee_amount + 1",
    "what awaits payment is the bounties of open invoices": "update invoice set bounty_amount = 99_999",
    "credit notes give back no more than their invoice asks for": "update credit_note set fee_amount = 300001",
    "every finalised invoice is posted": "update invoice set status = 'paid', paid_at = now()",
    "success-fee revenue comes from invoices only": "update ledger_transfer set key = 'gift:1' where key = 'invoice:1'",
    "a paper that was stored is what it was": """insert into billing_document (kind, document_id, locale, owner, content, sha256)
        values ('invoice', uuidv7(), 'ja', 'company:x', 'a', repeat('0', 64))""",
}


def test_each_rule_has_a_break_that_it_notices():
    assert set(BREAKS) == set(invariants.RULES)


@pytest.mark.parametrize("rule", BREAKS)
async def test_it_notices(rule, owner):
    made = await opened()
    async with db.transaction(operator=True):
        await credit_notes.issue(made.invoice, refund_bp=1000, bounty_back=yen(0), reason="less")
    assert await verify.run() == []

    await owner.execute("set session_replication_role = replica")
    await owner.execute(BREAKS[rule])
    await owner.execute("set session_replication_role = origin")

    assert rule in {finding.check for finding in await verify.run()}
