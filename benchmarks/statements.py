"""2,000 payment statements as papers: from rows in the database to stored PDF/A, on every processor of the machine.

The rows are made by the real actions (a company's month, `making.make_batch`), the papers as the sweep makes them:
lay out, print (typst, PDF/A-3a and PDF/UA-1, fonts embedded), hash, store in one transaction for each batch.
Aim: 50 a second on two cores.
"""

import asyncio
import os
import time
from uuid import uuid4

import _cpu
from _house import DATABASE, QUICK, database, report

from marketplace.core import clock, db
from marketplace.core.engines import Postgres
from marketplace.core.money import yen

STATEMENTS = 40 if QUICK else int(os.environ.get("BENCH_STATEMENTS", "2000"))
CORES = 2
LINES = 3
AIM = 50


def main() -> None:
    with database() as engine:
        _report(asyncio.run(_run(engine)))


async def _run(engine: Postgres) -> dict[str, float]:
    """Return the seconds of making and printing, and this process's CPU seconds of printing."""
    from payouts.statements import papers

    await db.DB.open(engine.dsn("enishi_worker", DATABASE), size=4)
    company = await _month()
    begun = time.monotonic()
    await _make(company)
    made = time.monotonic() - begun
    begun, used = time.monotonic(), _cpu.seconds(os.getpid())
    while await papers.make_missing():
        pass
    printed, cpu = time.monotonic() - begun, _cpu.seconds(os.getpid()) - used
    async with db.transaction(operator=True):
        stored = await db.fetchrow(
            "select count(*) as papers, sum(length(content)) as bytes from billing_document"
        )
    assert stored is not None
    await db.DB.close()
    if stored["papers"] != STATEMENTS * 2:
        raise RuntimeError(f"{stored['papers']} papers of {STATEMENTS} statements")
    return {
        "made": made,
        "printed": printed,
        "cpu": cpu,
        "papers": stored["papers"],
        "bytes": float(stored["bytes"]),
    }


async def _month() -> str:
    """Let a company have approved three things of each of its alumni."""
    from tests.factories.payouts import earn, prepay, seat

    company = str(uuid4())
    await prepay(company, yen(STATEMENTS * 300_000))
    for _ in range(STATEMENTS):
        person = str(uuid4())
        for line in range(LINES):
            await earn(person, company, cost=seat(50_000 + line))
    return company


async def _make(company: str) -> None:
    from payouts.statements import answering, making, months, queries, runs
    from tests.factories.statements import know

    async with db.transaction(operator=True):
        month = months.first_of(await clock.today())
        run = await runs.begin(company, month, "make", total=STATEMENTS, asked_by="benchmark")
    while await making.make_batch(run.id, know=know):
        pass
    async with db.transaction(operator=True):
        rows, _found = await queries.of_month(company, month, whole=True)
        await answering.mark_sent([row["id"] for row in rows])


def _report(found: dict[str, float]) -> None:
    rate, load = found["papers"] / found["printed"], os.getloadavg()[0]
    cpu_rate = CORES * found["papers"] / found["cpu"]
    report(
        f"statements: {STATEMENTS:,} of {LINES} lines, each in Japanese and English, load {load:.1f}",
        [
            ("statements made", f"{STATEMENTS / found['made']:.0f} a second: {found['made']:.1f} s"),
            ("papers printed and stored", f"{rate:.0f} a second: {found['printed']:.1f} s for {found['papers']:,.0f}"),
            ("CPU for each paper, ms", f"{found['cpu'] * 1000 / found['papers']:.1f}"),
            ("cores at work while printing", f"{found['cpu'] / found['printed']:.2f} of {CORES}"),
            ("with two free cores", f"{cpu_rate:.0f} a second (aim: {AIM})"),
            ("size of a paper, KB", f"{found['bytes'] / found['papers'] / 1000:.0f}"),
        ],
        {
            "statements": STATEMENTS, "papers": found["papers"], "made_seconds": found["made"], "printed_seconds": found["printed"],
            "papers_per_second": rate, "cpu_ms": found["cpu"] * 1000 / found["papers"], "per_second_on_two_cores": cpu_rate,
            "aim": AIM, "load": load,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
