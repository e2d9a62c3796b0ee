"""Finding documents among 100,000 of one company, as the Electronic Books Act asks: our index against plain readings.

Each search is one page of 50 with its bounded count, as role enishi_web with row-level security on, through
`marketplace.documents.search`, round trips and all. The rivals answer the same question from the same rows in turn: a
sequential scan in PostgreSQL (the same SQL over a table without indexes), DuckDB in memory, and the documents' own tables
read through `documents_of` without any index of ours, which is what a view would be. `--rows N` sets the number.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import duckdb
from _house import DATABASE, QUICK, database, report

from marketplace.core import db
from marketplace.core.engines import Postgres
from marketplace.documents import search
from marketplace.documents.criteria import ORDERS, Criteria, conditions
from marketplace.documents.filing import SOURCES

COMPANY = UUID("0199aaaa-0000-7000-8000-000000000001")
OWNER = f"company:{COMPANY}"
PARTIES = 2_000
DAYS = 7 * 365
FIRST = date(2020, 1, 1)
TURNS = 4 if QUICK else 60
SLOW_TURNS = 2 if QUICK else 12
"""The rival without an index takes so long that fewer turns must do."""

# 6 of 10 are statements, 2 invoices, the rest credit notes, platform invoices; a tenth of all belongs to another company.
_FILL = """
set session_replication_role = replica;
create temp table made as
select i, gen_random_uuid() as id, 'company:' || case when i % 10 = 9 then gen_random_uuid()::text else '{company}' end as owner,
  date '{first}' + (random() * {days})::int as day, (500 + random() ^ 3 * 2000000)::bigint as yen,
  '取引先' || (1 + (random() ^ 2 * {parties})::int) || case i % 3 when 0 then '株式会社' when 1 then '商事' else ' 太郎' end as name
from generate_series(1, {rows} * 10 / 9) i;
insert into statement (id, owner, payer, month, number, status, issuer, payee, rates, work_amount, bounty_amount, tax_amount,
  document_tax_amount, deductible_amount, withheld_amount, netted_amount, net_amount, silence_days, issued_on, sent_at, answer_by)
select id, 'person:' || id, owner, date_trunc('month', day), i, 'sent', '{{}}', jsonb_build_object('name', name), '[]', yen, 0, 0, 0, 0, 0, 0,
  yen, 7, day, now(), day from made where i % 10 < 6 or i % 10 = 9;
insert into invoice (id, owner, payee, reference, number, status, title, success_on, fee_amount, tax_bp, tax_amount, bounty_amount,
  days_until_due, seller, buyer, issued_on, due_on, opened_at)
select id, owner, '', 'claim:' || id, i, 'open', 'x', day, yen, 1000, 0, 0, 30, jsonb_build_object('name', name), jsonb_build_object('name', name),
  day, day, now() from made where i % 10 in (6, 7);
insert into platform_invoice (id, owner, month, number, seller, buyer, rates, lines, fee_amount, contract_tax_amount, tax_amount, issued_on)
select id, owner, (date '0001-01-01' + make_interval(months => i::int))::date, i, jsonb_build_object('name', name), jsonb_build_object('name', name), '[]', '[]', yen, 0, 0, day
from made where i % 10 = 8;
set session_replication_role = origin;
"""
_INDEX = " union all ".join(f"select d.* from {source} made, documents_of(made) d" for source in SOURCES)


async def fill(engine: Postgres, rows: int) -> float:
    """Make the documents; return the seconds in which the index is filed anew from them."""
    owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    said = {"company": COMPANY, "rows": rows, "parties": PARTIES, "days": DAYS, "first": FIRST}
    await owner.execute(_FILL.format(**said), timeout=600)
    begun = time.perf_counter()
    await owner.execute(
        f"insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty) {_INDEX}",
        timeout=600,
    )
    await owner.execute(
        "insert into document_party select distinct owner, counterparty_key from document_index"
    )
    seconds = time.perf_counter() - begun
    await owner.execute(
        "create table plain as select * from document_index; grant select on plain to enishi_web"
    )
    await owner.execute("vacuum analyze", timeout=600)
    await owner.close()
    return seconds


def asked(chance: random.Random) -> dict[str, Criteria]:
    """Return one search of each kind, its values drawn anew."""
    day, least = FIRST + timedelta(days=chance.randrange(DAYS)), chance.randrange(1_000_000)
    days = {"first": day, "last": day + timedelta(days=chance.choice([0, 30, 92, 365]))}
    amounts = {"least": least, "most": least + chance.choice([0, 1_000, 50_000, 500_000])}
    party = {
        "counterparty": chance.choice(
            [f"取引先{chance.randrange(1, PARTIES)}", f"{chance.randrange(10, 99)}商事", "太郎", "商事"]
        )
    }
    order = chance.choice(list(ORDERS))
    return {
        name: replace(Criteria(**given), order=order)
        for name, given in {
            "day": days, "amount": amounts, "counterparty": party, "day + amount": days | amounts,
            "day + counterparty": days | party, "amount + counterparty": amounts | party, "all three": days | amounts | party,
        }.items()
    }  # fmt: skip


def plainly(wanted: Criteria, source: str, columns: dict[str, str]) -> tuple[str, str, list[Any]]:
    """Return the page and the count as SQL over a source, with the values; the counterparty by its part."""
    told = [("owner = {}", OWNER), *conditions(wanted, None)]
    where = " and ".join(sql for sql, _ in told).format(*(f"${number}" for number in range(1, len(told) + 1)))
    order = ORDERS[wanted.order].sql
    for name, instead in columns.items():
        where, order = where.replace(name, instead), order.replace(name, instead)
    page = f"select * from {source} where {where} order by {order} limit {search.PAGE + 1}"
    count = (
        f"select count(*) from (select 1 from {source} where {where} limit {search.MOST_COUNTED + 1}) found"
    )
    return page, count, [value for _, value in told]


async def ours(wanted: Criteria) -> tuple[int, list[str]]:
    """Search as a page does."""
    async with db.transaction(company=COMPANY):
        found = await search.find(OWNER, wanted)
    return found.count, [str(row["document_id"]) for row in found.rows]


async def scanned(wanted: Criteria) -> tuple[int, list[str]]:
    """Search by reading every row of the table without indexes."""
    page, count, values = plainly(wanted, "plain", {})
    async with db.transaction(company=COMPANY):
        rows, number = await db.fetch(page, *values), await db.fetchval(count, *values)
    return number, [str(row["document_id"]) for row in rows[: search.PAGE]]


async def viewed(wanted: Criteria) -> tuple[int, list[str]]:
    """Search in the documents' own tables, as a view would."""
    page, count, values = plainly(
        wanted, f"({_INDEX}) made", {"counterparty_key": 'document_key(counterparty) collate "C"'}
    )
    async with db.transaction(company=COMPANY):
        rows, number = await db.fetch(page, *values), await db.fetchval(count, *values)
    return number, [str(row["document_id"]) for row in rows[: search.PAGE]]


