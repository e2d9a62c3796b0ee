"""A dispute names its amount and freezes only that; the operator decides it to the yen."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from marketplace.contracts import acceptance
from marketplace.contracts.due import compensation_due_on
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.money import yen
from marketplace.disputes import actions, queries
from marketplace.disputes.parts import award_of
from payouts.fees import SeatCost
from tests.factories import companies
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")


async def opened(scene: make.Scene, amount: int = 20_000) -> tuple[UUID, UUID]:
    contract = await make.delivered(scene)
    return contract, await actions.open_dispute(
        contract, yen(amount), "半分は仕様と違います。", by=scene.owner
    )


async def test_half_of_a_disputed_part_is_awarded_to_the_yen():
    scene = await make.scene()
    contract, dispute = await opened(scene)
    row = await make.row(contract)

    frozen = await make.balances(scene, contract)
    await actions.resolve(dispute, yen(10_000), "折半とします。", by=companies.OPERATOR)

    assert (frozen["payable"], frozen["contract"], frozen["fee"], frozen["tax"]) == (
        29_937,
        23_258,
        4_500,
        450,
    )
    assert await make.balances(scene, contract) == {
        "balance": 16_734,
        "task": 0,
        "payable": 39_916,
        "fee": 6_000,
        "tax": 600,
        "contract": 0,
    }
    items = await make.rows("select part, net_amount, due_on from payable_item order by part")
    assert [(item["part"], item["net_amount"]) for item in items] == [("1", 29_937), ("2", 9_979)]
    assert {item["due_on"] for item in items} == {row["pay_on"]}
    assert (await make.row(contract))["status"] == "resolved"


@pytest.mark.parametrize(
    ("award", "payable", "balance"), [(0, 29_937, 5_105 + 23_258), (20_000, 49_895, 5_105)]
)
async def test_nothing_and_everything_can_be_awarded(award, payable, balance):
    scene = await make.scene()
    contract, dispute = await opened(scene)

    await actions.resolve(dispute, yen(award), "理由", by=companies.OPERATOR)

    held = await make.balances(scene, contract)
    assert (held["payable"], held["balance"], held["contract"]) == (payable, balance, 0)


async def test_before_anything_was_received_all_is_paid_with_the_award():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await acceptance.start_due()
    dispute = await actions.open_dispute(contract, yen(50_000), "資料が届きません。", by=scene.alumnus)
    assert (await make.balances(scene))["payable"] == 0

    await actions.resolve(dispute, yen(30_000), "理由", by=companies.OPERATOR)

    [item] = await make.rows("select part, net_amount, due_on from payable_item")
    assert item == {"part": "1", "net_amount": 29_937, "due_on": compensation_due_on(await make.today())}


@pytest.mark.parametrize("amount", [0, -1, 50_001])
async def test_only_a_part_of_the_fee_can_be_disputed(amount):
    scene = await make.scene()
    contract = await make.delivered(scene)

    with pytest.raises(Invalid) as refused:
        await actions.open_dispute(contract, yen(amount), "理由", by=scene.owner)

    assert set(refused.value.fields) == {"amount"}


async def test_an_award_lies_within_the_disputed_amount():
    scene = await make.scene()
    _, dispute = await opened(scene)

    for award in (-1, 20_001):
        with pytest.raises(Invalid):
            await actions.resolve(dispute, yen(award), "理由", by=companies.OPERATOR)


async def test_two_decisions_at_once_leave_one():
    scene = await make.scene()
    _, dispute = await opened(scene)

    answers = await asyncio.gather(
        *(actions.resolve(dispute, yen(award), "理由", by=companies.OPERATOR) for award in (0, 20_000)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1


async def test_a_disputed_contract_cannot_be_approved_or_disputed_again():
    scene = await make.scene()
    contract, _ = await opened(scene)
    await make.later(days=90)

    with pytest.raises(Conflict):
        await acceptance.approve(contract, by=scene.owner)
    with pytest.raises(Conflict):
        await actions.open_dispute(contract, yen(1), "理由", by=scene.alumnus)
    assert await acceptance.approve_overdue() == 0


async def test_the_other_side_answers_once_and_nobody_else_may():
    scene, other = await make.scene(), await make.scene()
    _, dispute = await opened(scene)

    for stranger in (scene.owner, other.owner, other.alumnus):
        with pytest.raises(NotFound):
            await actions.answer(dispute, "違います。", by=stranger)
    await actions.answer(dispute, "仕様どおりです。", by=scene.alumnus)
    with pytest.raises(Conflict):
        await actions.answer(dispute, "もう一度", by=scene.alumnus)

    assert [row["answer"] for row in await make.rows("select answer from dispute")] == ["仕様どおりです。"]


async def test_only_the_operator_decides():
    scene = await make.scene()
    _, dispute = await opened(scene)

    for side in (scene.owner, scene.alumnus):
        with pytest.raises(NotFound):
            await actions.resolve(dispute, yen(0), "理由", by=side)


async def test_the_awaited_side_is_reminded_once_a_day_before():
    scene = await make.scene()
    await opened(scene)
    assert await actions.remind() == 0
    await make.later(days=6, hours=1)

    assert (await actions.remind(), await actions.remind()) == (1, 0)

    told = await make.rows("select person_id from notification where kind = 'dispute.answer_soon'")
    assert told == [{"person_id": scene.person}]


async def test_another_company_does_not_see_that_there_is_a_dispute():
    scene, other = await make.scene(), await make.scene()
    await opened(scene)

    async with db.transaction(company=other.company, person=other.person):
        seen = await db.fetch("select 1 from dispute")

    assert seen == []


def test_a_decision_never_makes_or_loses_a_yen():
    whole = SeatCost(yen(50_001), yen(5_000), yen(7_500), yen(750), yen(5_105))
    for disputed in (1, 17, 25_000, 50_000, 50_001):
        for award in {0, 1, disputed // 3, disputed}:
            for received in (True, False):
                given = award_of(whole, yen(disputed), yen(award), received=received)
                paid = given.cost.price.amount if given.cost else 0
                first = 50_001 - disputed
                assert paid == (award if received and first else award + first)


async def test_the_day_of_an_award_is_not_in_the_past():
    scene = await make.scene()
    contract, dispute = await opened(scene)
    await make.start_of((await make.row(contract))["pay_on"] + timedelta(days=10))

    await actions.resolve(dispute, yen(10_000), "理由", by=companies.OPERATOR)

    items = await make.rows("select part, due_on from payable_item order by part")
    assert [item["due_on"] for item in items] == [(await make.row(contract))["pay_on"], await make.today()]


async def test_the_operator_reads_that_no_answer_came_once_its_time_is_over():
    scene = await make.scene()
    _, dispute = await opened(scene)
    before = await queries.one(dispute, by=companies.OPERATOR)

    await make.until(before["answer_by"] + timedelta(minutes=1))

    after = await queries.one(dispute, by=companies.OPERATOR)
    assert (before["unanswered"], after["unanswered"]) == (False, True)
