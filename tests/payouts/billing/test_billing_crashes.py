"""A worker killed at any named place of billing: one invoice, one payment, one credit note, to the yen."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import verify
from payouts.billing import credit_notes, invoices
from payouts.crash import BILLING
from tests.factories.billing import Success, row_of, succeed
from tests.payouts.conftest import Provider

ROOT = Path(__file__).parents[3]
KILLED = 137


async def _worker(provider: Provider, letters: list, database: str, folder: Path, crash_at: str) -> int:
    note = folder / "letters.json"
    note.write_text(
        json.dumps([[source, base64.b64encode(body).decode(), sign] for source, body, sign in letters])
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("billing_worker.py")),
        database,
        provider.server.url,
        str(note),
        env={**os.environ, "ENISHI_CRASH_AT": crash_at, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )
    return await asyncio.wait_for(process.wait(), 180)


async def _free() -> None:
    """End the dead worker's leases."""
    async with db.transaction(operator=True):
        await db.execute("update money_op set lease_until = null, next_run_at = business_now()")
        await db.execute("update outbox set lease_until = null, run_at = now() where done_at is null")


async def _finish(provider: Provider, letters: list, made: Success) -> None:
    """Do what a second worker does once the dead one's leases have ended; webhooks come again."""
    for _ in range(2):
        await _free()
        provider.letters.extend(letters)
        await invoices.finalise_all()
        await provider.drain()
        if (await row_of(made))["status"] == "paid":
            async with db.transaction(operator=True):
                await credit_notes.issue(
                    made.invoice, refund_bp=5000, bounty_back=yen(100_000), reason="left early"
                )


async def _customer() -> str:
    async with db.transaction(operator=True):
        return str(await db.fetchval("select customer from payer"))


@pytest.mark.parametrize("place", BILLING)
async def test_a_worker_killed_at_a_named_place_bills_and_credits_exactly_once(
    place, provider, database_urls, tmp_path
):
    made = await succeed()
    letters: list = []
    exits = [await _worker(provider, letters, database_urls["worker"], tmp_path, place)]
    await _finish(provider, letters, made)

    provider.control.deposit(await _customer(), 430_000)
    while not any(b"invoice.paid" in body for _, body, _ in letters):
        letters += provider.take_letters()
        await asyncio.sleep(0.05)
    if KILLED not in exits:
        exits.append(await _worker(provider, letters, database_urls["worker"], tmp_path, place))
    await _finish(provider, letters, made)

    assert KILLED in exits
    counts = provider.control.dump()["counts"]
    assert (counts["invoice"], counts["invoiceitem"], counts["credit_note"]) == (1, 2, 1)
    row = await row_of(made)
    assert (row["status"], row["number"], row["net_amount"]) == ("paid", 1, 423_550)
    async with db.transaction(operator=True):
        keys = [found["key"] for found in await db.fetch("select key from ledger_transfer order by id")]
        balance = await db.fetchval(
            "select balance from ledger_account where name = $1", f"company:{made.company}:balance"
        )
    assert keys == ["invoice:1", "invoice_paid:1", f"fund_bounty:{made.claim}", "credit_note:1"]
    assert balance == -265_000
    assert await verify.run() == []
