"""What runs when: every sweep with its rhythm, and what a worker drains beside the outbox."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from marketplace.alumni import (
    actions,  # noqa: F401 - handles the invitations of a whole network
    import_job,  # noqa: F401 - handles the batches of an import
    imports,
)
from marketplace.core import outbox

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work over data that has come due: safe at any time, in any number, by anybody."""

    name: str
    every: float
    run: Callable[[], Awaitable[object]]


SWEEPS: tuple[Sweep, ...] = (
    Sweep("outbox", 2, outbox.sweep),
    Sweep("outbox.forget", 3600, outbox.forget_done),
    Sweep("alumni.forget_previews", 3600, imports.forget_previews),
)

SOURCES: dict[str, list[Callable[[], Awaitable[bool]]]] = {}


async def run_all() -> None:
    """Run each sweep once, now: after the business clock has moved."""
    for sweep in SWEEPS:
        await run_one(sweep)


@outbox.handles("sweeps.run")
async def sweep_now(_job: outbox.Job) -> None:
    """Run each sweep once in a worker, after somebody has moved the business clock on a page."""
    await run_all()


async def run_one(sweep: Sweep) -> None:
    """Run a sweep; a failure is loud in the log and tried again at the next turn."""
    try:
        await sweep.run()
    except Exception:
        log.exception("sweep %s failed", sweep.name)


async def serve(stop: asyncio.Event) -> None:
    """Run every sweep in its rhythm until told to stop."""
    due = {sweep.name: 0.0 for sweep in SWEEPS}
    while not stop.is_set():
        for sweep in SWEEPS:
            if time.monotonic() >= due[sweep.name]:
                due[sweep.name] = time.monotonic() + sweep.every
                await run_one(sweep)
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except TimeoutError:
            continue
