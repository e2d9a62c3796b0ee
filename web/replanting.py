"""A demo world whose planting was interrupted: known again at the next start, thrown away, and planted anew."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from marketplace.core.engines.engine import PATIENCE, AlreadyRunning, EngineError, holder

BEGUN = "demo-world.begun"
PLANTED = "demo-world.done"
ENGINES = ("postgres", "valkey")
WORLD = (*ENGINES, "sandbox", "mail")
"""What planting writes into, below the data directory; keys and logs are no part of the world."""


def half_planted(data: Path, given: Mapping[str, str]) -> bool:
    """Tell whether planting began here and did not end, in engines and a sandbox that are all our own.

    The mark is made only in an empty database, so that nothing but the demo world can be meant by it.
    """
    ours = not any(given.get(name) for name in ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY"))
    return ours and (data / BEGUN).exists() and not (data / PLANTED).exists()


def clear(data: Path) -> None:
    """Throw the half-planted world away; the mark goes last, so that an interrupted clearing is done again.

    Raises AlreadyRunning while a house runs on this directory, EngineError when a former engine does not end.
    """
    for engine in ENGINES:
        if other := holder(data / f"{engine}.owner"):
            raise AlreadyRunning(f"Enishi (process {other}) already runs {engine} on {data}.")
    deadline = time.monotonic() + PATIENCE
    while any(holder(data / f"{engine}.alive") for engine in ENGINES):
        if time.monotonic() > deadline:
            raise EngineError(f"A former engine still runs on {data} and does not end.")
        time.sleep(0.1)
    for part in WORLD:
        if (data / part).exists():
            shutil.rmtree(data / part)
    (data / BEGUN).unlink()
