"""Holds on rewards: the referrer answers on the claim's page, the operator reads the answer and decides."""

from uuid import UUID

import pytest

from marketplace.core.money import yen
from marketplace.referrals import success
from tests.factories import claims
from tests.factories import pipeline as make
from tests.web.asgi_visitor import Visitor, operator, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def referrer(at: make.Scene) -> Visitor:
    [row] = await make.rows("select email from person where id = $1", at.referrer.person)
    return await signed_in(row["email"], "en")


async def held() -> tuple[make.Scene, UUID, UUID]:
    """Let a referral have succeeded whose reward is held; return the scene, the claim and the flag."""
    at = await make.scene("business")
    claim = await make.claim(at)
    await success.record(
        claim, happened_on=await make.today(), evidence="発注書を受領", base=yen(1_000_000), by=at.recruiter
    )
    return at, claim, await claims.held(claim, "same_bank", bank="みなと銀行", last4="4421")


async def test_the_referrer_reads_what_a_hold_rests_on_and_answers_it():
    at, claim, flag = await held()
    visitor = await referrer(at)
    text = await visitor.open(f"/referrals/{claim}")
    assert "Same bank account" in text
    assert "みなと銀行" in text

    await visitor.send(f"/referrals/flags/{flag}/appeal", appeal="同じ銀行の支店を使っています。")

    assert "同じ銀行の支店を使っています。" in visitor.text
    assert [row["status"] for row in await make.rows("select status from claim_flag")] == ["appealed"]


async def test_an_empty_answer_is_asked_for_again_beside_its_field():
    at, claim, flag = await held()
    other = await claims.held(claim, "same_address")
    visitor = await referrer(at)
    await visitor.open(f"/referrals/{claim}")

    await visitor.send(f"/referrals/flags/{flag}/appeal", 422, appeal="  ")

    assert [node.attributes["id"] for node in visitor.page.css("[aria-invalid]")] == [f"appeal-{flag}"]
    assert visitor.page.css_first(f"#appeal-{flag}-says")
    assert visitor.page.css_first(f"#appeal-{other}")
    assert not await make.rows("select id from claim_flag where status = 'appealed'")


@pytest.mark.parametrize(
    ("outcome", "status", "told"),
    [("clear", "cleared", "The hold was lifted"), ("uphold", "upheld", "The hold stays: no reward is paid")],
)
async def test_the_operator_decides_with_a_reason_that_the_referrer_reads(
    outcome: str, status: str, told: str
):
    at, claim, flag = await held()
    visitor = await operator("en")
    assert "1 hold waits for a decision" in await visitor.open("/operator/flags")
    await visitor.open(f"/operator/flags/{flag}")

    await visitor.send("/decision", 422, outcome=outcome, decision="")
    assert visitor.wrong() >= {"decision"}
    await visitor.send("/decision", outcome=outcome, decision="事情を確認しました。")

    assert told in visitor.text
    assert "1 hold waits" not in await visitor.open("/operator/flags")
    assert "Same bank account" in await visitor.open("/operator/flags?shown=settled")
    assert [row["status"] for row in await make.rows("select status from claim_flag")] == [status]
    page = await (await referrer(at)).open(f"/referrals/{claim}")
    assert ("事情を確認しました。" in page) == (status == "upheld")


@pytest.mark.parametrize("part", ["referrals", "reviews", "flags", "receivables", "licences"])
async def test_each_part_of_the_referrals_stands_under_one_place_of_the_bar(part: str):
    visitor = await operator("en")

    await visitor.open(f"/operator/{part}")

    current = visitor.page.css(".nav [aria-current]") + visitor.page.css(".tabs")[0].css("[aria-current]")
    assert [node.attributes["href"] for node in current] == ["/operator/referrals", f"/operator/{part}"]
