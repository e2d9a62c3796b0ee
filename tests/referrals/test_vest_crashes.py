"""A worker killed at any named place of a reward: it vests once, is given back once and is clawed back once."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from marketplace import verify
from marketplace.core import db
from marketplace.referrals import guarantee, vest_due
from payouts.crash import VESTING
from tests.factories import pipeline as make
from tests.referrals.test_vesting import company_has, owed, parts, put_money_in, succeeded, work

pytestmark = pytest.mark.usefixtures("database")

ROOT = Path(__file__).parents[2]
KILLED = 137


async def killed(database: str, folder: Path, place: str) -> bool:
    """Let a worker run into a named place; return whether it was killed there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("vest_worker.py")),
        database,
        env={**os.environ, "ENISHI_CRASH_AT": place, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )
    return await asyncio.wait_for(process.wait(), 180) == KILLED


async def second_worker() -> None:
    """Do what a second worker does once the dead one's leases have ended."""
    async with db.transaction(operator=True):
        await db.execute("update outbox set lease_until = null, run_at = now() where done_at is null")
    await work()
    await vest_due.sweep()


@pytest.mark.parametrize("place", VESTING)
async def test_a_worker_killed_at_a_named_place_moves_each_yen_of_a_reward_once(
    place, database_urls, tmp_path
):
    at = await make.scene("business")
    claim = await succeeded(at)
    await put_money_in(claim, at)
    deaths = [await killed(database_urls["worker"], tmp_path, place)]
    await second_worker()
    assert await parts(claim) == [(30_000, "vested", ""), (30_000, "unvested", "")]
    assert await owed(at) == 30_000

    await guarantee.fail(claim, await make.today(), "customer_left", "契約が終わりました。", by=at.recruiter)
    if not any(deaths):
        deaths.append(await killed(database_urls["worker"], tmp_path, place))
    await second_worker()

    assert any(deaths)
    assert await parts(claim) == [(30_000, "clawed_back", ""), (30_000, "failed", "")]
    kinds = [
        row["key"].partition(":")[0] for row in await make.rows("select key from ledger_transfer order by id")
    ]
    assert sorted(kinds) == [
        "clawback",
        "credit_note",
        "fund_bounty",
        "invoice",
        "invoice_paid",
        "topup",
        "vest",
    ]
    assert (await company_has(at), await owed(at)) == (88_000 + 30_000, 30_000)
    for kind in ("reward.vested", "reward.clawed_back"):
        assert len(await make.told(at.referrer.person, kind)) == 1
    assert [
        verdict for verdict in await verify.check() if verdict.broken and "provider" not in verdict.rule
    ] == []
