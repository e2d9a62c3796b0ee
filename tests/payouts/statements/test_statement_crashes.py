"""A worker killed in the middle of a month's statements: the next one goes on, every payee has one, no number is missing."""

import asyncio
import os
import sys
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts.billing import invariants as billing_invariants
from payouts.crash import STATEMENTS
from payouts.statements import invariants, making, months, queries, runs
from payouts.statements.runs import Run
from tests.factories.payouts import earn, prepay
from tests.factories.statements import go_to, know

pytestmark = pytest.mark.usefixtures("database")
ROOT = Path(__file__).parents[3]
KILLED = 137
PEOPLE = 7
"""Three batches of three."""


async def _month(month: date) -> str:
    """Let seven people's work be approved and the month end."""
    company = str(uuid4())
    await prepay(company, yen(1_000_000))
    for _ in range(PEOPLE):
        await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    return company


async def _begun(company: str, month: date, kind: str) -> Run:
    async with db.transaction(operator=True):
        return await runs.begin(company, month, kind, total=PEOPLE, asked_by="member:1")


async def _worker(database: str, run: UUID, kind: str, *, crash_at: str = "") -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("statement_worker.py")),
        database,
        str(run),
        kind,
        env={**os.environ, "ENISHI_CRASH_AT": crash_at, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
    )
    return await asyncio.wait_for(process.wait(), 120)


async def _broken() -> list[str]:
    async with db.transaction(operator=True):
        rules = {**invariants.RULES, **billing_invariants.RULES}
        return [name for name, sql in rules.items() if await db.fetch(sql)]


async def _done(run: Run) -> tuple[str, int]:
    async with db.transaction(operator=True):
        row = await db.fetchrow("select status, done_count from statement_run where id = $1", run.id)
    assert row is not None
    return row["status"], row["done_count"]


@pytest.mark.parametrize("place", STATEMENTS)
async def test_a_worker_killed_at_a_named_place_is_followed_by_one_that_ends_the_month(
    place: str, month: date, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "BATCH", 3)
    company, database = await _month(month), database_urls["worker"]
    make = await _begun(company, month, "make")
    await making.make_batch(make.id, know=know)
    exits = [
        await _worker(database, make.id, "make", crash_at=place),
        await _worker(database, make.id, "make"),
    ]
    send = await _begun(company, month, "send")
    for kind in ("send", "print") if place.startswith("papers") else ("send",):
        exits += [
            await _worker(database, send.id, kind, crash_at=place),
            await _worker(database, send.id, kind),
        ]

    async with db.transaction(operator=True):
        rows, _ = await queries.of_month(company, month, whole=True)
        tie = await queries.tie(company, month)
        papers = await db.fetchval("select count(*) from billing_document")
    assert exits.count(KILLED) == 1
    assert [row["number"] for row in rows] == list(range(1, PEOPLE + 1))
    assert len({row["owner"] for row in rows}) == PEOPLE
    assert {row["status"] for row in rows} == {"sent"}
    assert (tie.holds, tie.items) == (True, PEOPLE)
    assert papers == (PEOPLE * 2 if place.startswith("papers") else 0)
    assert [await _done(make), await _done(send)] == [("done", PEOPLE)] * 2
    assert await _broken() == []