def in_duckdb(base: duckdb.DuckDBPyConnection) -> Callable[[Criteria], Awaitable[tuple[int, list[str]]]]:
    """Return the search in DuckDB, whose rows lie in memory."""

    async def run(wanted: Criteria) -> tuple[int, list[str]]:
        page, count, values = plainly(wanted, "docs", {})
        rows, number = base.execute(page, values).fetchall(), base.execute(count, values).fetchone()
        assert number
        return number[0], [str(row[2]) for row in rows[: search.PAGE]]

    return run


async def copied(engine: Postgres, folder: Path) -> duckdb.DuckDBPyConnection:
    """Bring the same rows into DuckDB."""
    owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    file = folder / "documents.csv"
    await owner.copy_from_query("select * from plain", output=file, format="csv", header=True)
    await owner.close()
    base = duckdb.connect()
    base.execute("set threads = 2")
    base.execute(
        "create macro document_key(said) as lower(said)"
    )  # what is asked here is in one width already
    base.execute(f"create table docs as select * from read_csv('{file}', header = true)")
    return base


async def run(engine: Postgres, rows: int) -> None:
    rebuilt = await fill(engine, rows)
    with tempfile.TemporaryDirectory(prefix="enishi-documents-") as folder:
        base = await copied(engine, Path(folder))
    await db.DB.open(engine.dsn("enishi_web", DATABASE), size=2)
    sides = {"ours": ours, "scan": scanned, "duckdb": in_duckdb(base), "view": viewed}
    took: dict[str, dict[str, list[float]]] = {}
    chance = random.Random(20261123)
    for turn in range(TURNS + 1):
        for kind, wanted in asked(chance).items():
            counts = set()
            for name, side in sides.items():
                if name == "view" and turn > SLOW_TURNS:
                    continue
                begun = time.perf_counter()
                count, found = await side(wanted)
                seconds = time.perf_counter() - begun
                counts.add((count, tuple(found)))
                if turn:  # the first turn warms every side up
                    took.setdefault(kind, {}).setdefault(name, []).append(seconds)
            if len(counts) != 1:
                raise RuntimeError(f"the sides differ for {wanted}: {[(c, f[:2]) for c, f in counts]}")
    await db.DB.close()
    _report(rows, rebuilt, took)


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def _report(rows: int, rebuilt: float, took: dict[str, dict[str, list[float]]]) -> None:
    lines, figures = [], {"rows": rows, "index_filed_anew_s": rebuilt, "turns": TURNS}
    for kind, sides in took.items():
        each = {name: p95(seconds) for name, seconds in sides.items()}
        told = ", ".join(f"{name} {value:.1f}" for name, value in each.items())
        half = 1000 * statistics.median(sides["ours"])
        lines.append(
            (kind, f"p95 ms: {told}; ours / scan {each['ours'] / each['scan']:.2f}; our p50 {half:.1f}")
        )
        key = kind.replace(" + ", "_").replace(" ", "_")
        figures |= {f"{key}_p50_ms": half, f"{key}_to_scan": each["ours"] / each["scan"]}
        figures |= {
            f"{key}_to_duckdb": each["ours"] / each["duckdb"],
            f"{key}_to_view": each["ours"] / each["view"],
        }
        figures |= {f"{key}_p95_ms": each["ours"]}
    lines.append(("the index filed anew from the documents", f"{rebuilt:.1f} s"))
    report(f"finding documents among {rows:,}", lines, figures)


def main() -> None:
    """Fill, search in turns, and say how the sides compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000 if QUICK else 100_000)
    rows = parser.parse_args().rows
    with database() as engine:
        asyncio.run(run(engine, rows))


if __name__ == "__main__":
    main()
