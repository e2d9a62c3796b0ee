"""A worker killed at any named place: afterwards each effect has happened exactly once."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from marketplace.core import db
from payouts import chart, events, journal, planning, verify
from payouts.crash import NAMES
from tests.factories.payouts import earn, fund_platform, onboard
from tests.payouts.conftest import Provider

ROOT = Path(__file__).parents[2]
KILLED = 137


async def _worker(provider: Provider, letters: list, database: str, folder: Path, crash_at: str) -> int:
    note = folder / "letters.json"
    note.write_text(
        json.dumps([[source, base64.b64encode(body).decode(), sign] for source, body, sign in letters])
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("crash_worker.py")),
        database,
        provider.server.url,
        str(note),
        env={**os.environ, "ENISHI_CRASH_AT": crash_at, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )
    return await asyncio.wait_for(process.wait(), 60)


async def _recover(provider: Provider, letters: list) -> None:
    """Do what a second worker does once the dead one's leases have ended; webhooks come again."""
    async with db.transaction(operator=True):
        await db.execute("update money_op set lease_until = null, next_run_at = business_now()")
        await db.execute("update outbox set lease_until = null, run_at = now() where done_at is null")
    provider.letters.extend(letters)
    await planning.pay()
    await provider.drain()


@pytest.mark.parametrize("place", NAMES)
async def test_a_worker_killed_at_a_named_place_pays_each_of_a_batch_exactly_once(
    place, provider, database_urls, tmp_path
):
    company, people = str(uuid4()), [await onboard(provider.control) for _ in range(2)]
    await fund_platform(provider.control, company, 300_000)  # enough for more transfers by mistake
    for person in people:
        await earn(person, company)
    exits = []

    for days in (1, 2, 6):
        await asyncio.sleep(0.3)
        letters = provider.take_letters()
        if KILLED not in exits:
            exits.append(await _worker(provider, letters, database_urls["worker"], tmp_path, place))
        await _recover(provider, letters)
        await provider.advance(days=days, minutes=1)
    await provider.drain()
    await events.watch_payouts()

    assert KILLED in exits
    async with db.transaction(operator=True):
        rows = await db.fetch("select status, attempt from payout")
        assert [tuple(row) for row in rows] == [("paid", 1)] * 2
        for person in people:
            assert (await journal.balance(chart.stripe_connected(person))).amount == 0
    assert await verify.run() == []
    assert [thing["amount"] for thing in provider.made("transfers")] == [49_895] * 2
    assert [thing["amount"] for thing in provider.made("payouts")] == [49_895] * 2
