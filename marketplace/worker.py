"""The worker process: answers the doorbell and works the due rows of a queue, on one event loop for its whole life."""

import logging
import time
from collections.abc import Awaitable, Callable

import uvloop
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from marketplace import schedule
from marketplace.core import db, doorbell, memory, outbox
from marketplace.core.settings import Settings

log = logging.getLogger(__name__)

_TURN_SECONDS = 10.0
_loop = uvloop.new_event_loop()

Source = Callable[[], Awaitable[bool]]


def sources(queue: str) -> list[Source]:
    """Return what a queue works through: its outbox rows, and what `schedule` adds to it (money operations)."""

    async def work_outbox() -> bool:
        return await outbox.work_one(queue)

    return [work_outbox, *schedule.SOURCES.get(queue, [])]


def drain(queue: str) -> int:
    """Work the due rows of a queue until none is left or the turn is over; the one function that RQ may call."""
    done, more = _loop.run_until_complete(drain_rows(queue, _TURN_SECONDS))
    if more:
        doorbell.ring(queue)
    return done


async def drain_rows(queue: str, seconds: float) -> tuple[int, bool]:
    """Return how many rows were worked and whether more may wait."""
    ends = time.monotonic() + seconds
    done = 0
    active = sources(queue)
    while active and time.monotonic() < ends:
        for source in list(active):
            if await source():
                done += 1
            else:
                active.remove(source)
    return done, bool(active)


async def run_until_idle() -> int:
    """Work every queue in this process until nothing is due (the story's and the tests' way to wait)."""
    total = 0
    while done := sum([(await drain_rows(queue, 60))[0] for queue in doorbell.QUEUES]):
        total += done
    return total


def main(settings: Settings, url: str, queues: list[str]) -> None:
    """Serve queues until told to stop; a lost Redis ends the process and its supervisor starts it again."""
    doorbell.use(settings.redis_url)
    _loop.run_until_complete(db.DB.serve(url, size=4))
    worker = SimpleWorker(
        [doorbell.queue(name) for name in queues],
        connection=doorbell.connection(),
        serializer=JSONSerializer,
        maintenance_interval=15,
        job_monitoring_interval=10,
        worker_ttl=45,
    )
    memory.settle()
    try:
        worker.work(logging_level="WARNING")
    finally:
        _loop.run_until_complete(db.DB.close())
