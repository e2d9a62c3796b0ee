"""However a call ends, money moves once: the outcomes of reliability.md against the sandbox's faults."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from marketplace.core import db
from payouts import controls, gateway, money_ops, operations, planning, verify
from tests.factories.payouts import earn, fund_platform, onboard
from tests.payouts.conftest import Provider


@pytest.fixture
async def due(provider: Provider) -> Provider:
    """A payout is due: paid in, onboarded, approved."""
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 300_000)  # enough for a second transfer by mistake
    await earn(person, company)
    await planning.pay()
    return provider


async def _op() -> dict:
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from money_op order by id limit 1"))


async def _payout() -> dict:
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from payout"))


async def _after_quiet(provider: Provider) -> None:
    """Let leases and back-offs end: real time for the lease, business time for the rest."""
    async with db.transaction(operator=True):
        await db.execute("update money_op set lease_until = null, next_run_at = business_now()")
    await provider.drain()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "rate_limit", "lock_timeout"])
async def test_a_passing_fault_is_tried_again_with_the_same_key(due, fault):
    due.control.add_fault(fault, method="POST", path="/v1/transfers")

    await operations.drain_money()
    waiting = await _op()
    await _after_quiet(due)

    assert (waiting["state"], waiting["attempt"]) == ("pending", 1)
    assert waiting["tries"] == (0 if fault == "rate_limit" else 1)
    assert ((await _op())["state"], (await _op())["attempt"]) == ("succeeded", 1)
    assert len(due.made("transfers")) == 1


@pytest.mark.parametrize(("fault", "attempt"), [("error_before", 2), ("error_after", 1)])
async def test_a_broken_answer_is_unknown_until_the_provider_was_asked(due, fault, attempt):
    due.control.add_fault(fault, method="POST", path="/v1/transfers")

    await operations.drain_money()
    lost, shown = await _op(), await _payout()
    rested = await operations.drain_money()
    await _after_quiet(due)

    assert (lost["state"], shown["status"], rested) == ("unknown", "unknown", False)
    assert ((await _op())["state"], (await _op())["attempt"]) == ("succeeded", attempt)
    assert (await _payout())["status"] == "submitting"
    assert len(due.made("transfers")) == 1


async def test_three_lost_answers_end_the_use_of_a_key(due):
    due.control.add_fault("drop_before", count=3, method="POST", path="/v1/transfers")

    states = []
    for _ in range(3):
        await operations.drain_money()
        states.append((await _op())["state"])
        async with db.transaction(operator=True):
            await db.execute("update money_op set next_run_at = business_now()")
    await _after_quiet(due)

    assert states == ["pending", "pending", "unknown"]
    assert (await _op())["attempt"] == 2
    assert len(due.made("transfers")) == 1


async def test_a_key_that_the_provider_has_forgotten_makes_no_second_transfer(due):
    due.control.add_fault("drop_after", method="POST", path="/v1/transfers")

    await operations.drain_money()
    due.control.forget_keys()
    await due.advance(hours=24)
    await operations.drain_money()
    lost = await _op()
    await _after_quiet(due)

    assert lost["state"] == "unknown"
    assert ((await _op())["state"], (await _op())["attempt"]) == ("succeeded", 1)
    assert len(due.made("transfers")) == 1


async def test_a_definitive_no_owes_the_money_again_and_waits_for_the_operator(due):
    due.control.add_fault("payment_required", method="POST", path="/v1/transfers")

    await operations.drain_money()
    await planning.pay()
    held = await _payout()
    async with db.transaction(operator=True):
        await controls.approve(held["id"], by="operator:1")
    await planning.pay()
    await due.drain()

    assert (held["status"], held["hold_reason"], held["hold_owner"]) == (
        "failed",
        "provider_refused",
        "operator",
    )
    assert ((await _payout())["attempt"], (await _payout())["transferred"]) == (2, True)
    assert len(due.made("transfers")) == 1


async def test_the_kill_switch_holds_back_what_was_not_sent(due):
    async with db.transaction(operator=True):
        await db.execute("update kill_switch set stopped_at = now() where name = 'payouts'")

    stopped = await operations.drain_money()
    async with db.transaction(operator=True):
        await db.execute("update kill_switch set stopped_at = null where name = 'payouts'")

    assert not stopped
    assert await operations.drain_money()
    assert len(due.made("transfers")) == 1


async def test_a_request_that_was_changed_behind_us_is_not_sent(due):
    async with db.transaction(operator=True):
        await db.execute("update money_op set params = params || '{\"amount\": 1}'")

    await operations.drain_money()

    assert (await _op())["state"] == "needs_human"
    assert due.made("transfers") == []


async def test_a_worker_that_lost_its_lease_records_nothing(due):
    [first] = await money_ops.claim(1)
    async with db.transaction(operator=True):
        await db.execute("update money_op set lease_until = now() - interval '1 second'")
    [second] = await money_ops.claim(1)

    with pytest.raises(money_ops.LostOp):
        await money_ops.put_back(first, wait=timedelta(0))

    assert second.fence == first.fence + 1


async def test_four_workers_and_two_schedulers_at_once_move_each_amount_once(provider):
    company = str(uuid4())
    await fund_platform(provider.control, company, 300_000)
    people = [await onboard(provider.control) for _ in range(3)]
    for person in people:
        await earn(person, company)

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(planning.pay())
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(provider.drain())

    assert len(provider.made("transfers")) == 3
    assert await verify.run() == []
    assert await verify.compare_with_provider() == []


async def test_without_available_money_a_payout_waits_for_funds(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 70_000)
    await earn(person, company)
    await provider.drain()
    await gateway.current().perform(
        "transfer",
        {
            "amount": 60_000,
            "currency": "jpy",
            "destination": (await _account(person)),
            "transfer_group": "drain",
        },
        op="drain",
        key="drain",
    )
    await planning.pay()

    held = await _payout()
    assert (held["status"], held["hold_reason"], held["hold_owner"]) == ("held", "funds_pending", "provider")


async def _account(person: str) -> str:
    async with db.transaction(operator=True):
        return await db.fetchval("select account from payee where owner = $1", f"person:{person}")
