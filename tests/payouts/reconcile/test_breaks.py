"""What is done with a break: posted through suspense or explained, by two people above the limit, never gone in silence."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.money import yen
from payouts import chart, journal, verify
from payouts.reconcile import breaks as acts
from payouts.reconcile import queries
from tests.factories.payouts import prepay
from tests.payouts.reconcile.conftest import World, breaks, kinds, later, reconcile

MINA, KEN = {"ref": "operator:mina", "name": "Mina"}, {"ref": "operator:ken", "name": "Ken"}


async def _one() -> dict[str, Any]:
    (found,) = await breaks()
    return found


async def _resolve(number: UUID, by: dict[str, str] = MINA, **how: str) -> bool:
    async with db.transaction(operator=True):
        return await acts.resolve(number, **({"resolution": "entry", "reason": "seen at Stripe"} | how), **by)


async def _held(account: chart.Account) -> int:
    async with db.transaction(operator=True):
        return (await journal.balance(account)).amount


async def _notes(number: UUID) -> list[str]:
    async with db.transaction(operator=True):
        return [note["kind"] for note in (await queries.one_break(number)).notes]


async def _fee(world: World, amount: int) -> dict[str, Any]:
    world.invent(
        world.listed("payment")[0],
        type="stripe_fee",
        reporting_category="fee",
        amount=-amount,
        fee=0,
        source=None,
    )
    world.store.run("update balance set available = available - ? where account = ''", amount)
    await later(world)
    await reconcile()
    return await _one()


async def test_a_small_fee_is_posted_through_suspense_to_its_expense(world: World):
    found = await _fee(world, 400)
    before = await _held(chart.stripe_platform())

    done = await _resolve(found["id"], into="expense:stripe_fee")
    again = await reconcile()

    async with db.transaction(operator=True):
        keys = [row["key"] for row in (await queries.one_break(found["id"])).entries]
        rule = await db.fetchval(
            "select rule from balance_match where 'transaction:' || transaction_id = $1", found["subject"]
        )
        sums = await queries.identities()
    assert done
    assert keys == [f"break:{found['id']}", f"break:{found['id']}:cleared"]
    assert await _held(chart.stripe_platform()) == before - 400
    assert await _held(chart.stripe_suspense()) == 0
    assert await _held(chart.stripe_fee_expense()) == 400
    assert rule == "entry"
    assert (again["opened_count"], await breaks()) == (0, [])
    assert sums.platform.holds
    assert sums.listed.holds
    assert await verify.compare_with_provider() == []


async def test_above_the_limit_somebody_else_has_to_agree(world: World):
    found = await _fee(world, 10_001)

    done = await _resolve(found["id"])
    with pytest.raises(NotAllowed):
        async with db.transaction(operator=True):
            await acts.approve(found["id"], **MINA)
    waiting = await _one()
    async with db.transaction(operator=True):
        await acts.approve(found["id"], **KEN)

    assert not done
    assert waiting["status"] == "proposed"
    assert await breaks() == []
    assert await _held(chart.stripe_suspense()) == 10_001
    assert await _notes(found["id"]) == ["opened", "proposed", "resolved"]


async def test_a_proposal_that_is_refused_is_open_again(world: World):
    found = await _fee(world, 10_001)
    await _resolve(found["id"])

    async with db.transaction(operator=True):
        await acts.refuse(found["id"], "ask Stripe first", **KEN)

    assert (await _one())["status"] == "open"
    assert await _held(chart.stripe_suspense()) == 0


async def test_an_explanation_posts_nothing_and_the_break_does_not_come_again(world: World):
    found = await _fee(world, 400)
    before = await _held(chart.stripe_platform())

    await _resolve(found["id"], resolution="explanation", reason="Stripe gives it back on Monday")
    await reconcile()

    async with db.transaction(operator=True):
        sums = await queries.identities()
    assert await breaks() == []
    assert await _held(chart.stripe_platform()) == before
    assert sums.platform.explained == yen(-400)
    assert sums.platform.holds


async def test_what_no_entry_can_put_right_must_be_explained(world: World):
    world.spoil(world.listed("transfer")[0], currency="usd")
    await reconcile()
    found = next(row for row in await breaks() if row["kind"] == "currency")

    with pytest.raises(Invalid):
        await _resolve(found["id"])


async def test_a_late_match_closes_the_break_and_says_by_which_rule(world: World):
    company = str(uuid4())
    await prepay(company, yen(900), "txn_late")
    await later(world)
    await reconcile()
    found = await _one()
    now = world.provider.control.clock()["now"]
    world.invent(world.listed("payment")[0], id="txn_late", amount=900, fee=0, created=now)
    world.store.run("update balance set available = available + 900 where account = ''")

    await reconcile()

    closed = next(row for row in await breaks(status=("closed",)) if row["id"] == found["id"])
    assert await kinds() == []
    assert closed["closed_by_rule"] == "top_up"
    assert await _notes(found["id"]) == ["opened", "closed"]


async def test_a_break_keeps_what_was_said_and_shown(world: World):
    found = await _fee(world, 400)

    async with db.transaction(operator=True):
        await acts.take(found["id"], **MINA)
        await acts.say(found["id"], "Stripe's invoice says so", **MINA)
        kept = await acts.add_evidence(
            found["id"], file_name="invoice.pdf", media_type="application/pdf", content=b"%PDF-1", **MINA
        )
        whole = await queries.one_break(found["id"])
        file = await acts.evidence(found["id"], kept)

    assert whole.row["owner_name"] == "Mina"
    assert [note["kind"] for note in whole.notes] == ["opened", "taken", "noted", "evidence"]
    assert file["sha256"] == hashlib.sha256(b"%PDF-1").hexdigest()


async def test_a_break_is_settled_once(world: World):
    found = await _fee(world, 400)
    await _resolve(found["id"])

    with pytest.raises(Conflict):
        await _resolve(found["id"])


async def test_a_proposal_falls_when_the_difference_changes(world: World):
    found = await _fee(world, 10_001)
    await _resolve(found["id"])
    shown = world.listed("stripe_fee")[0]
    world.spoil(shown, amount=-12_000)

    await reconcile()

    changed = next(row for row in await breaks() if row["kind"] == "fee")
    assert (changed["status"], changed["difference_amount"]) == ("open", -12_000)
