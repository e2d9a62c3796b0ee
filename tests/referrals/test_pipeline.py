"""The recruiter's moves: reasons, next days, one step back, who looks after it, and what happens when a day is missed."""

import asyncio
from datetime import date, timedelta

import pytest

from marketplace.companies import actions as companies_actions
from marketplace.core import clock
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.referrals import overdue, pipeline, reasons
from marketplace.referrals.lifecycle import CLAIM
from marketplace.referrals.pipeline import Plan
from tests.factories import companies
from tests.factories import pipeline as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_step_tells_the_referrer_why_and_what_comes_next_when_and_by_whom():
    at = await make.scene()
    claim = await make.claim(at)
    day = await make.today() + timedelta(days=3)

    await pipeline.step(
        claim,
        "screen",
        by=at.recruiter,
        reason="profile_fits",
        note="経験が合います。",
        plan=Plan("talk", "company", day),
    )

    row = await make.row(claim)
    assert (row["status"], row["next_step"], row["next_owner"], row["next_on"]) == (
        "screening",
        "talk",
        "company",
        day,
    )
    [_, move] = await make.rows("select * from claim_move where claim_id = $1 order by id", claim)
    assert (move["reason"], move["note"], move["to_status"]) == (
        "profile_fits",
        "経験が合います。",
        "screening",
    )
    assert len(await make.told(at.referrer.person, "claim.screening")) == 1


async def test_a_stage_never_stays_without_a_next_day():
    at = await make.scene()
    claim = await make.claim(at)

    assert await pipeline.plan_missing() == 1
    received = await make.row(claim)
    await pipeline.step(claim, "interview", by=at.recruiter, reason="wants_to_meet")
    meeting = await make.row(claim)

    assert received["next_on"] == await make.today() + timedelta(days=5)
    assert (meeting["next_step"], meeting["next_on"]) == ("talk", await make.today() + timedelta(days=10))
    assert await pipeline.plan_missing() == 0


@pytest.mark.parametrize(
    ("reason", "note", "plan", "field"),
    [
        ("filled", "", Plan(), "reason"),
        ("", "", Plan(), "reason"),
        ("contract_approved", "", Plan(), "reason"),
        ("other", "why", Plan(), "note"),
        ("profile_fits", "x" * 2001, Plan(), "note"),
        ("profile_fits", "", Plan(on=date(2020, 1, 1)), "next_on"),
        ("profile_fits", "", Plan(step="dance"), "next_step"),
        ("profile_fits", "", Plan(owner="moon"), "next_owner"),
    ],
)
async def test_a_reason_a_note_or_a_day_that_does_not_fit_is_named_and_nothing_moves(
    reason, note, plan, field
):
    at = await make.scene()
    claim = await make.claim(at)

    with pytest.raises(Invalid) as refused:
        await pipeline.step(claim, "screen", by=at.recruiter, reason=reason, note=note, plan=plan)

    assert set(refused.value.fields) == {field}
    assert (await make.row(claim))["status"] == "owned"


async def test_two_clicks_at_once_move_it_once():
    at = await make.scene()
    claim = await make.claim(at)

    answers = await asyncio.gather(
        *(
            pipeline.step(claim, "screen", by=at.recruiter, reason="profile_fits", seen="owned")
            for _ in range(4)
        ),
        return_exceptions=True,
    )

    assert sum(answer is None for answer in answers) == 1
    assert all(answer is None or isinstance(answer, Conflict) for answer in answers)
    assert len(await make.rows("select from claim_move where claim_id = $1", claim)) == 2
    assert len(await make.told(at.referrer.person, "claim.screening")) == 1


async def test_a_page_that_somebody_else_has_overtaken_moves_nothing():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.step(claim, "screen", by=at.owner, reason="profile_fits", seen="owned")

    with pytest.raises(Conflict):
        await pipeline.step(claim, "interview", by=at.recruiter, reason="wants_to_meet", seen="owned")
    with pytest.raises(Conflict):
        await pipeline.end(claim, "decline", by=at.recruiter, reason="filled", seen="owned")

    assert (await make.row(claim))["status"] == "screening"


async def test_the_last_step_can_be_taken_back_once_and_the_referrer_hears_of_it():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.step(claim, "offer", by=at.recruiter, reason="agreed_in_principle")

    await pipeline.undo(claim, by=at.recruiter)

    row = await make.row(claim)
    assert (row["status"], row["reason"]) == ("owned", reasons.UNDONE)
    assert row["next_on"] is not None
    assert len(await make.told(at.referrer.person, "claim.moved_back")) == 1
    with pytest.raises(Conflict):
        await pipeline.undo(claim, by=at.recruiter)


