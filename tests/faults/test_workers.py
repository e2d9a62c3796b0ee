"""A worker that is killed in the middle of a job leaves it to another, who does it once."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from marketplace import worker as work
from marketplace.core import doorbell, outbox
from marketplace.core.engines import start_valkey
from marketplace.notifications import caught
from tests.faults.conftest import Start, job, now_due, tell

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def silent() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A mail server that takes a call and says nothing; its address, and whether somebody has called."""
    called = asyncio.Event()

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await asyncio.sleep(60)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", called
    server.close()


async def test_a_job_whose_worker_was_killed_in_its_middle_is_done_once_by_another(
    tmp_path: Path, catcher: Path, reader: UUID, worker: Start, silent: tuple[str, asyncio.Event]
):
    address, called = silent
    engine = start_valkey(tmp_path / "valkey")
    doorbell.use(engine.url())
    number = await tell(reader)
    first = worker(engine.url(), address)
    async with asyncio.timeout(60):
        await called.wait()
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    doorbell.use("")
    engine.stop()
    before = await job(number)

    too_early = await work.drain_rows("mail", 20)
    await now_due()
    await work.drain_rows("mail", 20)
    await now_due()
    await work.drain_rows("mail", 20)

    assert (before["done_at"], before["fence"]) == (None, 1)
    assert too_early == (0, False)
    after = await job(number)
    assert after["done_at"] is not None
    assert after["fence"] == 2
    assert len(caught.inbox(catcher)) == 1


async def test_a_worker_that_comes_back_after_its_lease_cannot_finish_what_another_has_taken(reader: UUID):
    number = await tell(reader)
    slow = await outbox.claim("mail")
    assert slow is not None
    await now_due()
    quick = await outbox.claim("mail")
    assert quick is not None

    with pytest.raises(outbox.LostLease):
        await slow.finish()
    await quick.finish()

    assert (slow.id, quick.id, quick.fence) == (number, number, 2)
    assert await outbox.claim("mail") is None
