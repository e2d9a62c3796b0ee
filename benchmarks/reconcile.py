"""Matching balance transactions against postings: our statements in PostgreSQL, and the same join in DuckDB over CSV.

Both sides answer from the same rows, in turns on the same machine: first the join alone, then with its result kept
(PostgreSQL: inserted under two unique keys, durable, as role enishi_worker with row-level security on; DuckDB: written
as CSV). Aim: PostgreSQL no slower. `--rows N` sets the number of transactions (default 1,000,000).
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import duckdb
from _house import DATABASE, QUICK, database, report

from marketplace.core.engines import Postgres
from payouts.reconcile.matching import IN_OUR_ORDER, STEPS, WORK_MEMORY, single, statement
from payouts.reconcile.rules import RULES

ROUNDS = {False: 1 if QUICK else 2, True: 1}
"""Turns for the join alone and with its result kept: filling takes longest, and all of it stays within minutes."""
PEOPLE = 2_000
TABLES = {
    "balance_transaction": "id, account, kind, category, source, origin, amount, fee_amount, net_amount, currency, made_at",
    "ledger_transfer": "id, key, kind, currency, happened_at",
    "ledger_entry": "transfer_id, account_id, amount",
    "ledger_account": "id, name, purpose",
    "provider_account": "account, ledger_account",
    "money_op": "kind, provider_id, business_key",
    "invoice": "balance_transaction, number",
    "balance_match": "transaction_id, part, transfer_id, account_id",
}

# A month of a large platform: payments in, transfers out and their arrival, payouts; one in a thousand has no posting.
_FILL = """
set session_replication_role = replica;
insert into ledger_account (name, kind, purpose, sign) values ('stripe:platform', 'asset', 'stripe_platform', 'free');
insert into ledger_account (name, kind, purpose, owner, sign)
select 'stripe:connected:p' || i, 'asset', 'stripe_connected', 'person:p' || i, 'free' from generate_series(1, {people}) i;
insert into provider_account (account, owner, ledger_name, ledger_account)
select case when a.name = 'stripe:platform' then '' else 'acct_' || split_part(a.name, ':', 3) end, a.owner, a.name, a.id
from ledger_account a;
create temp table step as
select i, case when i % 20 < 7 then 'topup' when i % 20 < 12 then 'transfer' when i % 20 < 15 then 'paid' else 'none' end as what,
  -- As the ledger makes them: in the order of time.
  uuidv7(timestamptz '2026-11-01' + i * interval '2 seconds' - now()) as id, md5('k' || i) as ref, 100 + i % 90000 as yen, 1 + i % {people} as person,
  timestamptz '2026-11-01' + i * interval '2 seconds' as at
from generate_series(1, {rows}) i;
delete from step where what = 'none';
analyze step, ledger_account;
insert into ledger_transfer (id, key, kind, happened_at)
select id, what || ':' || case when what = 'topup' then 'txn_in' || ref else ref || ':1' end, what, at from step where i % 1000 <> 7;
insert into ledger_entry (transfer_id, account_id, owner, amount, account_version, balance_after)
select s.id, a.id, '', case when what = 'topup' then yen else -yen end, i, i
from step s join ledger_account a on a.name = case when what = 'paid' then 'stripe:connected:p' || person else 'stripe:platform' end
where i % 1000 <> 7
union all
select s.id, a.id, a.owner, yen, i, i from step s join ledger_account a on a.name = 'stripe:connected:p' || person
where what = 'transfer' and i % 1000 <> 7;
insert into money_op (kind, business_key, reference, owner, params, request_hash, state, provider_id)
select case when what = 'paid' then 'payout' else 'transfer' end, ref || ':1', 'payout:' || ref, 'person:p' || person, '{{}}', '', 'succeeded',
  case when what = 'paid' then 'po_' else 'tr_' end || ref
