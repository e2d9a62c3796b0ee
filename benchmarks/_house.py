"""What every benchmark shares: a durable PostgreSQL of its own, the machine's facts, a table, one JSON line."""

import asyncio
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from marketplace.core.engines import Postgres, start_postgres
from marketplace.core.migrations import migrate

DATABASE = "bench"


@contextmanager
def database() -> Iterator[Postgres]:
    """Run a migrated PostgreSQL with its default durability (fsync on) in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        engine = start_postgres(Path(folder))
        try:
            asyncio.run(migrate(engine.dsn("postgres", DATABASE)))
            yield engine
        finally:
            engine.stop()


def facts() -> dict[str, str]:
    """Name the machine."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    return {
        "cpu": model,
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "system": platform.release(),
    }


def report(title: str, rows: Sequence[tuple[str, str]], figures: dict[str, object]) -> None:
    """Print the machine, a table and, as the last line, one JSON object."""
    print(title)
    for name, value in facts().items():
        print(f"  {name}: {value}")
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"  {name:<{width}}  {value}")
    print(json.dumps({"benchmark": title, **facts(), **figures}))


async def repeat(rounds: int, run: Callable[[], Awaitable[float]]) -> float:
    """Return the median of several runs."""
    return statistics.median([await run() for _ in range(rounds)])
