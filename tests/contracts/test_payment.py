"""A contract is paid when all of it has arrived, and owed again when the bank sends it back."""

from uuid import UUID

import pytest

from marketplace.contracts import acceptance, payment
from marketplace.core import db
from payouts import hooks
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")
assert payment.on_paid  # its import listens


async def test_a_contract_is_paid_with_its_payout_and_approved_again_when_it_returns():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    await arrived(scene, contract, "in_transit")
    assert (await make.row(contract))["status"] == "approved"

    await arrived(scene, contract, "paid")
    paid = await make.row(contract)
    await arrived(scene, contract, "paid")
    await returned(contract)

    assert (paid["status"], paid["paid_on"]) == ("paid", await make.today())
    again = await make.row(contract)
    assert (again["status"], again["paid_on"]) == ("approved", None)
    assert len(await make.rows("select 1 from activity_event where verb = 'paid'")) == 1


async def arrived(scene: make.Scene, contract: UUID, status: str) -> None:
    """Put what is owed for a contract into a payout of this status, and tell."""
    async with db.transaction(operator=True):
        payout = await db.fetchval(
            """with made as (insert into payout (owner, amount, due_on) select $1, 1, business_today()
                 where not exists (select from payout) returning id)
               select id from made union all select id from payout""",
            f"person:{scene.person}",
        )
        await db.execute("update payout set status = $2 where id = $1", payout, status)
        await db.execute(
            "update payable_item set payout_id = $2 where reference = $1", f"contract:{contract}", payout
        )
        items = await db.fetch("select * from payable_item where payout_id = $1", payout)
        await hooks.tell("paid", payout=str(payout), person=str(scene.person), items=items)


async def returned(contract: UUID) -> None:
    async with db.transaction(operator=True):
        items = await db.fetch("select * from payable_item where reference = $1", f"contract:{contract}")
        person = items[0]["owner"].removeprefix("person:")
        await hooks.tell("returned", payout=str(items[0]["payout_id"]), person=person, items=items)