from step where what in ('transfer', 'paid');
insert into balance_transaction (id, account, kind, source, origin, amount, fee_amount, net_amount, currency, status, made_at, available_at)
select 'txn_in' || ref, '', 'payment', 'py_' || ref, '', yen + 20, 20, yen, 'JPY', 'available', at, at from step where what = 'topup'
union all
select 'txn_tr' || ref, '', 'transfer', 'tr_' || ref, '', -yen, 0, -yen, 'JPY', 'available', at, at from step where what = 'transfer'
union all
select 'txn_ar' || ref, 'acct_p' || person, 'payment', 'py_' || ref, 'tr_' || ref, yen, 0, yen, 'JPY', 'available', at, at
from step where what = 'transfer'
union all
select 'txn_po' || ref, 'acct_p' || person, 'payout', 'po_' || ref, '', -yen, 0, -yen, 'JPY', 'available', at, at from step where what = 'paid';
set session_replication_role = origin;
"""
# Of 20 steps 7 + 5 × 2 + 3 = 20 transactions come: as many transactions as steps.


async def fill(engine: Postgres, rows: int) -> int:
    """Make the rows; return how many transactions there are."""
    owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    await owner.execute(_FILL.format(rows=rows, people=PEOPLE), timeout=600)
    await owner.execute("analyze", timeout=600)
    found: int = await owner.fetchval("select count(*) from balance_transaction")
    await owner.close()
    return found


async def export(engine: Postgres, folder: Path) -> None:
    """Write the same rows as CSV."""
    owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    for table, columns in TABLES.items():
        query = f"select {columns} from {table}"
        await owner.copy_from_query(
            query, output=folder / f"{table}.csv", format="csv", header=True, timeout=600
        )
    await owner.close()


def joined(sql: str) -> str:
    """Return the select of a statement, without the insert around it and the order within."""
    body = sql[sql.index("\nselect") : sql.index("\norder by")]
    return body.replace("$1", "timestamptz '2026-01-01'").replace("$2::text[]", "array['']")


def in_duckdb(sql: str) -> str:
    """Return a select as DuckDB reads it; the words are the same."""
    sql = re.sub(r"not exists \(select from", "not exists (select 1 from", sql)
    return sql.replace("t.id = any(array[''])", "t.id in ('')")


async def by_postgres(engine: Postgres, *, keep: bool) -> tuple[float, int]:
    """Match as the worker's role; return the seconds and how many were matched. What is kept is taken away again."""
    worker = await asyncpg.connect(engine.dsn("enishi_worker", DATABASE))
    begun = time.perf_counter()
    async with worker.transaction():
        await worker.execute("select set_config('app.operator', 'on', true)")
        await worker.execute(IN_OUR_ORDER, WORK_MEMORY)
        matched = 0
        for step in STEPS:
            sql = statement(step)
            if keep:
                since = await worker.fetchval("select timestamptz '2026-01-01'")
                matched += int((await worker.execute(sql, since, [], timeout=600)).split()[-1])
            else:
                matched += await worker.fetchval(f"select count(*) from ({joined(sql)}) x", timeout=600)
    seconds = time.perf_counter() - begun
    await worker.close()
    if keep:
        owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
        await owner.execute("truncate balance_match")
        await owner.close()
    return seconds, matched


async def by_duckdb(folder: Path, statements: Sequence[str], *, keep: bool) -> tuple[float, int]:
    """Match from the CSV files, read anew each time; return the seconds and how many were matched."""
    begun = time.perf_counter()
    base = duckdb.connect()
    base.execute("set threads = 2")
    for table in TABLES:
        source = f"read_csv('{folder}/{table}.csv', header = true, allow_quoted_nulls = false)"
        base.execute(f"create table {table} as select * from {source}")
    whole = " union all ".join(in_duckdb(joined(sql)) for sql in statements)
    if keep:
        base.execute(f"copy ({whole}) to '{folder}/matches.csv' (header)")
        matched = base.execute(f"select count(*) from read_csv('{folder}/matches.csv')").fetchone()
    else:
        matched = base.execute(f"select count(*) from ({whole})").fetchone()
    seconds = time.perf_counter() - begun
    base.close()
    assert matched
    return seconds, int(matched[0])


def in_turns(engine: Postgres, folder: Path, *, keep: bool) -> tuple[float, float, int]:
    """Return the median seconds of both, taken in turns, and how many were matched. All must find the same.

    DuckDB may take our statements or one for each rule: what suits it better counts.
    """
    sides: dict[str, list[float]] = {"postgres": [], "duckdb": [], "duckdb by rule": []}
    counts = set()
    for _ in range(ROUNDS[keep]):
        for name, run in (
            ("postgres", by_postgres(engine, keep=keep)),
            ("duckdb", by_duckdb(folder, [statement(step) for step in STEPS], keep=keep)),
            ("duckdb by rule", by_duckdb(folder, [single(rule) for rule in RULES], keep=keep)),
        ):
            seconds, matched = asyncio.run(run)
            sides[name].append(seconds)
            counts.add(matched)
    assert len(counts) == 1, counts
    rival = min(statistics.median(sides["duckdb"]), statistics.median(sides["duckdb by rule"]))
    return statistics.median(sides["postgres"]), rival, counts.pop()


def main() -> None:
    """Fill, match in turns, and say how the two compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000 if QUICK else 1_000_000)
    rows = parser.parse_args().rows
    with database() as engine, tempfile.TemporaryDirectory(prefix="enishi-csv-") as name:
        folder = Path(name)
        transactions = asyncio.run(fill(engine, rows))
        asyncio.run(export(engine, folder))
        join = in_turns(engine, folder, keep=False)
        kept = in_turns(engine, folder, keep=True)
    figures = {
        "rows": transactions,
        "matched": kept[2],
        "join_postgres_s": join[0],
        "join_duckdb_csv_s": join[1],
        "join_ratio": join[0] / join[1],
        "kept_postgres_s": kept[0],
        "kept_duckdb_csv_s": kept[1],
        "kept_ratio": kept[0] / kept[1],
    }
    report(
        "matching balance transactions against postings",
        [
            ("transactions, matched", f"{transactions:,}, {kept[2]:,}"),
            (
                "the join: PostgreSQL / DuckDB over CSV",
                f"{join[0]:.2f} s / {join[1]:.2f} s = {figures['join_ratio']:.2f}",
            ),
            ("join and keep the result", f"{kept[0]:.2f} s / {kept[1]:.2f} s = {figures['kept_ratio']:.2f}"),
        ],
        figures,
    )


if __name__ == "__main__":
    main()
