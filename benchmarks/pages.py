"""Task board, task page and earnings page: CPU per request and requests per second, against a bare Litestar handler.

The rival runs the very statements of our page (recorded from it: session, scope, queries, values) on asyncpg, under
the same server and loop, and answers ready bytes. Both are loaded in turn by eight connections. Aim: at least half
of the bare handler. The CPU counts PostgreSQL's processes apart, for both do the same there.
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import _cpu
from _house import DATABASE, QUICK, database, free_ports, program, report
from _load import load
from _recorder import Page, keep, record
from _world import build

from marketplace.core.engines import Postgres

SECONDS, ROUNDS = (1, 1) if QUICK else (4, 3)
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """What some seconds of load came to; CPU in microseconds a request."""

    per_second: float
    own: float
    database: float


def main() -> None:
    os.environ["ENISHI_ENV"] = "test"
    with database() as engine, tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(build(engine.dsn("enishi_worker", DATABASE)))
        paths = {
            "board": ("/work?tab=board", world.alumnus),
            "task": (f"/c/{world.slug}/tasks/{world.task}", world.manager),
            "earnings": ("/earnings", world.alumnus),
        }
        pages = asyncio.run(_record(engine, paths))
        keep(pages, Path(folder) / "pages")
        with _servers(engine, Path(folder)) as (ours, rival):
            rounds = [_round(engine, paths, ours, rival) for _ in range(ROUNDS)]
    _report(pages, rounds)


async def _record(engine: Postgres, paths: dict[str, tuple[str, str]]) -> dict[str, Page]:
    url = engine.dsn("enishi_web", DATABASE)
    return {name: (await record(url, f"enishi={token}", [path]))[0] for name, (path, token) in paths.items()}


Server = tuple[str, int]
"""A server's address and process."""


@contextmanager
def _servers(engine: Postgres, folder: Path) -> Iterator[tuple[Server, Server]]:
    url, (mine, theirs) = engine.dsn("enishi_web", DATABASE), free_ports(2)
    environment = {"WEB_DATABASE_URL": url, "ENISHI_PORT": str(mine), "ENISHI_DATA": str(folder)}
    ours, bare = f"http://127.0.0.1:{mine}", f"http://127.0.0.1:{theirs}"
    bare_program = (str(HERE / "_bare.py"), str(folder / "pages"), url, str(theirs))
    with (
        program(
            "-m", "web.cli", "web", environment=environment, ready=f"{ours}/health", log=folder / "log"
        ) as web,
        program(*bare_program, environment={}, ready=f"{bare}/board", log=folder / "log") as rival,
    ):
        yield (ours, web.pid), (bare, rival.pid)


def _round(
    engine: Postgres, paths: dict[str, tuple[str, str]], ours: Server, rival: Server
) -> dict[str, tuple[Run, Run]]:
    return {
        name: (
            _run(engine, ours, path, f"enishi={token}"),
            _run(engine, rival, f"/{name}", "-=-"),
        )
        for name, (path, token) in paths.items()
    }


def _run(engine: Postgres, server: Server, path: str, cookie: str) -> Run:
    address, pid = server
    load(address + path, cookie, 1)
    assert engine.pid is not None
    own, theirs = _cpu.seconds(pid), _cpu.family(engine.pid)
    done = load(address + path, cookie, SECONDS)
    if done.failures:
        raise RuntimeError(f"{path}: {done.failures} of {done.requests} answers were failures")
    own, theirs = _cpu.seconds(pid) - own, _cpu.family(engine.pid) - theirs
    return Run(done.per_second, own / done.requests * 1e6, theirs / done.requests * 1e6)


def _report(pages: dict[str, Page], rounds: list[dict[str, tuple[Run, Run]]]) -> None:
    rows: list[tuple[str, str]] = []
    figures: dict[str, object] = {}
    for name, page in pages.items():
        ours, bare = (_median([found[name][side] for found in rounds]) for side in (0, 1))
        cpu, rate = bare.own / ours.own, ours.per_second / bare.per_second
        rows += [
            (
                name,
                f"{len(page.body):,} bytes, {page.round_trips} round trips in {len(page.transactions)} transactions",
            ),
            (
                "  ours",
                f"{ours.own:,.0f} µs a request (+ {ours.database:,.0f} µs PostgreSQL), {ours.per_second:,.0f} requests/s",
            ),
            (
                "  bare",
                f"{bare.own:,.0f} µs a request (+ {bare.database:,.0f} µs PostgreSQL), {bare.per_second:,.0f} requests/s",
            ),
            ("  ratio", f"{cpu:.2f} by CPU, {rate:.2f} by requests per second (aim: 0.50)"),
        ]
        figures[name] = {
            "ours_cpu_us": round(ours.own), "bare_cpu_us": round(bare.own), "postgres_cpu_us": round(ours.database),
            "ours_per_second": round(ours.per_second), "bare_per_second": round(bare.per_second),
            "ratio_cpu": round(cpu, 3), "ratio": round(rate, 3), "round_trips": page.round_trips,
        }  # fmt: skip
    report("pages: against a bare Litestar handler with the same statements", rows, figures)


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(run.per_second for run in runs),
        statistics.median(run.own for run in runs),
        statistics.median(run.database for run in runs),
    )


if __name__ == "__main__":
    main()
