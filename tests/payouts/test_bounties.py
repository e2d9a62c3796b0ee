"""A bounty's part becomes owed, and what must come back is taken from later bounties only."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core import db
from marketplace.core.money import Money, yen
from payouts import bounties, chart, journal, planning, verify
from payouts.billing import postings
from payouts.billing.terms import Amounts

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
DUE = date(2026, 11, 20)


async def funded(claim: str, amount: Money, *, company: str = "acme", number: int = 1) -> None:
    """Let a company pay an invoice for a bounty and no fee."""
    asked = Amounts(yen(0), yen(0), amount)
    facts = [
        postings.invoice(company, "bob", number=number, claim=claim, amounts=asked, happened_at=NOW),
        postings.invoice_paid(
            company, number=number, due=amount, net=amount, provider_fee=yen(0), happened_at=NOW
        ),
        postings.fund_bounty("bob", claim=claim, amount=amount, happened_at=NOW),
    ]
    for fact in facts:
        assert await journal.record(fact, about=f"claim:{claim}")


async def vest(claim: str, tranche: str, amount: Money, *, company: str = "acme", number: int = 1):
    return await bounties.vest(
        "bob",
        company,
        claim=claim,
        tranche=tranche,
        number=number,
        amount=amount,
        title="Referral",
        due_on=DUE,
    )


async def owed() -> int:
    return (await journal.held(chart.person_payable("bob"))).amount


async def item(number):
    return await db.fetchrow("select * from payable_item where id = $1", number)


async def test_a_part_that_vests_is_owed_once_and_planned_like_every_other_item():
    async with db.transaction(operator=True):
        await funded("claim1", yen(100_000))

        first = await vest("claim1", "t1", yen(100_000))
        again = await vest("claim1", "t1", yen(100_000))

        assert first == again
        assert await owed() == 100_000
        row = await item(first)
        assert (row["kind"], row["net_amount"], row["withheld_amount"]) == ("bounty", 100_000, 0)
    assert await planning.plan() == 1
    async with db.transaction(operator=True):
        assert await db.fetchval("select amount from payout") == 100_000
    assert await verify.run() == []


async def test_what_was_clawed_back_is_netted_from_the_next_bounty_and_credited_to_its_company():
    async with db.transaction(operator=True):
        await funded("claim1", yen(30_000))
        await vest("claim1", "t1", yen(30_000))
        assert await bounties.claw_back("bob", "acme", tranche="t1", amount=yen(30_000))
        assert not await bounties.claw_back("bob", "acme", tranche="t1", amount=yen(30_000))
        await funded("claim2", yen(50_000), company="kawa", number=2)

        number = await vest("claim2", "t2", yen(50_000), company="kawa")

        row = await item(number)
        assert (row["base_amount"], row["netted_amount"], row["net_amount"]) == (50_000, 30_000, 20_000)
        assert await owed() == 30_000 + 20_000
        assert (await journal.held(chart.company_balance("acme"))).amount == 30_000
        assert not await journal.held(chart.company_balance("kawa"))
    assert await verify.run() == []


async def test_a_bounty_smaller_than_what_must_come_back_is_netted_to_nothing_and_makes_no_payout():
    async with db.transaction(operator=True):
        await funded("claim1", yen(30_000))
        await vest("claim1", "t1", yen(30_000))
        await db.execute("update payable_item set early_asked_at = null, due_on = '2030-01-31'")
        await bounties.claw_back("bob", "acme", tranche="t1", amount=yen(30_000))
        await funded("claim2", yen(20_000), number=2)

        number = await vest("claim2", "t2", yen(20_000))

        assert (await item(number))["net_amount"] == 0
        assert await db.fetchval("select recovered_amount from bounty_clawback") == 20_000
    assert await planning.plan() == 0
    assert await verify.run() == []


async def test_the_oldest_debt_is_netted_first_and_what_is_left_waits_for_the_bounty_after():
    async with db.transaction(operator=True):
        for number, tranche in enumerate(("t1", "t2"), start=1):
            await funded(f"claim{number}", yen(10_000), company=f"co{number}", number=number)
            await vest(f"claim{number}", tranche, yen(10_000), company=f"co{number}")
        for number, tranche in enumerate(("t1", "t2"), start=1):
            await bounties.claw_back("bob", f"co{number}", tranche=tranche, amount=yen(10_000))
            await db.execute(
                "update bounty_clawback set made_at = business_now() + make_interval(days => $1)", number
            )
        for number, tranche in ((3, "t3"), (4, "t4")):
            await funded(f"claim{number}", yen(15_000), number=number)
            await vest(f"claim{number}", tranche, yen(15_000))

        recovered = await db.fetch("select tranche, recovered_amount from bounty_clawback order by tranche")
        netted = await db.fetch(
            "select netted_amount from payable_item where reference in ('claim:claim3', 'claim:claim4') order by id"
        )

        assert [row["recovered_amount"] for row in recovered] == [10_000, 10_000]
        assert [row["netted_amount"] for row in netted] == [15_000, 5_000]
    assert await verify.run() == []
