"""Twelve months of 2,000 statements, each closed by its company and in the ledger, at 0 difference: how long a close takes.

A close is the real run: statements made and sent, the platform invoice, the checks, the database's rule, the package.
Beside it: what the rule costs a posting (the same postings with its trigger off).

    python benchmarks/closing.py --statements 2000 --months 12
"""

import argparse
import asyncio
import os
import statistics
import time
from uuid import uuid4

import asyncpg
from _house import DATABASE, QUICK, database, report

from marketplace.core import clock, db
from marketplace.core.engines import Postgres
from marketplace.core.money import yen
from payouts import journal, postings

POSTINGS = 200 if QUICK else 4000
BATCH = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=40 if QUICK else 2000)
    parser.add_argument("--months", type=int, default=2 if QUICK else 12)
    asked = parser.parse_args()
    with database() as engine:
        asyncio.run(_run(engine, asked.statements, asked.months))


async def _run(engine: Postgres, statements: int, number: int) -> None:
    import _closing_world

    from payouts import verify
    from tests.factories import companies
    from tests.factories.closed_year import Closed, close_months, forget_jobs
    from tests.factories.payouts import prepay

    await db.DB.open(engine.dsn("enishi_worker", DATABASE), size=8)
    owner = await companies.company("ace")
    rule = await _rule(engine, str(owner.company))
    world = _closing_world.Bulk(str(owner.company), statements)
    await prepay(world.company, yen(statements * number * 100_000))
    begun = time.monotonic()
    closed: list[Closed] = await close_months(number, world.month, finance=owner)
    whole = time.monotonic() - begun
    begun = time.monotonic()
    await forget_jobs()
    packed = time.monotonic() - begun
    await _analyse(engine)
    findings = await verify.run()
    await db.DB.close()
    differences = {name: sum(month.differences[name] for month in closed) for name in closed[0].differences}
    company = [month.company_seconds for month in closed]
    ledger = [month.ledger_seconds for month in closed]
    made, load = sum(month.statements for month in closed), os.getloadavg()[0]
    report(
        f"closing: {number} months of {statements:,} statements, load {load:.1f}",
        [
            ("statements made and sent", f"{made:,}"),
            ("differences, all six, in yen", ", ".join(str(each) for each in differences.values())),
            ("points not in order, broken invariants", f"{sum(len(month.unclean) for month in closed)}, {len(findings)}"),
            ("a company's close", f"{statistics.median(company):.1f} s (longest {max(company):.1f} s)"),
            ("the ledger's close", f"{statistics.median(ledger):.1f} s (longest {max(ledger):.1f} s)"),
            ("packages of all months", f"{packed:.1f} s"),
            ("the whole, with the months' work", f"{whole:.0f} s"),
            ("a posting with the rule / without", f"{rule['with']:.0f} / {rule['without']:.0f} µs = {rule['ratio']:.2f}"),
        ],
        {
            "statements": statements, "months": number, "made": made, "differences": differences,
            "unclean": sum(len(month.unclean) for month in closed), "findings": len(findings),
            "company_close_seconds": company, "ledger_close_seconds": ledger, "packages_seconds": packed,
            "whole_seconds": whole, "rule": rule, "load": load,
        },
    )  # fmt: skip


async def _analyse(engine: Postgres) -> None:
    """Let PostgreSQL count its rows, as its own vacuum does on a database that lives longer than a benchmark."""
    admin = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    await admin.execute("analyze")
    await admin.close()


async def _rule(engine: Postgres, company: str) -> dict[str, float]:
    """Return the microseconds of a posting with the rule of closed months and with its trigger off, taken in turns."""
    admin = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    taken: dict[str, list[float]] = {"with": [], "without": []}
    for turn in ("with", "without") * 3:
        word = "enable" if turn == "with" else "disable"
        await admin.execute(f"alter table ledger_transfer {word} trigger ledger_transfer_month")
        taken[turn].append(await _post(company))
    await admin.execute("alter table ledger_transfer enable trigger ledger_transfer_month")
    await admin.close()
    found = {turn: min(each) / POSTINGS * 1e6 for turn, each in taken.items()}
    return {**found, "ratio": found["with"] / found["without"]}


async def _post(company: str) -> float:
    """Return the seconds of posting in transactions of some facts each, as a batch of work does."""
    async with db.transaction(operator=True):
        now = await clock.now()
    told = {"arrived": yen(1000), "fee_borne": yen(0), "happened_at": now}
    facts = [(postings.topup(company, transaction=f"txn_{uuid4().hex}", **told), "") for _ in range(POSTINGS)]
    begun = time.monotonic()
    for first in range(0, POSTINGS, BATCH):
        async with db.transaction(operator=True):
            await journal.record_all(facts[first : first + BATCH])
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
