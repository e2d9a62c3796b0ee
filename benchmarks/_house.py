"""What every benchmark shares: a durable PostgreSQL of its own, programs, the machine's facts, a table, one JSON line."""

import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from marketplace.core import processes
from marketplace.core.engines import Postgres, start_postgres
from marketplace.core.migrations import migrate

ROOT = Path(__file__).parents[1]
DATABASE = "bench"
PATIENCE = 60.0
QUICK = bool(os.environ.get("BENCH_QUICK"))
"""Set to see whether the benchmarks run, not how fast anything is."""

sys.path.insert(0, str(ROOT))  # the tests' factories make the worlds


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


@contextmanager
def program(
    *argv: str, environment: Mapping[str, str], ready: str | None, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python program of the house until the block ends; `ready` is the address that answers when it is up."""
    with log.open("ab") as output:
        child = processes.spawn(
            [sys.executable, *argv],
            output=output,
            environment={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}", **environment},
            directory=ROOT,
        )
    try:
        if ready is not None:
            wait_for(ready, child, log)
        yield child
    finally:
        child.terminate()
        child.wait(20)


def wait_for(address: str, child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until an address answers below 400. Raises RuntimeError with the program's last words."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and child.poll() is None:
        if answers(address):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{address} does not answer:\n{log.read_text()[-2000:]}")


def answers(address: str) -> bool:
    """Tell whether an address of this machine answers below 400."""
    try:
        build_opener(ProxyHandler({})).open(address, timeout=2).close()
    except (URLError, OSError):
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def facts() -> dict[str, str]:
    """Name the machine, and how busy it is with other things."""
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
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "system": platform.release(),
    }


def report(title: str, rows: Sequence[tuple[str, str]], figures: Mapping[str, object]) -> None:
    """Print the machine, a table and, as the last line, one JSON object."""
    known = facts()
    print(title)
    for name, value in known.items():
        print(f"  {name}: {value}")
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"  {name:<{width}}  {value}")
    print(json.dumps({"benchmark": title, **known, **figures}, default=lambda number: round(number, 4)))
