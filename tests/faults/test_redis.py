"""Redis holds no work: what it forgets while it is flushed or away is rung for again, and done once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from marketplace.core import db, doorbell, outbox
from marketplace.core.engines import start_valkey
from marketplace.core.engines.valkey import Valkey
from marketplace.core.settings import settings
from marketplace.notifications import caught
from tests.faults.conftest import Start, tell, until

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    engine = start_valkey(tmp_path / "valkey")
    doorbell.use(engine.url())
    yield engine
    doorbell.use("")
    engine.stop()


def _bells() -> int:
    return int(doorbell.connection().llen("rq:queue:mail"))


async def _all_done() -> bool:
    async with db.transaction(operator=True):
        return not await db.fetchval("select exists (select from outbox where done_at is null)")


async def test_jobs_that_redis_forgot_or_never_heard_of_are_done_once(
    valkey: Valkey, catcher: Path, reader: UUID, worker: Start
):
    await tell(reader)
    assert _bells() == 1
    doorbell.connection().flushall()
    valkey.stop()
    await tell(reader)
    await tell(reader)
    valkey.start()
    assert _bells() == 0

    worker(valkey.url(), settings().smtp_url)
    assert await outbox.sweep() == 3
    await until(_all_done)

    assert len(caught.inbox(catcher)) == 3


async def test_a_sweep_rings_once_for_many_jobs_and_not_again_at_once(valkey: Valkey, reader: UUID):
    for _ in range(3):
        await tell(reader)
    doorbell.connection().flushall()

    found = [await outbox.sweep(), await outbox.sweep()]

    assert found == [3, 0]
    assert _bells() == 1
