"""What must not get through: the referrer as his own candidate, another tax, a licence that ends before the payout."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.money import yen
from marketplace.referrals import charges, claims, consents, guarantee, licences, success, vest_due
from marketplace.referrals.bounty_terms import Refund, Tranche
from marketplace.referrals.claims import Wish
from marketplace.referrals.verdicts import NotLawful
from payouts import verify
from payouts.tax import CONSUMPTION_TAX_RATES, ConsumptionTaxRate
from tests.factories import bounties, tasks
from tests.factories import claims as factory
from tests.factories import pipeline as make
from tests.factories.companies import colleague
from tests.referrals.test_vesting import SHOWN, parts, pay, work

pytestmark = pytest.mark.usefixtures("database")

VERSION = consents.TEXT_VERSION


@pytest.mark.parametrize(
    "alias", ["kenji.tanaka+jobs@gmail.com", "KENJITANAKA@googlemail.com", "k.e.n.j.i.tanaka@gmail.com"]
)
async def test_a_referrer_does_not_take_the_candidates_link_to_his_own_alias(alias: str):
    firm = await tasks.firm()
    by = await factory.referrer(firm, "kenji.tanaka@gmail.com")
    claim = await factory.made(await bounties.published(firm), by, "090-1234-5678")
    handed = await factory.link(claim, "referrer")

    with pytest.raises(Invalid) as refusal:
        await consents.ask_letter(handed, "０９０ー１２３４ー５６７８", alias)

    assert list(refusal.value.fields) == ["mail"]
    assert (await factory.row(claim))["status"] == "consent_pending"


async def test_an_address_that_became_the_referrers_meanwhile_consents_to_nothing():
    firm = await tasks.firm()
    by = await factory.referrer(firm)
    claim = await factory.made(await bounties.published(firm), by, "new.me@example.org")
    link = await factory.link(claim)
    member = await colleague(firm.owner, firm.slug, "recruiter")
    async with db.transaction(operator=True):
        await db.execute(
            "update member set person_id = $2, email = 'New.Me+work@example.org' where id = $1",
            member.member,
            by.person,
        )

    with pytest.raises(Invalid):
        await consents.give(link, "林 拓也", version=VERSION)

    assert (await factory.row(claim))["consented_at"] is None


@pytest.mark.parametrize(
    "written", ["090-1234-5678", "+81 90-1234-5678", "０９０（１２３４）５６７８", "0081 90 1234 5678"]
)
async def test_a_number_is_one_candidate_however_it_is_written(written: str):
    firm = await tasks.firm()
    bounty = await bounties.published(firm)
    await factory.made(bounty, await factory.referrer(firm), "tel:09012345678")

    second = await factory.made(bounty, await factory.referrer(firm), written)

    assert (await factory.row(second))["blocked_by"] == "claim"


async def test_one_mailbox_consents_once_to_a_bounty_however_it_is_written():
    firm = await tasks.firm()
    bounty = await bounties.published(firm)
    first = await factory.made(bounty, await factory.referrer(firm), "090-1234-5678")
    second = await factory.made(bounty, await factory.referrer(firm), "taku@gmail.com")
    await consents.ask_letter(
        await factory.link(first, "referrer"), "090-1234-5678", "T.A.K.U+x@googlemail.com"
    )
    await consents.give(await factory.link(first), "林 拓也", version=VERSION)

    with pytest.raises(Conflict):
        await consents.give(await factory.link(second), "林 拓也", version=VERSION)

    assert await factory.states([first, second]) == ["owned", "consent_pending"]


async def test_the_day_before_the_claim_is_too_early_and_the_day_of_the_claim_is_not():
    at = await make.scene("business")
    claim = await make.claim(at)
    today = await make.today()
    await clock.advance(timedelta(days=3))

    with pytest.raises(Invalid) as refused:
        await success.record(
            claim, happened_on=today - timedelta(days=1), evidence=SHOWN, base=yen(1), by=at.recruiter
        )
    await success.record(claim, happened_on=today, evidence=SHOWN, base=yen(1_000_000), by=at.recruiter)

    assert list(refused.value.fields) == ["happened_on"]


@pytest.mark.parametrize(("asked_after", "allowed"), [(40, True), (41, False)])
async def test_a_refund_is_claimed_until_thirty_days_after_the_leaving(asked_after: int, *, allowed: bool):
    at = await make.scene("business")
    claim = await make.claim(at)
    today = await make.today()
    await success.record(claim, happened_on=today, evidence=SHOWN, base=yen(1_000_000), by=at.recruiter)
    await clock.advance(timedelta(days=asked_after))
    left = today + timedelta(days=10)

    if allowed:
        assert await guarantee.fail(claim, left, "customer_left", by=at.recruiter) == 8_000
    else:
        with pytest.raises(Invalid) as refused:
            await guarantee.fail(claim, left, "customer_left", by=at.recruiter)
        assert list(refused.value.fields) == ["left_on"]
    assert bool(await make.rows("select from claim_failure")) is allowed


async def raised_tax(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let consumption tax be 12 % from a day on."""
    [now] = CONSUMPTION_TAX_RATES
    later = ConsumptionTaxRate(day, None, "a law of the test", standard=1200, reduced=800)
    monkeypatch.setattr(
        charges, "CONSUMPTION_TAX_RATES", (replace(now, valid_to=day - timedelta(days=1)), later)
    )


