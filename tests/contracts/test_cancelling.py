"""Leaving a contract: what the company pays at which time, and where the money of a withdrawal goes."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplace.contracts import acceptance, cancelling
from marketplace.contracts.due import compensation_due_on
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.tasks import reopening
from tests.factories import companies
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")
assert reopening.on_seat_free  # its import opens seats again


async def in_five_days() -> make.Scene:
    """Work that starts in exactly five days and ends eight hours later."""
    async with db.transaction(operator=True):
        start: datetime = await make.clock.now() + timedelta(days=5)
    return await make.scene(window_starts_at=start, window_ends_at=start + timedelta(hours=8))


async def test_five_hours_before_the_start_the_company_pays_sixty_percent():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    await make.later(days=4, hours=19)

    price = await cancelling.cancel(contract, "中止になりました。", shown=yen(30_000), by=scene.owner)

    day = await make.today()
    assert (price.to_person, price.back, price.due_on) == (yen(30_000), yen(28_145), compensation_due_on(day))
    held = await make.balances(scene, contract)
    assert held == {"balance": 33_250, "task": 0, "payable": 30_000, "fee": 0, "tax": 0, "contract": 0}
    [item] = await make.rows("select kind, net_amount, tax_amount, withheld_amount, due_on from payable_item")
    assert item == {
        "kind": "compensation",
        "net_amount": 30_000,
        "tax_amount": 0,
        "withheld_amount": 0,
        "due_on": compensation_due_on(day),
    }
    assert (await make.row(contract))["status"] == "cancelled"


async def test_the_operator_cancels_by_hand_at_the_company_s_price_and_both_sides_are_told_why():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    await make.later(days=4, hours=19)

    price = await cancelling.cancel_by_hand(
        contract, "会社が消滅した", shown=yen(30_000), by=companies.OPERATOR
    )

    assert (price.to_person, price.back) == (yen(30_000), yen(28_145))
    held = await make.balances(scene, contract)
    assert held == {"balance": 33_250, "task": 0, "payable": 30_000, "fee": 0, "tax": 0, "contract": 0}
    row = await make.row(contract)
    assert (row["status"], row["cancelled_by"], row["cancel_reason"]) == (
        "cancelled",
        "operator",
        "会社が消滅した",
    )
    told = await make.rows(
        "select person_id, kind, params ->> 'reason' as reason from notification where kind like 'contract.cancelled%'"
    )
    assert {(each["person_id"], each["kind"], each["reason"]) for each in told} == {
        (scene.person, "contract.cancelled_by_operator", "会社が消滅した"),
        (scene.owner.person, "contract.cancelled_by_operator_company", "会社が消滅した"),
    }
    [event] = await make.rows(
        "select actor, company_id, person_id, data ->> 'reason' as reason from activity_event where verb = 'cancelled_by_operator'"
    )
    assert event == {
        "actor": "operator",
        "company_id": scene.company,
        "person_id": scene.person,
        "reason": "会社が消滅した",
    }


async def test_only_the_operator_cancels_by_hand_with_a_reason_and_at_the_price_that_was_shown():
    scene = await in_five_days()
    contract = await make.concluded(scene)

    with pytest.raises(NotFound):
        await cancelling.cancel_by_hand(contract, "理由", shown=yen(0), by=scene.owner)
    with pytest.raises(Invalid):
        await cancelling.cancel_by_hand(contract, " ", shown=yen(0), by=companies.OPERATOR)
    with pytest.raises(Conflict):
        await cancelling.cancel_by_hand(contract, "理由", shown=yen(1), by=companies.OPERATOR)
    with pytest.raises(NotFound):
        await cancelling.cancel_by_hand(scene.company, "理由", shown=yen(0), by=companies.OPERATOR)

    assert (await make.row(contract))["status"] == "concluded"


async def test_a_day_before_the_start_nothing_is_owed():
    scene = await in_five_days()
    contract = await make.concluded(scene)

    await cancelling.cancel(contract, "中止", shown=yen(0), by=scene.owner)

    assert (await make.balances(scene, contract))["balance"] == 63_250
    assert await make.rows("select 1 from payable_item") == []


async def test_after_the_start_the_whole_fee_is_owed_as_if_approved():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    await make.later(days=5)
    await acceptance.start_due()

    await cancelling.cancel(contract, "中止", shown=yen(49_895), by=scene.owner)

    held = await make.balances(scene, contract)
    assert (held["payable"], held["fee"], held["tax"], held["contract"]) == (49_895, 7_500, 750, 0)


async def test_a_price_that_time_has_changed_is_shown_again_before_it_counts():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    await make.later(days=4, hours=1)

    with pytest.raises(Conflict) as refused:
        await cancelling.cancel(contract, "中止", shown=yen(0), by=scene.owner)

    assert refused.value.message.params["amount"] == yen(30_000)
    assert (await make.row(contract))["status"] == "concluded"


async def test_a_double_clicked_cancellation_pays_once():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    await make.later(days=4, hours=19)

    answers = await asyncio.gather(
        *(cancelling.cancel(contract, "中止", shown=yen(30_000), by=scene.owner) for _ in range(2)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert (await make.balances(scene))["payable"] == 30_000


async def test_what_was_delivered_can_no_longer_be_cancelled_or_left():
    scene = await make.scene()
    contract = await make.delivered(scene)

    with pytest.raises(Conflict):
        await cancelling.cancel(contract, "中止", shown=yen(49_895), by=scene.owner)
    with pytest.raises(Conflict):
        await cancelling.withdraw(contract, "都合", by=scene.alumnus)


async def test_withdrawing_gives_everything_back_and_another_can_take_the_open_seat():
    scene = await make.scene()
    contract = await make.concluded(scene)

    await cancelling.withdraw(contract, "家庭の事情です。", by=scene.alumnus)

    held = await make.balances(scene, contract)
    assert (held["balance"], held["task"], held["payable"], held["contract"]) == (0, 63_250, 0, 0)
    again = await make.concluded(scene)
    assert (await make.balances(scene, again))["contract"] == 58_145


async def test_withdrawing_from_a_task_that_takes_nobody_gives_the_money_to_the_balance():
    scene = await make.scene()
    contract = await make.concluded(scene)
    async with db.transaction(operator=True):
        await db.execute("update task set status = 'cancelled'")

    await cancelling.withdraw(contract, "家庭の事情です。", by=scene.alumnus)

    held = await make.balances(scene, contract)
    assert (held["balance"], held["task"], held["contract"]) == (63_250, 0, 0)
    assert await make.rows("select status from seat") == [{"status": "closed"}]


async def test_an_alumnus_may_leave_even_when_the_balance_cannot_fill_the_seat_again():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await make.task(scene.owner, scene.agreement.unit, price=yen(4_000))  # spends the 5,105 that came back

    await cancelling.withdraw(contract, "家庭の事情です。", by=scene.alumnus)

    held = await make.balances(scene, contract)
    assert (held["task"], held["contract"]) == (0, 0)
    assert held["balance"] == 63_250 - make.seat_maximum(yen(4_000)).amount


async def test_only_the_sides_may_leave_each_by_its_own_door():
    scene, other = await make.scene(), await make.scene()
    contract = await make.concluded(scene)
    finance = await companies.colleague(scene.owner, scene.slug, "finance")

    for stranger in (other.owner, scene.alumnus):
        with pytest.raises(NotFound):
            await cancelling.cancel(contract, "中止", shown=yen(0), by=stranger)
    for stranger in (other.alumnus, scene.owner):
        with pytest.raises(NotFound):
            await cancelling.withdraw(contract, "都合", by=stranger)
    with pytest.raises(NotAllowed):
        await cancelling.cancel(contract, "中止", shown=yen(49_895), by=finance)


async def test_the_rates_are_those_of_the_terms_whatever_the_company_promises_later():
    scene = await in_five_days()
    contract = await make.concluded(scene)
    async with db.transaction(operator=True):
        await db.execute(
            "insert into company_terms (company_id, version, cancel_early_bp, cancel_late_bp) values ($1, 2, 5000, 9000)",
            scene.company,
        )
    later = await make.scene()

    async with db.transaction(company=scene.company):
        row = await db.fetchrow("select * from contract where id = $1", contract)
        price = await cancelling.price_now(row)

    assert replace(price, due_on=price.due_on).to_person == yen(0)
    assert later.company != scene.company
