"""A mail server that is down delays mail; it loses none and sends none twice."""

from pathlib import Path
from uuid import UUID

import pytest

from marketplace import worker as work
from marketplace.core import db
from marketplace.notifications import caught
from marketplace.notifications.caught import Behaviour
from tests.faults.conftest import job, now_due, tell

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("trouble", [Behaviour.DEFER, Behaviour.REFUSE])
async def test_mail_goes_out_once_when_the_server_is_back(catcher: Path, reader: UUID, trouble: Behaviour):
    number = await tell(reader)
    caught.behave(catcher, trouble)
    for _ in range(3):
        await now_due()
        await work.drain_rows("mail", 20)
    waiting = await job(number)
    assert caught.inbox(catcher) == []

    caught.behave(catcher, Behaviour.ACCEPT)
    for _ in range(3):
        await now_due()
        await work.drain_rows("mail", 20)

    assert (waiting["attempts"], waiting["done_at"], waiting["dead_at"]) == (3, None, None)
    assert "Unavailable" in waiting["last_error"]
    assert (await job(number))["done_at"] is not None
    assert [letter.recipients for letter in caught.inbox(catcher)] == [("hanako@example.jp",)]
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from notification where mailed_at is not null") == 1


async def test_each_further_try_waits_longer(catcher: Path, reader: UUID):
    number = await tell(reader)
    caught.behave(catcher, Behaviour.DEFER)
    waits = []
    for _ in range(4):
        await now_due()
        await work.drain_rows("mail", 20)
        async with db.transaction(operator=True):
            waits.append(
                await db.fetchval(
                    "select extract(epoch from run_at - now())::numeric from outbox where id = $1", number
                )
            )

    assert [round(wait) in range(2**n - 1, 2**n + 1) for n, wait in enumerate(waits, start=1)] == [True] * 4
