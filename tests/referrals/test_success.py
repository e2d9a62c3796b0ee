"""A success is recorded once, after its event, lawfully; a gig's by itself; and it can fall through within its guarantee."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from marketplace import worker
from marketplace.contracts import acceptance
from marketplace.core import clock
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.money import Money, yen
from marketplace.referrals import gigs, guarantee, success, vesting
from marketplace.referrals.bounty_terms import Refund, Terms, Tranche
from marketplace.referrals.verdicts import NotLawful
from tests.factories import companies
from tests.factories import contracts as deals
from tests.factories import pipeline as make

pytestmark = pytest.mark.usefixtures("database")

SHOWN = "発注書 2026-118 を受け取りました。"


async def record(claim: UUID, at: make.Scene, **changes: Any) -> None:
    given = {"happened_on": await make.today(), "evidence": SHOWN, "base": yen(1_000_000), "by": at.recruiter}
    await success.record(claim, **{**given, **changes})


async def test_a_business_success_writes_fee_reward_parts_and_the_end_of_its_guarantee():
    at = await make.scene("business")
    claim = await make.claim(at)

    await record(claim, at)

    today = await make.today()
    [fact] = await make.rows("select * from claim_success where claim_id = $1", claim)
    parts = await make.rows("select * from tranche where claim_id = $1 order by number", claim)
    assert (fact["fee_amount"], fact["reward_amount"]) == (100_000, 60_000)
    assert (fact["base_amount"], fact["guarantee_until"]) == (1_000_000, today + timedelta(days=90))
    assert [(part["amount"], part["vest_on"], part["status"]) for part in parts] == [
        (30_000, today, "unvested"),
        (30_000, today + timedelta(days=91), "unvested"),
    ]
    assert (await make.row(claim))["status"] == "succeeded"
    assert len(await make.told(at.referrer.person, "claim.succeeded")) == 1


async def test_the_terms_are_those_of_the_claim_not_those_of_today():
    at = await make.scene("business")
    claim = await make.claim(at)
    await make.rows(
        """insert into bounty_terms (bounty_id, version, company_id, reward_type, fee_kind, fee_amount, made_by)
           values ($1, 2, $2, 'none', 'fixed', 999, 'test') returning version""",
        at.bounty,
        at.company,
    )

    await record(claim, at)

    [fact] = await make.rows("select * from claim_success")
    assert (fact["fee_amount"], fact["reward_amount"]) == (100_000, 60_000)


async def test_the_verdict_is_taken_again_and_kept_and_a_denied_reward_accrues_nothing():
    at = await make.scene("hire", fee_kind="none", fee_bp=0)
    claim = await make.claim(at, status="offer")

    with pytest.raises(NotLawful):
        await record(claim, at)

    [verdict] = await make.rows("select * from policy_verdict where claim_id = $1", claim)
    row = await make.row(claim)
    assert (verdict["step"], verdict["answer"]) == ("accrual", "deny")
    assert (row["status"], row["next_step"], row["next_owner"]) == ("offer", "policy", "enishi")
    assert not await make.rows("select from claim_success")
    assert not await make.rows("select from tranche")
    assert len(await make.told(at.referrer.person, "referral.policy")) == 1


async def test_a_hire_without_a_reward_succeeds_on_its_confirmed_start():
    at = await make.scene("hire", **make.UNPAID, fee_kind="none", fee_bp=0)
    claim = await make.claim(at, status="offer")

    await record(claim, at, base=yen(6_000_000))

    assert (await make.row(claim))["reason"] == "started"
    assert not await make.rows("select from tranche")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"happened_on": date(2020, 1, 1)}, "happened_on"),
        ({"happened_on": date(2099, 1, 1)}, "happened_on"),
        ({"evidence": "  yes  "}, "evidence"),
        ({"evidence": "x" * 2001}, "evidence"),
        ({"base": yen(0)}, "base"),
        ({"base": Money(1000, "USD")}, "base"),
    ],
)
async def test_what_does_not_hold_is_named_and_nothing_is_written(changes: dict[str, Any], field: str):
    at = await make.scene("business")
    claim = await make.claim(at)

    with pytest.raises(Invalid) as refused:
        await record(claim, at, **changes)

    assert set(refused.value.fields) == {field}
    assert not await make.rows("select from claim_success")
    assert (await make.row(claim))["status"] == "owned"


async def test_there_is_one_success_fee_for_a_candidate_and_a_role_however_the_role_is_posted():
    at = await make.scene("business")
    first = await make.claim(at, "kuroda@example.com")
    again = await make.bounty(at.owner, at.unit, "business", title="動画編集の案件　")
    other = await make.bounty(at.owner, at.unit, "business", title="別の紹介")
    second = await make.claim(at, "kuroda@example.com", bounty_id=again)
    third = await make.claim(at, "kuroda@example.com", bounty_id=other)
    await record(first, at)

    with pytest.raises(Conflict, match="one fee"):
        await record(second, at)
    await record(third, at)

    assert len(await make.rows("select from claim_success")) == 2
    assert (await make.row(second))["status"] == "owned"


async def test_the_database_itself_refuses_a_second_fee():
    at = await make.scene("business")
    first, second = await make.claim(at), await make.claim(at)
    await record(first, at)

    with pytest.raises(asyncpg.UniqueViolationError, match="one_success_fee"):
        await make.rows(
            """insert into claim_success (claim_id, company_id, person_id, happened_on, evidence, candidate_digest, role_key,
                      guarantee_until, fee_amount, reward_amount, recorded_by)
                    select $1, company_id, person_id, happened_on, evidence, candidate_digest, role_key, guarantee_until,
                      fee_amount, reward_amount, recorded_by from claim_success returning claim_id""",
            second,
        )


async def test_many_clicks_at_once_record_one_success():
    at = await make.scene("business")
    claim = await make.claim(at)

    answers = await asyncio.gather(*(record(claim, at) for _ in range(5)), return_exceptions=True)

    assert sum(answer is None for answer in answers) == 1
    assert len(await make.rows("select from claim_success")) == 1
    assert len(await make.rows("select from tranche")) == 2


async def test_finance_records_no_success():
    at = await make.scene("business")
    claim = await make.claim(at)

    with pytest.raises(NotAllowed):
        await record(claim, at, by=await companies.colleague(at.owner, at.slug, "finance"))


async def gig_scene() -> tuple[deals.Scene, make.Scene, str]:
    """A company with a contract for an alumnus whom another alumnus referred."""
    deal = await deals.scene()
    [person] = await make.rows("select email from person where id = $1", deal.person)
    recruiter = await companies.colleague(deal.owner, deal.slug, "recruiter")
    referrer, _ = await deals.alumni.alumnus(deal.owner)
    bounty = await make.bounty(deal.owner, deal.agreement.unit)
    at = make.Scene(deal.slug, deal.owner, recruiter, referrer, deal.agreement.unit, bounty, "gig")
    return deal, at, person["email"]


async def test_the_first_approved_contract_after_the_consent_makes_a_gig_succeed_by_itself(seal_folder: None):
    deal, at, email = await gig_scene()
    claim = await make.claim(at, email)
    contract = await deals.delivered(deal)

    await acceptance.approve(contract, by=deal.owner)
    await worker.run_until_idle()

    [fact] = await make.rows("select * from claim_success where claim_id = $1", claim)
    assert (fact["contract_id"], fact["base_amount"], fact["fee_amount"]) == (contract, 50_000, 5_000)
    row = await make.row(claim)
    assert (row["status"], row["reason"]) == ("succeeded", "contract_approved")


async def test_a_contract_from_before_the_consent_is_no_success(seal_folder: None):
    deal, at, email = await gig_scene()
    contract = await deals.delivered(deal)
    await clock.advance(timedelta(seconds=5))
    claim = await make.claim(at, email)

    await acceptance.approve(contract, by=deal.owner)
    await worker.run_until_idle()

    assert await gigs.record_due() == 0
    assert (await make.row(claim))["status"] == "owned"


async def test_one_contract_stands_for_one_referral_the_older_one(seal_folder: None):
    deal, at, email = await gig_scene()
    older = await make.claim(at, email)
    newer = await make.claim(
        at, email, bounty_id=await make.bounty(at.owner, at.unit, title="もう一つの案件")
    )
    contract = await deals.delivered(deal)

    await acceptance.approve(contract, by=deal.owner)
    await worker.run_until_idle()
    again = await gigs.record_due()

    assert again == 0
    assert [(await make.row(each))["status"] for each in (older, newer)] == ["succeeded", "owned"]


async def test_a_gig_that_the_job_has_missed_is_found_by_the_sweep(seal_folder: None):
    deal, at, email = await gig_scene()
    claim = await make.claim(at, email)
    contract = await deals.delivered(deal)
    await acceptance.approve(contract, by=deal.owner)
    await make.rows("delete from outbox where kind = 'referrals.gig_approved' returning id")

    assert await gigs.record_due() == 1
    assert await gigs.record_due() == 0
    assert (await make.row(claim))["status"] == "succeeded"


async def test_the_guarantee_begins_the_day_after_the_success():
    at = await make.scene("business")
    claim = await make.claim(at)
    await record(claim, at)

    same_day = await guarantee.begin()
    await clock.advance(timedelta(days=1))
    await guarantee.begin()

    assert same_day == 0
    assert (await make.row(claim))["status"] == "guarantee"


async def test_a_leaving_within_the_guarantee_voids_what_has_not_vested_and_names_the_refund():
    at = await make.scene("business")
    claim = await make.claim(at)
    await record(claim, at)
    await clock.advance(timedelta(days=45))
    await guarantee.begin()

    returns = await guarantee.fail(
        claim, await make.today(), "customer_left", "契約を解消しました。", by=at.recruiter
    )

    [fact] = await make.rows("select * from claim_failure where claim_id = $1", claim)
    assert returns == fact["refund_bp"] == 5000
    assert {part["status"] for part in await make.rows("select status from tranche")} == {"failed"}
    row = await make.row(claim)
    assert (row["status"], row["reason"]) == ("failed_guarantee", "customer_left")
    assert len(await make.told(at.referrer.person, "claim.failed_guarantee")) == 1


@pytest.mark.parametrize(
    ("left_after", "asked_after", "cause", "field"),
    [
        (-1, 10, "left", "left_on"),
        (11, 10, "left", "left_on"),
        (91, 95, "left", "left_on"),
        (20, 51, "left", "left_on"),
        (5, 10, "filled", "reason"),
    ],
    ids=[
        "before the success",
        "in the future",
        "after the guarantee",
        "after the claim deadline",
        "another cause",
    ],
)
async def test_a_leaving_that_does_not_fit_is_refused(
    left_after: int, asked_after: int, cause: str, field: str
):
    at = await make.scene("business")
    claim = await make.claim(at)
    await record(claim, at)
    succeeded = await make.today()
    await clock.advance(timedelta(days=asked_after))

    with pytest.raises(Invalid) as refused:
        await guarantee.fail(claim, succeeded + timedelta(days=left_after), cause, by=at.recruiter)

    assert set(refused.value.fields) == {field}
    assert (await make.row(claim))["status"] == "succeeded"


async def test_a_leaving_is_recorded_once():
    at = await make.scene("business")
    claim = await make.claim(at)
    await record(claim, at)
    today = await make.today()

    answers = await asyncio.gather(
        *(guarantee.fail(claim, today, "customer_left", by=at.recruiter) for _ in range(3)),
        return_exceptions=True,
    )

    assert sum(answer == 8000 for answer in answers) == 1
    assert len(await make.rows("select from claim_failure")) == 1


def test_the_parts_of_a_reward_are_dated_from_the_success_and_sum_to_it():
    terms = Terms(
        reward_type="payout",
        tranches=(Tranche(0, yen(30_000)), Tranche(91, yen(30_001))),
        refunds=(Refund(30, 8000),),
    )

    parts = vesting.parts_of(terms, date(2026, 11, 1))

    assert [(part.number, part.vest_on) for part in parts] == [(1, date(2026, 11, 1)), (2, date(2027, 1, 31))]
    assert Money.total(part.amount for part in parts) == terms.reward


async def test_a_failed_guarantee_gives_back_by_the_table_and_the_reward_that_will_never_vest():
    at = await make.scene("business")
    claim = await make.claim(at)
    await record(claim, at)
    await worker.run_until_idle()
    await clock.advance(timedelta(days=45))

    await guarantee.fail(claim, await make.today(), "customer_left", by=at.recruiter)
    await worker.run_until_idle()
    await worker.run_until_idle()

    [note] = await make.rows("select * from credit_note")
    assert (note["fee_amount"], note["tax_amount"], note["bounty_amount"]) == (50_000, 5_000, 60_000)
    assert note["reason"] == "The customer has ended the business."


async def test_a_referral_without_a_reward_bills_the_fee_alone():
    at = await make.scene("business")
    claim = await make.claim(at, unrewarded=True)

    await record(claim, at)

    [invoice] = await make.rows("select * from invoice")
    assert (invoice["fee_amount"], invoice["bounty_amount"]) == (100_000, 0)
    assert not await make.rows("select from tranche")
