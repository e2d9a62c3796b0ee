"""A reward vests when its day has come, the guarantee holds and the company has paid; nothing else moves it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from marketplace import worker
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.money import yen
from marketplace.people import sign_in
from marketplace.referrals import ending, flag_queries, flags, guarantee, success, vest_due
from payouts import chart, journal, postings, verify
from payouts.billing import ending as billing_ending
from payouts.billing import paying
from tests.factories import pipeline as make
from tests.factories.companies import signed_in

pytestmark = pytest.mark.usefixtures("database")

SHOWN = "発注書 2026-118 を受け取りました。"


async def work() -> None:
    """Work the jobs of both kinds until nothing is due; the provider is not asked."""
    while (await worker.drain_rows("money", 60))[0] + (await worker.drain_rows("work", 60))[0]:
        pass


async def succeeded(at: make.Scene, **columns: Any) -> UUID:
    """Record a success of today and let its invoice be made out."""
    claim = await make.claim(at, **columns)
    await success.record(
        claim, happened_on=await make.today(), evidence=SHOWN, base=yen(1_000_000), by=at.recruiter
    )
    await work()
    return claim


async def pay(claim: UUID, at: make.Scene) -> None:
    """Let the company have the money and pay its invoice, and let the jobs run."""
    await put_money_in(claim, at)
    await work()


async def put_money_in(claim: UUID, at: make.Scene) -> None:
    """Let the company have the money and pay its invoice; nobody has heard of it yet."""
    async with db.transaction(operator=True):
        invoice = await db.fetchrow("select * from invoice where reference = $1", f"claim:{claim}")
        money = yen(invoice["total_amount"])
        fact = postings.topup(
            str(at.company),
            transaction=str(claim),
            arrived=money,
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact)
        await paying.pay_from_balance(invoice["id"])


async def parts(claim: UUID) -> list[tuple[int, str, str]]:
    rows = await make.rows("select * from tranche where claim_id = $1 order by number", claim)
    return [(row["amount"], row["status"], row["hold_reason"]) for row in rows]


async def owed(at: make.Scene) -> int:
    async with db.transaction(operator=True):
        return (await journal.held(chart.person_payable(str(at.referrer.person)))).amount


async def company_has(at: make.Scene) -> int:
    async with db.transaction(operator=True):
        return (await journal.held(chart.company_balance(str(at.company)))).amount


async def operator() -> Actor:
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add("operator@enishi.example", "運営")
        await db.execute("update person set is_operator = true where id = $1", person)
    return (await signed_in("operator@enishi.example")).as_operator()


async def test_nothing_vests_before_the_invoice_is_paid_and_then_what_is_due_does_at_once():
    at = await make.scene("business")
    claim = await succeeded(at)
    assert not await vest_due.sweep()

    await pay(claim, at)

    assert await parts(claim) == [(30_000, "vested", ""), (30_000, "unvested", "")]
    assert await owed(at) == 30_000
    assert len(await make.told(at.referrer.person, "reward.vested")) == 1
    assert await verify.run() == []


async def test_the_later_part_vests_on_its_day_and_the_claim_ends_a_week_after_the_guarantee():
    at = await make.scene("business")
    claim = await succeeded(at)
    await pay(claim, at)
    await clock.advance(timedelta(days=90))
    await guarantee.begin()
    assert not await vest_due.sweep()

    await clock.advance(timedelta(days=1))
    vested = await vest_due.sweep()
    early = await ending.finish()
    await clock.advance(timedelta(days=8))

    assert (vested, early, await ending.finish()) == (1, 0, 1)
    assert (await make.row(claim))["status"] == "vested"
    assert await owed(at) == 60_000
    assert await verify.run() == []


async def test_a_failed_guarantee_returns_what_has_not_vested_and_nets_what_has_from_the_next_reward():
    at = await make.scene("business")
    claim = await succeeded(at)
    await pay(claim, at)

    await guarantee.fail(claim, await make.today(), "customer_left", "契約が終わりました。", by=at.recruiter)
    await work()

    assert await parts(claim) == [(30_000, "clawed_back", ""), (30_000, "failed", "")]
    # 80 % of the fee of 100,000 with its tax, and the part that had not vested.
    assert await company_has(at) == 88_000 + 30_000
    other = await succeeded(at)
    before = await company_has(at)
    await pay(other, at)
    assert await owed(at) == 30_000  # the first part, owed before it failed; the second's was netted whole
    assert await company_has(at) == before + 30_000
    assert len(await make.told(at.referrer.person, "reward.clawed_back")) == 1
    assert await verify.run() == []


async def test_an_invoice_that_is_never_paid_ends_the_reward_and_the_referrer_is_told():
    at = await make.scene("business")
    claim = await succeeded(at)
    async with db.transaction(operator=True):
        invoice = await db.fetchval("select id from invoice where reference = $1", f"claim:{claim}")
        await billing_ending.give_up(invoice, "the company is insolvent")
    await work()

    assert {state for _, state, _ in await parts(claim)} == {"failed"}
    assert len(await make.told(at.referrer.person, "reward.unfunded")) == 1
    assert await owed(at) == 0
    assert await verify.run() == []


async def same_device(claim: UUID, at: make.Scene) -> None:
    """Let the consent have come from the referrer's device."""
    await make.rows("update claim set device_digest = 'same' where id = $1 returning id", claim)
    await make.rows(
        """insert into claim_consent (claim_id, company_id, person_id, act, text_version, device_digest)
           values ($1, $2, $3, 'given', 'test', 'same') returning id""",
        claim,
        at.company,
        at.referrer.person,
    )


