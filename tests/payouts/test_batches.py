"""What is done together ends as if each had been done alone."""

from uuid import uuid4

import pytest

from marketplace.core import clock, db, outbox
from marketplace.core.money import yen
from payouts import chart, echoes, events, gateway, journal, money_ops, operations, planning, postings, verify
from payouts.batches import together
from payouts.gateway import reading, webhooks
from tests.factories.payouts import earn, fund_platform, onboard
from tests.payouts.conftest import Provider


async def _people(provider: Provider, count: int, funds: int = 500_000) -> list[str]:
    """Let people earn from one company whose money has arrived, and start their payouts."""
    company = str(uuid4())
    await fund_platform(provider.control, company, funds)
    people = [await onboard(provider.control) for _ in range(count)]
    await provider.drain()
    for person in people:
        await earn(person, company)
    await planning.pay()
    return people


async def _states() -> list[str]:
    async with db.transaction(operator=True):
        return [row["state"] for row in await db.fetch("select state from money_op order by state")]


async def test_many_payouts_are_sent_and_posted_once_each(provider):
    await _people(provider, 3)

    await operations.drain_money()
    sent = await _states()
    for days in (1, 5):
        await provider.advance(days=days, minutes=1)
        await provider.drain()
    await events.watch_payouts()

    assert sent == ["pending"] * 3 + ["succeeded"] * 3
    assert len(provider.made("transfers")) == len(provider.made("payouts")) == 3
    assert await verify.run() == []
    assert await verify.compare_with_provider() == []


async def test_one_refusal_leaves_the_others_of_its_batch_alone(provider):
    await _people(provider, 3)
    provider.control.add_fault("payment_required", method="POST", path="/v1/transfers")

    await operations.drain_money()

    assert (await _states()).count("failed") == 1
    assert len(provider.made("transfers")) == 2
    assert await verify.run() == []


async def test_a_balance_is_spent_in_the_batch_as_far_as_it_goes(provider):
    await _people(provider, 2, funds=130_000)
    async with db.transaction(operator=True):
        account = await db.fetchval("select account from payee limit 1")
    away = {"amount": 60_000, "currency": "jpy", "destination": account, "transfer_group": "away"}
    await gateway.current().perform("transfer", away, op="away", key="away")

    await operations.drain_money()

    async with db.transaction(operator=True):
        errors = [
            row["last_error"]
            for row in await db.fetch("select last_error from money_op where state = 'failed'")
        ]
    assert errors == ["balance_insufficient"]
    assert len(provider.made("transfers")) == 2  # one of them took the money away
    assert await verify.run() == []


async def test_an_operation_that_was_taken_over_spoils_nothing_of_its_batch(provider):
    await _people(provider, 3)
    ops = await money_ops.claim(3)
    made = [
        (op, await gateway.current().perform(op.kind, op.params, op=str(op.id), key=op.key)) for op in ops
    ]
    async with db.transaction(operator=True):
        await db.execute("update money_op set fence = fence + 1 where id = $1", ops[1].id)

    with pytest.raises(money_ops.LostOp):
        await together(made, operations.record_success)

    assert (await _states()).count("succeeded") == 2
    async with db.transaction(operator=True):
        assert await db.fetchval("select state from money_op where id = $1", ops[1].id) == "sending"
    assert await verify.run() == []


async def test_facts_recorded_together_stand_once_and_one_that_overdraws_stands_alone(database):
    companies = [str(uuid4()) for _ in range(2)]
    now = await _now()
    topups = [
        postings.topup(one, transaction=f"t{one}", arrived=yen(100), fee_borne=yen(0), happened_at=now)
        for one in companies
    ]
    spent = postings.reserve(str(uuid4()), task=str(uuid4()), version=1, change=yen(1), happened_at=now)

    with pytest.raises(journal.Overdrawn):
        await together([(topups[0], ""), (spent, ""), (topups[1], "")], journal.record_all)
    async with db.transaction(operator=True):
        await journal.record_all([(fact, "") for fact in topups])
        held = [await journal.held(chart.company_balance(one)) for one in companies]

    assert held == [yen(100), yen(100)]
    assert await verify.run() == []


async def _now():
    async with db.transaction():
        return await clock.now()


async def _take_in(provider: Provider) -> None:
    for source, body, signature in provider.take_letters():
        await events.store(source, webhooks.read(source, body, signature))


async def _jobs() -> int:
    async with db.transaction(operator=True):
        return await db.fetchval("select count(*) from outbox where kind like 'stripe.%' and done_at is null")


def _told(kind: str, about: str, account: str = "") -> dict:
    return {"id": f"evt_{uuid4().hex}", "type": kind, "account": account, "data": {"object": {"id": about}}}


async def test_an_echo_is_closed_by_the_later_of_event_and_answer_and_is_no_job(provider):
    await _people(provider, 2)
    ops = await money_ops.claim(2)
    made = [
        (op, await gateway.current().perform(op.kind, op.params, op=str(op.id), key=op.key)) for op in ops
    ]

    before, after = (_told("transfer.created", movement.id) for _, movement in made)
    await events.store("platform", reading.snapshot(before))
    async with db.transaction(operator=True):
        await operations.record_success(made)
    await events.store("platform", reading.snapshot(after))

    async with db.transaction(operator=True):
        told = await db.fetch(
            "select outcome from stripe_event where id = any($1)", [before["id"], after["id"]]
        )
    assert [row["outcome"] for row in told] == ["ignored", "ignored"]
    assert await _jobs() == 0


async def test_an_echo_that_stays_open_tells_of_the_answer_that_nobody_recorded(provider):
    await _people(provider, 1)
    [op] = await money_ops.claim(1)
    made = await gateway.current().perform(op.kind, op.params, op=str(op.id), key=op.key)
    await events.store("platform", reading.snapshot(_told("transfer.created", made.id)))

    at_first = await echoes.hear()
    async with db.transaction(operator=True):
        await db.execute(
            "update stripe_event set received_at = now() - interval '2 minutes' where handled_at is null"
        )
    later = await echoes.hear()
    await outbox.work_one("money")

    assert (at_first, later) == (0, 1)
    assert await _states() == ["pending", "succeeded"]
    assert len(provider.made("transfers")) == 1


async def test_an_event_that_cannot_be_read_does_not_hold_up_those_beside_it(provider):
    await _people(provider, 1)
    await operations.drain_money()
    await provider.advance(days=1, minutes=1)
    await provider.drain()
    async with db.transaction(operator=True):
        account = await db.fetchval("select account from payee")
        made = await db.fetchval("select provider_payout from payout")
    known = _told("payout.reconciliation_completed", made, account)
    for told in (known, _told("payout.paid", "po_nowhere", account)):
        await events.store("connect", reading.snapshot(told))

    await outbox.work_one("money")
    together_left = await _jobs()
    async with db.transaction(operator=True):
        await db.execute("update outbox set run_at = now() where done_at is null")
    while await outbox.work_one("money"):
        pass

    assert together_left == 2
    assert await _jobs() == 1
    async with db.transaction(operator=True):
        assert await db.fetchval("select outcome from stripe_event where id = $1", known["id"]) == "applied"


async def test_due_operations_that_nobody_holds_are_rung_for(provider):
    await _people(provider, 1)

    due = await money_ops.ring_due()
    await money_ops.claim(1)
    held = await money_ops.ring_due()

    assert (due, held) == (True, False)