async def test_a_tax_that_changes_after_the_success_changes_neither_invoice_nor_credit_note(monkeypatch):
    at = await make.scene("business")
    today = await make.today()
    await raised_tax(monkeypatch, today + timedelta(days=1))
    early, late = await make.claim(at), await make.claim(at)
    await clock.advance(timedelta(days=2))
    for claim, happened in ((early, today), (late, today + timedelta(days=1))):
        await success.record(
            claim, happened_on=happened, evidence=SHOWN, base=yen(1_000_000), by=at.recruiter
        )
    await work()
    await pay(early, at)

    await guarantee.fail(early, today + timedelta(days=2), "customer_left", by=at.recruiter)
    await work()

    bills = await make.rows("select tax_bp, tax_amount from invoice order by id")
    assert [(row["tax_bp"], row["tax_amount"]) for row in bills] == [(1000, 10_000), (1200, 12_000)]
    [note] = await make.rows("select fee_amount, tax_amount from credit_note")
    assert (note["fee_amount"], note["tax_amount"]) == (80_000, 8_000)
    assert await verify.run() == []


async def test_a_success_of_a_day_without_a_rate_of_tax_bills_nothing(monkeypatch):
    at = await make.scene("business")
    claim = await make.claim(at)
    monkeypatch.setattr(charges, "CONSUMPTION_TAX_RATES", ())

    with pytest.raises(Conflict):
        await success.record(
            claim, happened_on=await make.today(), evidence=SHOWN, base=yen(1_000_000), by=at.recruiter
        )

    assert not await make.rows("select from claim_success union all select from invoice")
    assert (await make.row(claim))["status"] == "owned"


async def test_another_currency_in_the_bounty_does_not_reach_a_success_that_is_recorded():
    at = await make.scene("business")
    claim = await make.claim(at)
    async with db.transaction(operator=True):
        await db.execute(
            """insert into bounty_terms (bounty_id, version, company_id, reward_type, tranches, reward_amount, currency,
                 guarantee_days, fee_kind, fee_bp, made_by)
               values ($1, 2, $2, 'payout', '[{"after_days": 0, "amount": 9}]', 9, 'USD', 0, 'contract_share', 100, 'test')""",
            at.bounty,
            at.company,
        )
        await db.execute("update bounty set version = 2 where id = $1", at.bounty)

    await success.record(
        claim, happened_on=await make.today(), evidence=SHOWN, base=yen(1_000_000), by=at.recruiter
    )
    await work()

    [bill] = await make.rows("select currency, fee_amount, bounty_amount from invoice")
    assert (bill["currency"], bill["fee_amount"], bill["bounty_amount"]) == ("JPY", 100_000, 60_000)


