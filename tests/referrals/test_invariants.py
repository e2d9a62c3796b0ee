"""The rules over referrals hold of sound books and notice broken ones."""

import pytest

from marketplace import verify
from marketplace.referrals import guarantee, invariants
from tests.factories import pipeline as make
from tests.referrals.test_vesting import pay, succeeded, work

pytestmark = pytest.mark.usefixtures("database")

BREAKS = {
    "a candidate has one holder for a bounty at the most": "update claim set candidate_email = 'a@example.org', status = 'owned'",
    "no company reads of a claim before the candidate's consent": "update claim set consented_at = null, status = 'declined'",
    "a contact is kept only while its claim waits": """insert into claim_contact (claim_id, person_id, sealed)
        select id, person_id, 'x' from claim limit 1""",
    "a claim has succeeded when its success is recorded, and failed when its failure is": "delete from claim_failure",
    "the parts of a reward sum to it": "update tranche set amount = amount + 1 where number = 2",
    "nothing vests before its day, or before its invoice is paid": "update claim_success set paid_at = null",
    "each vested part is one item, of its amount": "update tranche set item_id = null",
    "an invoiced bounty is what was credited, has vested, runs its guarantee or awaits payment": "delete from credit_note",
    "what is clawed back had vested, and its guarantee has failed": "delete from bounty_clawback",
}


async def broken() -> set[str]:
    return {verdict.rule for verdict in await verify.check() if verdict.broken} & set(invariants.RULES)


def test_each_rule_has_a_break_that_it_notices():
    assert set(BREAKS) == set(invariants.RULES)


@pytest.mark.parametrize("rule", BREAKS)
async def test_it_notices(rule, owner):
    at = await make.scene("business")
    failed, running = await succeeded(at), await succeeded(at)
    for claim in (failed, running):
        await pay(claim, at)
    await guarantee.fail(failed, await make.today(), "customer_left", "契約が終わりました。", by=at.recruiter)
    await work()
    assert await broken() == set()

    await owner.execute(f"set session_replication_role = replica; {BREAKS[rule]}")
    await owner.execute("set session_replication_role = origin")

    assert rule in await broken()
