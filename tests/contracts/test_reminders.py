"""A reminder before every deadline: once, in time, to the side that can keep it."""

from datetime import timedelta

import pytest

from marketplace.contracts import acceptance, reminders
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")


async def told(kind: str) -> list[dict]:
    return await make.rows("select person_id, path from notification where kind = $1", kind)


async def test_the_alumnus_is_reminded_the_day_before_delivery_once():
    scene = await make.scene()
    contract = await make.concluded(scene)
    assert await reminders.remind() == 0
    await make.start_of(scene.agreement.deliver_on - timedelta(days=1))

    assert await reminders.remind() == 1
    assert await reminders.remind() == 0

    assert await told("contract.deliver_soon") == [
        {"person_id": scene.person, "path": f"/contracts/{contract}"}
    ]


async def test_the_company_is_reminded_before_silence_approves_and_again_in_the_next_round():
    await make.start_of(await make.today() + timedelta(days=1), hour=15)
    scene = await make.scene()
    contract = await make.delivered(scene)
    await make.later(days=4)
    assert await reminders.remind() == 1
    await acceptance.request_changes(
        contract,
        "内容",
        "色",
        redeliver_on=await make.today() + timedelta(days=1),
        fault_of_alumnus=False,
        by=scene.owner,
    )

    assert await reminders.remind() == 1
    await make.delivery.deliver(contract, "直しました。", by=scene.alumnus)
    await make.later(days=4)
    assert await reminders.remind() == 1

    assert [row["path"] for row in await told("contract.inspect_soon")] == [
        f"/c/{scene.slug}/contracts/{contract}"
    ] * 2
    assert len(await told("contract.deliver_soon")) == 1


async def test_both_know_before_a_later_start():
    scene = await make.scene(starts_on=await make.today() + timedelta(days=5))
    await make.concluded(scene)
    await make.start_of(await make.today() + timedelta(days=4), hour=12)

    assert await reminders.remind() == 1
    assert await reminders.remind() == 0

    assert len(await told("contract.start_soon")) == 1