@pytest.fixture
async def hired() -> tuple[tasks.Firm, Any, UUID, UUID]:
    """A hire under a licence of forty days, its first part vested, the second due when the licence has ended."""
    firm = await tasks.firm(balance=0)
    terms = replace(
        bounties.HIRE_TERMS, tranches=(Tranche(0, yen(30_000)), Tranche(60, yen(40_000))), guarantee_days=30,
        refunds=(Refund(30, 8000),),
    )  # fmt: skip
    day = await make.today()
    licence = await bounties.licensed(valid_to=day + timedelta(days=40))
    bounty = await bounties.published(firm, "hire", terms)
    by = await factory.referrer(firm)
    claim = await factory.owned(bounty, by)
    await success.record(claim, happened_on=day, evidence=SHOWN, base=yen(5_000_000), by=firm.owner)
    await work()
    await pay(claim, make.Scene(firm.slug, firm.owner, firm.owner, by, firm.unit, bounty, "hire"))
    return firm, by, claim, licence


async def test_a_licence_that_ends_before_the_payout_holds_it_tells_once_and_asks_again_each_day(hired):
    _, by, claim, _ = hired
    assert await parts(claim) == [(30_000, "vested", ""), (40_000, "unvested", "")]

    await clock.advance(timedelta(days=60))
    for _ in range(3):
        assert await vest_due.sweep() == 0
        assert await vest_due.sweep() == 0  # asked once a day
        await clock.advance(timedelta(days=1))

    assert await parts(claim) == [(30_000, "vested", ""), (40_000, "held", "policy")]
    assert len(await make.told(by.person, "reward.policy_holds")) == 1
    asked = await make.rows("select answer, rules from policy_verdict where step = 'payout' order by id")
    assert [row["answer"] for row in asked] == ["allow", "deny", "deny", "deny"]
    assert "JP-LICENCE-EXPIRED" in asked[-1]["rules"]
    assert await verify.run() == []


async def test_what_a_licence_holds_goes_on_the_day_after_a_new_one_is_signed_off(hired):
    _, by, claim, _ = hired
    await clock.advance(timedelta(days=60))
    await vest_due.sweep()
    first, second = await bounties.operator(), await bounties.operator("second@enishi.example.jp")
    licence = await licences.file(await bounties.filing(number="13-ユ-300009"), by=first)
    await clock.advance(timedelta(days=1))
    assert await vest_due.sweep() == 0  # filed is not signed off

    await licences.sign_off(licence, by=second)
    await clock.advance(timedelta(days=1))

    assert await vest_due.sweep() == 1
    assert await parts(claim) == [(30_000, "vested", ""), (40_000, "vested", "")]
    assert len(await make.told(by.person, "reward.vested")) == 2


async def test_a_licence_that_is_withdrawn_stops_the_next_success_and_no_earlier_one(hired):
    firm, _, claim, licence = hired
    [row] = await make.rows("select bounty_id from claim where id = $1", claim)
    second = await factory.owned(row["bounty_id"], await factory.referrer(firm))
    await licences.withdraw(licence, "許可の取消し", by=await bounties.operator())

    with pytest.raises(NotLawful):
        await success.record(
            second, happened_on=await make.today(), evidence=SHOWN, base=yen(5_000_000), by=firm.owner
        )

    assert (await factory.row(second))["next_step"] == "policy"
    assert (await parts(claim))[0] == (30_000, "vested", "")


async def test_who_wants_no_reward_can_succeed_where_none_may_be_paid():
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm, "business"), await factory.referrer(firm)
    async with db.transaction(operator=True):
        await db.execute("update bounty set sector = 'insurance' where id = $1", bounty)
    claim = (await claims.refer(bounty, Wish("abroad@example.org", unrewarded=True), by=by)).claim
    await tasks.work()
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)

    await success.record(
        claim, happened_on=await make.today(), evidence=SHOWN, base=yen(1_000_000), by=firm.owner
    )

    assert await parts(claim) == []
    assert (await factory.row(claim))["status"] == "succeeded"
