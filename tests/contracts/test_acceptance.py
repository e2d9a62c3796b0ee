"""Delivering, approving, asking for changes, silence: who may, once, and what day is paid on."""

import asyncio
from datetime import date, timedelta

import pytest

from marketplace.contracts import acceptance, delivery, inspection
from marketplace.contracts.due import DueRule, payment_on, stated_due_on
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories import companies
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")

MONTH = DueRule.MONTH_CLOSE


async def test_approving_hands_the_money_over_to_the_yen():
    scene = await make.scene()
    contract = await make.delivered(scene)

    await acceptance.approve(contract, by=scene.owner)

    row = await make.row(contract)
    assert row["status"] == "approved"
    assert await make.balances(scene, contract) == {
        "balance": 5_105,
        "task": 0,
        "payable": 49_895,
        "fee": 7_500,
        "tax": 750,
        "contract": 0,
    }
    [item] = await make.rows("select net_amount, due_on, part from payable_item")
    assert item == {"net_amount": 49_895, "due_on": row["pay_on"], "part": "1"}


async def test_a_double_clicked_approval_counts_once():
    scene = await make.scene()
    contract = await make.delivered(scene)

    answers = await asyncio.gather(
        *(acceptance.approve(contract, by=scene.owner) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]
    assert (await make.balances(scene))["payable"] == 49_895
    assert len(await make.rows("select 1 from activity_event where verb = 'approved'")) == 1


async def test_an_approval_and_a_change_request_at_once_still_pay_once():
    scene = await make.scene()
    contract = await make.delivered(scene)

    await asyncio.gather(
        acceptance.approve(contract, by=scene.owner),
        ask(scene, contract, fault=False),
        return_exceptions=True,
    )

    assert (await make.row(contract))["status"] == "approved"
    held = await make.balances(scene, contract)
    assert (held["contract"], held["payable"]) == (0, 49_895)


async def test_a_double_clicked_delivery_is_received_once():
    scene = await make.scene()
    contract = await make.concluded(scene)

    answers = await asyncio.gather(
        *(delivery.deliver(contract, "納品します。", by=scene.alumnus) for _ in range(2)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert len(await make.rows("select 1 from delivery")) == 1


async def test_an_early_receipt_is_bounded_by_the_law_from_the_day_it_came():
    scene = await make.scene(deliver_on=await make.today() + timedelta(days=50))

    contract = await make.delivered(scene)

    row, today = await make.row(contract), await make.today()
    assert row["received_on"] == today
    assert row["pay_on"] == payment_on(row["stated_due_on"], today, MONTH) < row["stated_due_on"]
    assert await make.rows("select 1 from terms_addendum") == []


async def test_a_receipt_on_time_is_paid_on_the_stated_day():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await make.start_of(scene.agreement.deliver_on)

    await delivery.deliver(contract, "期日どおりです。", by=scene.alumnus)

    row = await make.row(contract)
    assert row["pay_on"] == row["stated_due_on"]
    assert await make.rows("select 1 from terms_addendum") == []


async def test_a_late_receipt_appends_an_acknowledged_addendum_and_never_touches_the_terms():
    scene = await make.scene()
    contract = await make.concluded(scene)
    before = await make.rows("select body from terms_snapshot")
    await make.start_of(scene.agreement.deliver_on + timedelta(days=40))

    await delivery.deliver(contract, "遅くなりました。", by=scene.alumnus)

    row, today = await make.row(contract), await make.today()
    [addendum] = await make.rows("select kind, body, acknowledged_at from terms_addendum")
    assert (addendum["kind"], addendum["acknowledged_at"] is not None) == ("late_receipt", True)
    assert date.fromisoformat(addendum["body"]["stated_due_on"]) == stated_due_on(today, MONTH)
    assert row["pay_on"] == stated_due_on(today, MONTH) > row["stated_due_on"]
    assert await make.rows("select body from terms_snapshot") == before


async def test_rework_without_fault_never_moves_the_payment():
    scene = await make.scene()
    contract = await make.delivered(scene)
    first = await make.row(contract)
    await make.later(days=2)

    await ask(scene, contract, fault=False)
    await make.later(days=2)
    await delivery.deliver(contract, "直しました。", by=scene.alumnus)

    again = await make.row(contract)
    assert (again["received_on"], again["pay_on"]) == (first["received_on"], first["pay_on"])


async def test_rework_by_fault_is_received_anew():
    scene = await make.scene()
    contract = await make.delivered(scene)
    first = await make.row(contract)
    await ask(scene, contract, fault=True)
    await make.later(days=40)

    await delivery.deliver(contract, "直しました。", by=scene.alumnus)

    again, today = await make.row(contract), await make.today()
    assert again["received_on"] == today > first["received_on"]
    assert again["pay_on"] == stated_due_on(today, MONTH)
    assert [row["kind"] for row in await make.rows("select kind from terms_addendum")] == ["rework"]


async def test_changes_are_asked_for_at_most_twice():
    scene = await make.scene()
    contract = await make.delivered(scene)
    for _ in range(2):
        await ask(scene, contract, fault=False)
        await delivery.deliver(contract, "直しました。", by=scene.alumnus)

    with pytest.raises(Conflict):
        await ask(scene, contract, fault=False)

    assert len(await make.rows("select 1 from delivery")) == 3


async def test_silence_approves_after_the_inspection_and_never_moves_the_payment():
    scene = await make.scene()
    contract = await make.delivered(scene)
    row = await make.row(contract)
    assert await acceptance.approve_overdue() == 0
    await make.until(row["inspect_by"])

    assert await acceptance.approve_overdue() == 1
    assert await acceptance.approve_overdue() == 0

    silent = await make.row(contract)
    assert (silent["status"], silent["approved_by_silence"]) == ("approved", True)
    assert silent["pay_on"] == row["pay_on"]
    assert (await make.balances(scene))["payable"] == 49_895


async def test_silence_also_ends_a_round_without_fault_before_the_payment_starts():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await ask(scene, contract, fault=False)
    row = await make.row(contract)
    await make.until(row["inspect_by"])

    assert await acceptance.approve_overdue() == 1

    assert row["inspect_by"] == inspection.end_of(
        inspection.before_payment(row["pay_on"], today=row["received_on"])
    )


async def test_a_round_by_fault_waits_for_the_work():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await ask(scene, contract, fault=True)
    await make.later(days=120)

    assert await acceptance.approve_overdue() == 0

    assert (await make.row(contract))["status"] == "changes_requested"


async def test_inspection_ends_with_its_last_day_in_japan():
    scene = await make.scene()

    contract = await make.delivered(scene)

    row = await make.row(contract)
    assert row["inspect_by"] == inspection.end_of(row["received_on"] + timedelta(days=5))


async def test_a_contract_runs_from_its_start():
    scene = await make.scene(starts_on=await make.today() + timedelta(days=2))
    contract = await make.concluded(scene)
    assert await acceptance.start_due() == 0
    await make.later(days=2)

    assert await acceptance.start_due() == 1

    assert (await make.row(contract))["status"] == "running"


@pytest.mark.parametrize("role", ["finance", "recruiter", "coordinator", "auditor"])
async def test_roles_that_do_not_decide_may_not_approve(role):
    scene = await make.scene()
    contract = await make.delivered(scene)
    colleague = await companies.colleague(scene.owner, scene.slug, role)

    with pytest.raises(NotAllowed):
        await acceptance.approve(contract, by=colleague)


async def test_strangers_find_nothing_to_act_on():
    scene, other = await make.scene(), await make.scene()
    contract = await make.delivered(scene)

    with pytest.raises(NotFound):
        await acceptance.approve(contract, by=other.owner)
    with pytest.raises(NotFound):
        await acceptance.approve(contract, by=scene.alumnus)
    with pytest.raises(NotFound):
        await delivery.deliver(contract, "x", by=other.alumnus)


async def test_a_manager_of_another_unit_finds_nothing():
    scene = await make.scene()
    contract = await make.delivered(scene)
    unit = await make.companies.add_unit("経理部", make.yen(1), by=scene.owner)
    manager = await companies.colleague(scene.owner, scene.slug, "manager", unit=unit)

    with pytest.raises(NotFound):
        await acceptance.approve(contract, by=manager)


@pytest.mark.parametrize("message", ["", "  \n", "あ" * 10_001, "\x00", "a\x1bb"])
async def test_a_message_that_cannot_be_read_is_refused(message):
    scene = await make.scene()
    contract = await make.concluded(scene)

    with pytest.raises(Invalid) as refused:
        await delivery.deliver(contract, message, by=scene.alumnus)

    assert set(refused.value.fields) == {"message"}
    assert (await make.row(contract))["status"] == "concluded"


@pytest.mark.parametrize("message", ["髙橋﨑", "<script>alert(1)</script>", "👩🏽‍💻🎉", "あ" * 10_000])
async def test_any_other_text_is_kept_as_it_was_written(message):
    scene = await make.scene()
    contract = await make.concluded(scene)

    await delivery.deliver(contract, message, by=scene.alumnus)

    assert [row["message"] for row in await make.rows("select message from delivery")] == [message]


async def ask(scene: make.Scene, contract, *, fault: bool) -> None:
    await acceptance.request_changes(
        contract,
        "内容",
        "ボタンの色を確かめてください。",
        redeliver_on=await make.today() + timedelta(days=3),
        fault_of_alumnus=fault,
        by=scene.owner,
    )
