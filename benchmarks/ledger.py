"""Postings per second, one per commit, through `journal.record`, against pgbench's simple update.

Both with the same number of clients on the same server with fsync on; aim: at least half of pgbench.
"""

import asyncio
import re
import subprocess
import time
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
from _house import DATABASE, database, report

from marketplace.core import db
from marketplace.core.engines import Postgres
from marketplace.core.engines.binaries import postgres_programs
from marketplace.core.money import yen
from payouts import journal, postings

CLIENTS = 8
SECONDS = 8
ROUNDS = 3
COMPANIES = 200  # money moves in many places at once, as it does in life


def pgbench(engine: Postgres) -> float:
    """Return pgbench's transactions per second for `simple-update` (prepared, no connection cost)."""
    program = str(postgres_programs() / "pgbench")
    place = ["-h", str(engine.sockets), "-U", "postgres", DATABASE]
    if not _has_pgbench_tables(engine):
        subprocess.run([program, "-i", "-q", "-s", "10", *place], check=True, capture_output=True)
    ran = subprocess.run(
        [program, "-N", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(SECONDS), *place],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    assert found
    return float(found[1])


def _has_pgbench_tables(engine: Postgres) -> bool:
    async def look() -> bool:
        connection = await asyncpg.connect(engine.dsn("postgres", DATABASE))
        found = await connection.fetchval("select to_regclass('pgbench_accounts') is not null")
        await connection.close()
        return bool(found)

    return asyncio.run(look())


def ours(engine: Postgres, *, hot: bool) -> float:
    """Return postings per second, each its own commit, row-level security on.

    Cold: each posting moves money inside one company. Hot: every posting also meets at the one platform account.
    """

    async def run() -> float:
        await db.DB.open(engine.dsn("enishi_worker", DATABASE), size=CLIENTS)
        companies = [str(uuid4()) for _ in range(COMPANIES)]
        for company in companies:
            await _topup(company, 10**9)
        ends = time.monotonic() + SECONDS
        counts = await asyncio.gather(
            *(_client(number, companies, ends, hot=hot) for number in range(CLIENTS))
        )
        await db.DB.close()
        return sum(counts) / SECONDS

    return asyncio.run(run())


async def _client(number: int, companies: list[str], ends: float, *, hot: bool) -> int:
    done = 0
    own = companies[number::CLIENTS]
    while time.monotonic() < ends:
        company = own[done % len(own)]
        await (_topup(company, 1000) if hot else _reserve(company, done))
        done += 1
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
        rounds = [(pgbench(engine), ours(engine, hot=False), ours(engine, hot=True)) for _ in range(ROUNDS)]
    rival, own, hot = (sorted(column)[ROUNDS // 2] for column in zip(*rounds, strict=True))
    ratios = sorted(mine / theirs for theirs, mine, _ in rounds)
    report(
        "ledger: postings against pgbench simple update",
        [
            (f"pgbench -N -M prepared, {CLIENTS} clients", f"{rival:,.0f} commits/s"),
            (f"journal.record, {CLIENTS} clients", f"{own:,.0f} commits/s"),
            (f"journal.record, {CLIENTS} clients at one hot account", f"{hot:,.0f} commits/s"),
            ("ratio, median of rounds", f"{ratios[ROUNDS // 2]:.2f} (aim: 0.50)"),
        ],
        {"pgbench_tps": rival, "journal_tps": own, "journal_hot_tps": hot, "ratio": ratios[ROUNDS // 2]},
    )


if __name__ == "__main__":
    main()