async def test_a_sign_holds_the_reward_until_the_appeal_is_heard_and_then_it_goes_on():
    at, judge = await make.scene("business"), await operator()
    claim = await succeeded(at)
    await same_device(claim, at)
    await pay(claim, at)
    assert await parts(claim) == [(30_000, "held", "flag"), (30_000, "unvested", "")]
    [flag] = await flag_queries.of_claim(claim, by=at.referrer)
    assert len(await make.told(at.referrer.person, "flag.raised")) == 1
    assert len(await make.told(judge.person, "flag.to_decide")) == 1

    await flags.appeal(flag["id"], "同じ会議室のパソコンを一緒に使いました。", by=at.referrer)
    assert len(await make.told(judge.person, "flag.appealed")) == 1
    await flags.decide(flag["id"], clear=True, decision="確認しました。", by=judge)
    await vest_due.sweep()

    assert await parts(claim) == [(30_000, "vested", ""), (30_000, "unvested", "")]
    assert await owed(at) == 30_000


async def test_the_operator_is_told_of_a_sign_and_of_the_answer_to_it_by_the_title_of_its_bounty():
    at = await make.scene("business")
    someone = await operator()
    claim = await succeeded(at)
    await same_device(claim, at)
    await pay(claim, at)
    [flag] = await flag_queries.of_claim(claim, by=at.referrer)

    await flags.appeal(flag["id"], "同じ会議室のパソコンを一緒に使いました。", by=at.referrer)

    for kind in ("flag.to_decide", "flag.appealed"):
        [notice] = await make.told(someone.person, kind)
        assert notice["params"] == {"title": "動画編集の案件"}
        assert notice["path"] == f"/operator/flags/{flag['id']}"


async def test_a_sign_is_looked_for_when_the_success_is_recorded_long_before_the_money_is_due():
    at = await make.scene("business")
    claim = await make.claim(at)
    await same_device(claim, at)

    await success.record(
        claim, happened_on=await make.today(), evidence=SHOWN, base=yen(1_000_000), by=at.recruiter
    )
    await work()

    assert [flag["kind"] for flag in await flag_queries.of_claim(claim, by=at.referrer)] == ["same_device"]


async def test_a_hold_that_is_upheld_pays_nobody_and_returns_the_reward_to_the_company_at_the_end():
    at = await make.scene("business")
    claim = await succeeded(at)
    await same_device(claim, at)
    await pay(claim, at)
    [flag] = await flag_queries.of_claim(claim, by=at.referrer)
    by = await operator()

    await flags.decide(flag["id"], clear=False, decision="本人による紹介でした。", by=by)

    with pytest.raises(Conflict):
        await flags.decide(flag["id"], clear=True, decision="やはり", by=by)
    assert {state for _, state, _ in await parts(claim)} == {"failed"}
    await clock.advance(timedelta(days=98))
    await ending.finish()
    await work()
    assert (await owed(at), await company_has(at)) == (0, 60_000)
    assert await verify.run() == []


async def test_nobody_answers_a_hold_on_another_persons_reward():
    at = await make.scene("business")
    claim = await succeeded(at)
    await same_device(claim, at)
    await pay(claim, at)
    [flag] = await flag_queries.of_claim(claim, by=at.referrer)
    stranger = (await make.scene("gig")).referrer

    with pytest.raises(NotFound):
        await flags.appeal(flag["id"], "…", by=stranger)


async def test_the_recruiter_is_told_once_in_the_last_week_of_a_guarantee():
    at = await make.scene("business")
    claim = await succeeded(at)
    assert not await vest_due.remind()

    await clock.advance(timedelta(days=84))

    assert (await vest_due.remind(), await vest_due.remind()) == (1, 0)
    assert (await make.row(claim))["status"] == "succeeded"
    assert len(await make.told(at.owner.person, "reward.guarantee_ends")) == 1
