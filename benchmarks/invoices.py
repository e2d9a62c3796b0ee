"""From 10,000 successes to 10,000 open invoices, against a bare asyncpg client that writes the same rows.

Ours: each success drafts its invoice in a transaction of its own (the row and the job), then workers finalise: number
without gaps, posting with its balances, due date. The rival: one transaction for each invoice with the same rows (the
invoice, its transfer, four entries) in tables of the same shape and indexes; no number, no job, no scope, no balance, no
check. Both with the same number of connections on the same server with fsync on. Aim: at least half of the rival.
"""

import asyncio
import os
import time
from uuid import UUID, uuid4

import _cpu
import asyncpg
from _house import DATABASE, QUICK, database, report

from marketplace.core import clock, codecs, db
from marketplace.core.engines import Postgres
from marketplace.core.money import yen

INVOICES = 200 if QUICK else int(os.environ.get("BENCH_INVOICES", "10000"))
COMPANIES = 50
CLIENTS = 8
PARTS = (430_000, -300_000, -30_000, -100_000)


def main() -> None:
    with database() as engine:
        rival = asyncio.run(_bare(engine))
        ours = asyncio.run(_ours(engine))
    _report(ours, rival)


async def _bare(engine: Postgres) -> dict[str, float]:
    """Return seconds and the server's CPU seconds of the rival."""
    dsn = engine.dsn("postgres", DATABASE)
    pool = await asyncpg.create_pool(dsn, min_size=CLIENTS, max_size=CLIENTS, init=codecs.register)
    for table in ("invoice", "ledger_transfer", "ledger_entry"):
        await pool.execute(f"create table bare_{table} (like {table} including defaults including indexes)")
    numbers, begun = iter(range(INVOICES)), time.monotonic()
    assert engine.pid is not None
    used = _cpu.family(engine.pid)

    async def write() -> None:
        for number in numbers:
            async with pool.acquire() as connection, connection.transaction():
                await _write(connection, number)

    await asyncio.gather(*(write() for _ in range(CLIENTS)))
    seconds = time.monotonic() - begun
    await pool.close()
    return {"seconds": seconds, "server": _cpu.family(engine.pid) - used}


async def _write(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", number: int) -> None:
    transfer: UUID | int = await connection.fetchval(
        """insert into bare_ledger_transfer (key, kind, reference, currency, happened_at)
           values ($1, 'invoice', '', 'JPY', now()) returning id""",
        f"invoice:{number}",
    )
    await connection.execute(
        """insert into bare_invoice (owner, payee, reference, title, success_on, fee_amount, tax_bp, tax_amount,
             bounty_amount, days_until_due, status, number, issued_on, due_on, seller, buyer)
           values ($1, $2, $3, 'Success fee', current_date, 300000, 1000, 30000, 100000, 30, 'open', $4, current_date,
             current_date + 30, '{}', '{}')""",
        f"company:{number % COMPANIES}",
        f"person:{uuid4()}",
        f"claim:{uuid4()}",
        number,
    )
    await connection.executemany(
        """insert into bare_ledger_entry (transfer_id, account_id, amount, balance_after, account_version)
           values ($1, $2, $3, $3, $4)""",
        [(transfer, part, amount, number) for part, amount in enumerate(PARTS)],
    )


async def _ours(engine: Postgres) -> dict[str, float]:
    """Return seconds of drafting and of opening, and the CPU seconds of both programs."""
    from payouts.billing import invoices
    from tests.factories.billing import know_buyers

    know_buyers()
    await db.DB.open(engine.dsn("enishi_worker", DATABASE), size=CLIENTS)
    companies = [str(uuid4()) for _ in range(COMPANIES)]
    async with db.transaction(operator=True):
        today = await clock.today()
    numbers = iter(range(INVOICES))
    assert engine.pid is not None
    used, mine, begun = _cpu.family(engine.pid), _cpu.seconds(os.getpid()), time.monotonic()

    async def draft() -> None:
        for number in numbers:
            async with db.transaction(operator=True):
                await invoices.draft(
                    company=companies[number % COMPANIES],
                    payee=str(uuid4()),
                    reference=f"claim:{uuid4()}",
                    title="Success fee",
                    success_on=today,
                    fee=yen(300_000),
                    tax_bp=1000,
                    bounty=yen(100_000),
                    days_until_due=30,
                )

    await asyncio.gather(*(draft() for _ in range(CLIENTS)))
    drafted = time.monotonic() - begun
    opened = await invoices.finalise_all()
    seconds = time.monotonic() - begun
    found = {
        "seconds": seconds,
        "drafted": drafted,
        "opened": seconds - drafted,
        "server": _cpu.family(engine.pid) - used,
        "client": _cpu.seconds(os.getpid()) - mine,
    }
    await _analyze(engine)
    await _prove(opened)
    await db.DB.close()
    return found


async def _analyze(engine: Postgres) -> None:
    """Let the planner know what was written, as the server does by itself within minutes."""
    connection = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    await connection.execute("analyze")
    await connection.close()


async def _prove(opened: int) -> None:
    """Raise RuntimeError unless every invoice is open, numbered without gaps and posted."""
    from payouts import verify

    async with db.transaction(operator=True):
        highest = await db.fetchval("select max(number) from invoice where status = 'open'")
    if opened != INVOICES or highest != INVOICES or await verify.run():
        raise RuntimeError(f"{opened} opened, the highest number is {highest}")


def _report(ours: dict[str, float], rival: dict[str, float]) -> None:
    rate, plain = INVOICES / ours["seconds"], INVOICES / rival["seconds"]
    each = 1000 / INVOICES
    load = os.getloadavg()[0]
    report(
        f"invoices: {INVOICES:,} from success to open, {CLIENTS} connections, load {load:.1f}",
        [
            ("ours", f"{rate:.0f} a second: {ours['seconds']:.1f} s (drafting {ours['drafted']:.1f} s, opening {ours['opened']:.1f} s)"),
            ("bare asyncpg, the same rows", f"{plain:.0f} a second: {rival['seconds']:.1f} s"),
            ("server CPU for each, ms", f"ours {ours['server'] * each:.2f}, bare {rival['server'] * each:.2f}"),
            ("ratio", f"{rate / plain:.2f} (aim: 0.50)"),
        ],
        {
            "invoices": INVOICES, "seconds": ours["seconds"], "drafted_seconds": ours["drafted"],
            "opened_seconds": ours["opened"], "per_second": rate, "bare_per_second": plain, "ratio": rate / plain,
            "server_ms": ours["server"] * each, "bare_server_ms": rival["server"] * each, "load": load,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