@pytest.mark.parametrize("stage", ["screening", "interview", "offer"])
@pytest.mark.parametrize("name", ["screen", "interview", "offer"])
async def test_every_step_between_stages_can_be_undone(stage: str, name: str):
    at = await make.scene()
    claim = await make.claim(at, status=stage)
    if stage not in CLAIM.sources(name):
        with pytest.raises(Conflict):
            await pipeline.step(claim, name, by=at.recruiter, reason=next(iter(reasons.fitting(name))))
        return

    await pipeline.step(claim, name, by=at.recruiter, reason=next(iter(reasons.fitting(name))))
    await pipeline.undo(claim, by=at.recruiter)

    assert (await make.row(claim))["status"] == stage


async def test_an_ending_cannot_be_undone():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.end(claim, "decline", by=at.recruiter, reason="filled")

    with pytest.raises(Conflict):
        await pipeline.undo(claim, by=at.recruiter)

    row = await make.row(claim)
    assert (row["status"], row["reason"]) == ("declined", "filled")
    assert row["ended_at"] is not None


async def test_ending_a_claim_frees_the_candidate_for_the_next_in_line():
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")

    await pipeline.end(claim, "withdraw", by=at.recruiter, reason="candidate_elsewhere")

    [job] = await make.rows("select * from outbox where kind = 'referrals.next_in_line'")
    assert job["args"] == {"claim": str(claim)}


async def test_only_those_who_recruit_may_move_and_strangers_find_nothing():
    at = await make.scene()
    claim = await make.claim(at)
    finance = await companies.colleague(at.owner, at.slug, "finance")
    elsewhere = await companies_actions.add_unit("他の部署", yen(1_000), by=at.owner)
    manager = await companies.colleague(at.owner, at.slug, "manager", unit=elsewhere)
    stranger = await companies.company()

    async def try_it(by: Actor) -> None:
        await pipeline.step(claim, "screen", by=by, reason="profile_fits")

    with pytest.raises(NotAllowed):
        await try_it(finance)
    with pytest.raises(NotFound):
        await try_it(manager)
    with pytest.raises(NotFound):
        await try_it(stranger)


async def test_a_company_cannot_move_what_no_candidate_has_consented_to():
    at = await make.scene()
    waiting = await make.blocked(at, "someone@example.com")

    with pytest.raises(NotFound):
        await pipeline.step(waiting, "screen", by=at.recruiter, reason="profile_fits")


async def test_a_claim_is_given_to_a_member_who_recruits_and_he_is_told():
    at = await make.scene()
    claim = await make.claim(at)
    finance = await companies.colleague(at.owner, at.slug, "finance")

    await pipeline.assign(claim, at.recruiter.member, by=at.owner)

    assert (await make.row(claim))["assigned_to"] == at.recruiter.member
    assert len(await make.told(at.recruiter.person, "referral.assigned")) == 1
    with pytest.raises(Invalid):
        await pipeline.assign(claim, finance.member, by=at.owner)


async def test_a_missed_day_is_told_to_whoever_looks_after_it_once_and_then_to_the_owner():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.assign(claim, at.recruiter.member, by=at.owner)
    await pipeline.plan_next(claim, Plan(on=await make.today() + timedelta(days=1)), by=at.recruiter)

    early = await overdue.remind()
    await clock.advance(timedelta(days=2))
    await overdue.remind()
    await overdue.remind()
    first = [len(await make.told(who.person, "referral.overdue")) for who in (at.recruiter, at.owner)]
    await clock.advance(timedelta(days=4))
    await overdue.remind()
    await overdue.remind()

    assert early == 0
    assert first == [1, 0]
    assert len(await make.told(at.owner.person, "referral.escalated")) == 1


async def test_a_new_day_is_told_to_the_referrer_and_begins_the_reminders_anew():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.plan_missing()
    await clock.advance(timedelta(days=6))
    await overdue.remind()

    await pipeline.plan_next(claim, Plan(on=await make.today() + timedelta(days=2)), by=at.owner)
    again = await overdue.remind()
    await clock.advance(timedelta(days=3))
    await overdue.remind()

    assert again == 0
    assert len(await make.told(at.owner.person, "referral.overdue")) == 2
    assert len(await make.told(at.referrer.person, "referral.planned")) == 1


def test_every_move_that_somebody_makes_has_a_reason_to_give():
    needed = {one.name for one in CLAIM.transitions} - {"promote", "consent"}

    assert needed == {name for reason in reasons.REASONS.values() for name in reason.moves} - {
        "promote",
        "consent",
    }
