"""Real parts that break: a mail catcher in its own process, a Valkey that is stopped, workers that are killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from marketplace import schedule
from marketplace.core import db
from marketplace.core.settings import settings
from marketplace.notifications.actions import notify
from tests.factories.companies import signed_in
from tests.notifications.test_catcher import catching

assert schedule.SWEEPS  # its imports register the jobs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def catcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run a mail catcher that our mails go to; its directory."""
    directory = tmp_path / "mail"
    with catching(directory) as port:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.cache_clear()
        yield directory
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def reader() -> UUID:
    """Return a person who gets mail."""
    found = await signed_in("hanako@example.jp")
    return found.person


async def tell(person: UUID) -> UUID:
    """Tell a person something; return the job of the mail."""
    async with db.transaction(operator=True):
        await notify("money.bank_refused", person=person, path="/me/payout", amount="1")
        return await db.fetchval("select id from outbox where kind = 'mail.notice' order by id desc limit 1")


async def job(number: UUID) -> dict:
    """Return a job's row."""
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from outbox where id = $1", number))


async def now_due() -> None:
    """Let the time pass after which failed jobs are tried again and leases have ended."""
    async with db.transaction(operator=True):
        await db.execute(
            """update outbox set run_at = now(), lease_until = case when lease_until is null then null else now() end
               where done_at is null"""
        )
    await asyncio.sleep(0.01)  # a lease counts until its very moment


async def until(question: Callable[[], Awaitable[bool]]) -> None:
    """Wait for another process; fails after a minute."""
    async with asyncio.timeout(60):
        while not await question():  # noqa: ASYNC110 - the other side is another process
            await asyncio.sleep(0.05)


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
async def worker(database_urls: dict[str, str], tmp_path: Path) -> AsyncIterator[Start]:
    """Start workers as processes of their own, killed at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(redis_url: str, smtp_url: str) -> subprocess.Popen[bytes]:
        given = {
            "WORKER_DATABASE_URL": database_urls["worker"], "REDIS_URL": redis_url, "SMTP_URL": smtp_url,
            "ENISHI_ENV": "test", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "web.cli", "worker"]
        started.append(subprocess.Popen(command, env={**os.environ, **given}, cwd=tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)
