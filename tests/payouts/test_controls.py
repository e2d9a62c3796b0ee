"""What the operator decides about one payout or movement: absent is not the same as not waiting."""

from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, NotFound
from payouts import controls, money_ops

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    "ask", [lambda: controls.approve(uuid4(), by="person:x"), lambda: controls.retry_operation(uuid4())]
)
async def test_what_is_not_there_is_not_found(ask):
    async with db.transaction(operator=True):
        with pytest.raises(NotFound):
            await ask()


async def test_a_movement_that_waits_for_nobody_is_not_sent_again():
    async with db.transaction(operator=True):
        op = await money_ops.add("refund", key="r1", reference="topup:1", owner="company:1", params={})

        with pytest.raises(Conflict):
            await controls.retry_operation(op)
