"""Postings per second, one per commit, through `journal.record`, against pgbench's simple update.

Both with the same number of clients in the same number of threads or processes, warmed up, on the same server with
fsync on; aim: at least half of pgbench.
"""

import asyncio
import re
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from uuid import uuid4

import _cpu
import asyncpg
from _house import DATABASE, QUICK, database, report

from marketplace.core import db
from marketplace.core.engines import Postgres
from marketplace.core.engines.binaries import postgres_programs
from marketplace.core.money import yen
from payouts import journal, postings

CLIENTS, PROCESSES = 8, 2
SECONDS, ROUNDS = (1, 1) if QUICK else (3, 3)
WARM = 5.0  # seconds in which the clients start and every statement is prepared
COMPANIES = 200  # money moves in many places at once, as it does in life


def pgbench(engine: Postgres) -> tuple[float, float]:
    """Return pgbench's transactions per second for `simple-update` (prepared, no connection cost), and server CPU µs."""
    program = str(postgres_programs() / "pgbench")
    place = ["-h", str(engine.sockets), "-U", "postgres", DATABASE]
    if not _has_pgbench_tables(engine):
        subprocess.run([program, "-i", "-q", "-s", "10", *place], check=True, capture_output=True)
    run = [program, "-N", "-M", "prepared", "-c", str(CLIENTS), "-j", str(PROCESSES), "-T"]
    subprocess.run([*run, "1", *place], check=True, capture_output=True)
    assert engine.pid is not None
    used = _cpu.family(engine.pid)
    ran = subprocess.run([*run, str(SECONDS), *place], check=True, capture_output=True, text=True).stdout
    used = _cpu.family(engine.pid) - used
    rate, count = re.search(r"tps = ([\d.]+)", ran), re.search(r"actually processed: (\d+)", ran)
    assert rate
    assert count
    return float(rate[1]), used / int(count[1]) * 1e6


def _has_pgbench_tables(engine: Postgres) -> bool:
    async def look() -> bool:
        connection = await asyncpg.connect(engine.dsn("postgres", DATABASE))
        found = await connection.fetchval("select to_regclass('pgbench_accounts') is not null")
        await connection.close()
        return bool(found)

    return asyncio.run(look())


@dataclass(frozen=True, slots=True)
class Run:
    """Postings per second, and CPU µs of client and server for one."""

    per_second: float
    client: float
    server: float


def ours(engine: Postgres) -> tuple[Run, Run]:
    """Post from warm clients, each posting its own commit, row-level security on: cold, then hot.

    Cold: each posting moves money inside one company. Hot: every posting also meets at the one platform account.
    """
    assert engine.pid is not None
    begins = time.time() + WARM
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        running = [
            pool.submit(_process, engine.dsn("enishi_worker", DATABASE), CLIENTS // PROCESSES, begins)
            for _ in range(PROCESSES)
        ]
        servers = [_server_cpu(engine.pid, begins + phase * SECONDS) for phase in range(3)]
        phases = zip(*(each.result() for each in running), strict=True)
        return tuple(  # type: ignore[return-value] # two phases
            _run([count for count, _ in phase], [used for _, used in phase], after - before)
            for phase, before, after in zip(phases, servers, servers[1:], strict=False)
        )


def _server_cpu(pid: int, at: float) -> float:
    time.sleep(max(0.0, at - time.time()))
    return _cpu.family(pid)


def _run(counts: list[int], used: list[float], server: float) -> Run:
    done = sum(counts)
    return Run(done / SECONDS, sum(used) / done * 1e6, server / done * 1e6)


def _process(url: str, clients: int, begins: float) -> list[tuple[int, float]]:
    """Be one process with some clients: warm up, then post cold and hot; return postings and CPU seconds of both."""
    import uvloop

    return uvloop.run(_clients(url, clients, begins))


async def _clients(url: str, clients: int, begins: float) -> list[tuple[int, float]]:
    await db.DB.open(url, size=clients)
    companies = [str(uuid4()) for _ in range(COMPANIES // PROCESSES)]
    await asyncio.gather(*(_warm(companies[number::clients]) for number in range(clients)))
    phases = []
    for hot in (False, True):
        await asyncio.sleep(begins - time.time())
        begins, used = begins + SECONDS, time.process_time()
        counts = await asyncio.gather(
            *(_client(companies[number::clients], begins, hot=hot) for number in range(clients))
        )
        phases.append((sum(counts), time.process_time() - used))
    await db.DB.close()
    return phases


async def _warm(companies: list[str]) -> None:
    for company in companies:
        await _topup(company, 10**9)
        await _reserve(company, 0)


async def _client(companies: list[str], ends: float, *, hot: bool) -> int:
    done = 0
    while time.time() < ends:
        done += 1
        company = companies[done % len(companies)]
        await (_topup(company, 1000) if hot else _reserve(company, done))
    return done


async def _topup(company: str, amount: int) -> None:
    now = datetime.now(UTC)
    fact = postings.topup(
        company, transaction=f"txn{uuid4().hex}", arrived=yen(amount), fee_borne=yen(0), happened_at=now
    )
    async with db.transaction(company=company):
        await journal.record(fact)


async def _reserve(company: str, version: int) -> None:
    now = datetime.now(UTC)
    fact = postings.reserve(
        company, task=f"task{company}", version=version + 1, change=yen(1), happened_at=now
    )
    async with db.transaction(company=company):
        await journal.record(fact)


def main() -> None:
    with database() as engine:
        rounds = [(pgbench(engine), *ours(engine)) for _ in range(ROUNDS)]
    middle = sorted(rounds, key=lambda each: each[1].per_second / each[0][0])[ROUNDS // 2]
    (rival, rival_cpu), own, hot = middle
    report(
        "ledger: postings against pgbench simple update",
        [
            (
                f"pgbench -N -M prepared, {CLIENTS} clients",
                f"{rival:,.0f} commits/s, {rival_cpu:,.0f} µs of the server's CPU each",
            ),
            (
                f"journal.record, {CLIENTS} clients",
                f"{own.per_second:,.0f} commits/s, {own.server:,.0f} µs of the server's and {own.client:,.0f} µs of our CPU each",
            ),
            (f"journal.record, {CLIENTS} clients at one hot account", f"{hot.per_second:,.0f} commits/s"),
            ("ratio, middle round", f"{own.per_second / rival:.2f} (aim: 0.50); by the server's CPU {rival_cpu / own.server:.2f}"),
        ],
        {
            "pgbench_tps": rival, "journal_tps": own.per_second, "journal_hot_tps": hot.per_second, "ratio": own.per_second / rival,
            "pgbench_server_cpu_us": rival_cpu, "journal_server_cpu_us": own.server, "journal_client_cpu_us": own.client,
            "ratio_server_cpu": rival_cpu / own.server,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
