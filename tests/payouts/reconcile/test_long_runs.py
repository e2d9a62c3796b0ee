"""A long run is kept page by page: stopped, killed or run twice at once, it loses nothing and repeats nothing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from marketplace.core import db, outbox
from marketplace.core.errors import Conflict, Unavailable
from payouts import gateway
from payouts.gateway import stripe_gateway
from payouts.reconcile import jobs, runs
from tests.payouts.reconcile.conftest import World, breaks, reconcile


async def _start() -> UUID:
    async with db.transaction(operator=True):
        return await runs.start()


async def _run(number: UUID) -> dict[str, Any]:
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from reconcile_run where id = $1", number))


async def _count(what: str) -> int:
    async with db.transaction(operator=True):
        return int(await db.fetchval(f"select count(*) from {what}"))


def _many(world: World, count: int) -> None:
    """Let the provider list fees of one yen each, more than fit on a page."""
    like = world.listed("payment")[0]
    with world.store.lock:
        for _ in range(count):
            world.invent(like, type="stripe_fee", reporting_category="fee", amount=-1, fee=0, source=None)


async def _finish(number: UUID) -> dict[str, Any]:
    while await runs.step(number):
        pass
    return await _run(number)


async def test_pages_are_read_one_by_one_and_each_is_kept_with_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    _many(world, 90)
    number = await _start()

    await runs.step(number)
    first, kept = await _run(number), await _count("balance_transaction")
    await runs.step(number)
    second = await _run(number)
    done = await _finish(number)

    assert (first["page_count"], first["seen_count"], kept) == (1, 20, 20)
    assert (second["page_count"], second["seen_count"]) == (2, 40)
    assert done["status"] == "done"
    assert done["new_count"] == done["seen_count"] == await _count("balance_transaction") == 95


async def test_a_run_that_is_stopped_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    _many(world, 50)
    number = await _start()
    await runs.step(number)
    async with db.transaction(operator=True):
        await runs.stop(number)
    stood = await runs.step(number)
    async with db.transaction(operator=True):
        await runs.resume(number)

    done = await _finish(number)

    assert stood is False
    assert done["seen_count"] == done["new_count"] == 55


async def test_a_worker_that_dies_after_reading_a_page_repeats_it_and_counts_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    _many(world, 50)
    number = await _start()
    real = runs.pull.keep
    died = []

    async def dies(account: str, items: Any) -> int:
        new = await real(account, items)
        if not died:
            died.append(account)
            raise ConnectionError("killed before the commit")
        return new

    monkeypatch.setattr(runs.pull, "keep", dies)
    with pytest.raises(ConnectionError):
        await runs.step(number)
    nothing = await _count("balance_transaction")
    done = await _finish(number)

    assert nothing == 0
    assert done["seen_count"] == done["new_count"] == await _count("balance_transaction") == 55


async def test_two_workers_on_one_run_do_each_step_once(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stripe_gateway, "_LISTED", 20)
    _many(world, 50)
    number = await _start()

    await asyncio.gather(_finish(number), _finish(number))

    done = await _run(number)
    assert done["seen_count"] == await _count("balance_transaction") == 55
    assert done["matched_count"] == await _count("balance_match")
    assert done["opened_count"] == len(await breaks())


async def test_the_next_run_reads_the_last_three_days_again_and_finds_nothing_new(world: World):
    await reconcile()

    again = await reconcile()

    assert again["new_count"] == again["matched_count"] == again["opened_count"] == 0


async def test_one_run_at_a_time(world: World):
    await _start()

    with pytest.raises(Conflict):
        await _start()


async def test_the_day_s_run_begins_by_itself_once_and_its_job_does_the_work(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "HOUR", 0)

    begun = [await runs.start_due() for _ in range(3)]
    while await outbox.work_one("work"):
        pass
    again = await runs.start_due()

    assert (begun, again) == ([True, False, False], False)
    assert await _count("reconcile_run where status = 'done'") == 1


async def test_a_provider_that_does_not_answer_is_shown_and_the_run_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    number = await _start()
    world.provider.server.stop()

    with pytest.raises(Unavailable):
        await jobs.work(outbox.Job(number, runs.JOB, {}, 1, 1), run=str(number))

    stands = await _run(number)
    assert stands["status"] == "running"
    assert stands["last_error"]
    gateway.forget()
