"""Postings per second, one per commit, through `journal.record`, against pgbench's simple update.

Both with the same number of clients in the same number of threads or processes, warmed up, on the same server with
fsync on; aim: at least half of pgbench.
"""

import asyncio
import re
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
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
SECONDS, ROUNDS = (2, 1) if QUICK else (8, 3)
WARM = 8.0  # seconds in which the clients start and every statement is prepared
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


def ours(engine: Postgres, *, hot: bool) -> tuple[float, float, float]:
    """Return postings per second, each its own commit, row-level security on, and CPU µs of client and server for one.

    Cold: each posting moves money inside one company. Hot: every posting also meets at the one platform account.
    """
    assert engine.pid is not None
    begins = time.time() + WARM
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        running = [
            pool.submit(_process, engine.dsn("enishi_worker", DATABASE), CLIENTS // PROCESSES, begins, hot)
            for _ in range(PROCESSES)
        ]
        time.sleep(max(0.0, begins - time.time()))
        server = _cpu.family(engine.pid)
        time.sleep(SECONDS)
        server = _cpu.family(engine.pid) - server
        counts, used = (sum(column) for column in zip(*(each.result() for each in running), strict=True))
    return counts / SECONDS, used / counts * 1e6, server / counts * 1e6


def _process(url: str, clients: int, begins: float, hot: bool) -> tuple[int, float]:
    """Be one process with some clients: warm up, then post until the time is over; return postings and CPU seconds."""
    import uvloop

    return uvloop.run(_clients(url, clients, begins, hot=hot))


async def _clients(url: str, clients: int, begins: float, *, hot: bool) -> tuple[int, float]:
    await db.DB.open(url, size=clients)
    companies = [str(uuid4()) for _ in range(COMPANIES // PROCESSES)]
    for company in companies:
        await _topup(company, 10**9)
        await _reserve(company, 0)
    used = 0.0

    async def client(number: int) -> int:
        nonlocal used
        own, done = companies[number::clients], 0
        await asyncio.sleep(begins - time.time())
        used = used or time.process_time()
        while time.time() < begins + SECONDS:
            done += 1
            company = own[done % len(own)]
            await (_topup(company, 1000) if hot else _reserve(company, done))
        return done

    counts = await asyncio.gather(*(client(number) for number in range(clients)))
    used = time.process_time() - used
    await db.DB.close()
    return sum(counts), used


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
        rounds = [(pgbench(engine), ours(engine, hot=False), ours(engine, hot=True)) for _ in range(ROUNDS)]
    (rival, rival_cpu), own, hot = (sorted(column)[ROUNDS // 2] for column in zip(*rounds, strict=True))
    ratio = sorted(mine[0] / theirs[0] for theirs, mine, _ in rounds)[ROUNDS // 2]
    report(
        "ledger: postings against pgbench simple update",
        [
            (
                f"pgbench -N -M prepared, {CLIENTS} clients",
                f"{rival:,.0f} commits/s, {rival_cpu:,.0f} µs of the server's CPU each",
            ),
            (
                f"journal.record, {CLIENTS} clients",
                f"{own[0]:,.0f} commits/s, {own[2]:,.0f} µs of the server's and {own[1]:,.0f} µs of our CPU each",
            ),
            (f"journal.record, {CLIENTS} clients at one hot account", f"{hot[0]:,.0f} commits/s"),
            ("ratio, median of rounds", f"{ratio:.2f} (aim: 0.50); by the server's CPU {rival_cpu / own[2]:.2f}"),
        ],
        {
            "pgbench_tps": rival, "journal_tps": own[0], "journal_hot_tps": hot[0], "ratio": ratio,
            "pgbench_server_cpu_us": rival_cpu, "journal_server_cpu_us": own[2], "journal_client_cpu_us": own[1],
            "ratio_server_cpu": rival_cpu / own[2],
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
