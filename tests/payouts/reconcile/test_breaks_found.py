"""Each way in which our books and the provider can differ is found, and called by its name."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import gateway, planning
from payouts.reconcile.kinds import Kind
from tests.factories.payouts import earn, prepay
from tests.payouts.reconcile.conftest import World, breaks, kinds, later, reconcile

DAY = 86_400
Spoil = Callable[[World], Awaitable[Any]]


async def _missing_here(world: World) -> None:
    world.invent(world.listed("payment")[0], source="py_unheard_of")


async def _missing_there(_world: World) -> None:
    await prepay(str(uuid4()), yen(700), "txn_never_made")


async def _forgotten_there(world: World) -> None:
    world.hide(world.listed("transfer")[0])


async def _duplicate(world: World) -> None:
    world.invent(world.listed("transfer")[0])


async def _amount(world: World) -> None:
    first = world.listed("transfer")[0]
    world.spoil(first, amount=first["amount"] - 1)


async def _currency(world: World) -> None:
    world.spoil(world.listed("transfer")[0], currency="usd")


async def _timing(world: World) -> None:
    first = world.listed("transfer")[0]
    world.spoil(first, created=first["created"] - 5 * DAY)


async def _late_payout(world: World) -> None:
    await earn(world.person, world.company)
    await planning.pay()
    await world.news()
    await world.advance(days=1, hours=1)
    async with db.transaction(operator=True):
        await db.execute("update payout set arrives_on = business_today() - 3 where status = 'in_transit'")


async def _fee(world: World) -> None:
    first = world.listed("transfer")[0]
    world.spoil(first, fee=250)


async def _fee_alone(world: World) -> None:
    world.invent(
        world.listed("payment")[0],
        type="stripe_fee",
        reporting_category="fee",
        amount=-400,
        fee=0,
        source=None,
    )


async def _unknown_type(world: World) -> None:
    world.invent(
        world.listed("payment")[0],
        type="climate_order_purchase",
        reporting_category="other",
        amount=-90,
        fee=0,
    )


async def _orphan_reversal(world: World) -> None:
    world.invent(
        world.listed("transfer")[0], type="transfer_refund", reporting_category="transfer_reversal",
        amount=900, source="trr_unheard_of",
    )  # fmt: skip


async def _orphan_on_account(world: World) -> None:
    paid = world.listed("payment", world.account)[0]
    world.invent(
        paid, world.account, type="payment_refund", reporting_category="refund", amount=-800, source=None
    )


async def _wrong_account(world: World) -> None:
    first = world.listed("transfer")[0]
    world.hide(world.listed("payment", world.account)[0])
    arrived = {**first, "amount": -first["amount"], "net": -first["net"], "type": "payment"}
    other = await _another_account(world)
    world.invent(arrived, other, source=await _payment_of(world))


async def _another_account(_world: World) -> str:
    account = await gateway.current().create_account(owner="person:other", email="o@example.com")
    async with db.transaction(operator=True):
        await db.execute(
            "insert into payee (owner, account) values ($1, $2)", f"person:{uuid4()}", account.id
        )
    return account.id


async def _payment_of(world: World) -> str:
    return str(world.store.row("select id from charge where account = ?", world.account)[0])


async def _wrong_sign(world: World) -> None:
    first = world.listed("transfer")[0]
    world.spoil(first, amount=-first["amount"])


async def _payout_without_transfer(world: World) -> None:
    paid = world.listed("payout", world.account)[0]
    world.invent(paid, world.account, source=world.another_payout(), amount=-300)


async def _dispute_without_posting(world: World) -> None:
    world.provider.control.open_dispute(world.charge)
    world.provider.take_letters()
    await world.provider.advance(hours=2)


async def _refund_without_posting(world: World) -> None:
    paid = world.listed("charge")[0]
    world.invent(paid, type="refund", reporting_category="refund", amount=-1_000, fee=0, source="re_by_hand")


NAMED: dict[str, tuple[Spoil, Kind, int | None]] = {
    "missing here": (_missing_here, Kind.MISSING_HERE, None),
    "missing there": (_missing_there, Kind.MISSING_THERE, -700),
    "forgotten there": (_forgotten_there, Kind.MISSING_THERE, 49_895),
    "duplicate": (_duplicate, Kind.DUPLICATE, -49_895),
    "amount": (_amount, Kind.AMOUNT, -1),
    "currency": (_currency, Kind.CURRENCY, 0),
    "timing": (_timing, Kind.TIMING, 0),
    "late payout": (_late_payout, Kind.TIMING, 0),
    "fee kept": (_fee, Kind.FEE, -250),
    "fee alone": (_fee_alone, Kind.FEE, -400),
    "unknown type": (_unknown_type, Kind.UNKNOWN_TYPE, -90),
    "orphan reversal": (_orphan_reversal, Kind.ORPHAN_REVERSAL, 900),
    "orphan reversal on an account": (_orphan_on_account, Kind.ORPHAN_REVERSAL, -800),
    "wrong account": (_wrong_account, Kind.WRONG_ACCOUNT, 49_895),
    "wrong sign": (_wrong_sign, Kind.WRONG_SIGN, 99_790),
    "payout without transfer": (_payout_without_transfer, Kind.PAYOUT_WITHOUT_TRANSFER, -300),
    "dispute without posting": (_dispute_without_posting, Kind.DISPUTE_WITHOUT_POSTING, None),
    "refund without posting": (_refund_without_posting, Kind.REFUND_WITHOUT_POSTING, -1_000),
}


@pytest.mark.parametrize("name", NAMED)
async def test_an_injected_difference_is_found_and_named(world: World, name: str):
    spoil, kind, difference = NAMED[name]
    await spoil(world)
    if kind is not Kind.DISPUTE_WITHOUT_POSTING:
        await later(world)

    await reconcile()

    found = [row for row in await breaks() if row["kind"] == kind]
    assert found, await kinds()
    assert difference is None or [row["difference_amount"] for row in found] == [difference]


async def test_a_balance_that_its_movements_do_not_add_up_to_is_a_break(world: World):
    world.store.run("update balance set available = available + 5 where account = ''")

    await reconcile()

    found = await breaks()
    assert [(row["kind"], row["difference_amount"]) for row in found] == [("balance", 5)]
