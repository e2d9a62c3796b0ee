"""A process killed just before it commits leaves nothing half done: no file, no bytes for anybody, no transfer told."""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

import pytest

from marketplace.core import db
from payouts import verify
from payouts.crash import TRANSFER_FILES
from payouts.zengin import files, results
from tests.factories import zengin

ROOT = Path(__file__).parents[3]
KILLED = 137


async def _killed(database: str, place: str, thing: str) -> bool:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("file_worker.py")), database, place, thing,
        env={**os.environ, **zengin.SETTINGS, "ENISHI_CRASH_AT": place, "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )  # fmt: skip
    return await asyncio.wait_for(process.wait(), 60) == KILLED


async def _counts() -> tuple[int, int, int]:
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select (select count(*) from transfer_file), (select count(*) from transfer_row where status <> 'waiting'),
                 (select count(*) from ledger_transfer where kind in ('submit', 'paid'))"""
        )
    return tuple(row)


@pytest.mark.parametrize("place", TRANSFER_FILES)
async def test_killed_before_the_commit_nothing_has_happened_and_it_can_be_done_again(
    place, rail, database_urls
):
    await zengin.owed(2)
    await zengin.fund_bank(100_000)
    thing = ""
    if place != "transfer_file.making":
        file = await zengin.made()
        async with db.transaction(operator=True):
            await files.check(file, **zengin.CHECKER)
        thing = str(file)
    if place == "transfer_result.applying":
        content = await zengin.download(file)
        await zengin.arrive(file)
        async with db.transaction(operator=True):
            thing = str(await results.take_file(file, "k.txt", content, **zengin.MAKER))
    before = await _counts()

    killed = await _killed(database_urls["worker"], place, thing)
    after = await _counts()
    if place == "transfer_file.making":
        file, content = await zengin.downloaded()
    elif place == "transfer_file.downloading":
        content = await zengin.download(file)
    if place != "transfer_result.applying":
        await zengin.arrive(file)
        await zengin.told(file, content)
    else:
        await zengin.applied(UUID(thing))

    assert killed
    assert after == before
    async with db.transaction(operator=True):
        assert [row["status"] for row in await db.fetch("select status from payout")] == ["paid"] * 2
    assert await verify.run() == []
