"""One real PostgreSQL per run, one database per worker, emptied before each test that uses it."""

import fcntl
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from marketplace.core import db, doorbell
from marketplace.core.engines import start_postgres
from marketplace.core.migrations import migrate
from marketplace.core.settings import settings

TEMPLATE = "enishi_template"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Path]:
    """Start PostgreSQL once for all workers; the first one starts it, the last one to leave stops it."""
    shared = (
        tmp_path_factory.getbasetemp().parent if worker_id != "master" else tmp_path_factory.getbasetemp()
    )
    engine = None
    with (shared / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = shared / "server.json"
        if not note.exists():
            engine = start_postgres(shared / "engine", durable=False)
            note.write_text(json.dumps({"dsn": engine.dsn("postgres", "{database}")}))
    users = shared / "users"
    users.mkdir(exist_ok=True)
    (users / worker_id).touch()
    yield note
    (users / worker_id).unlink()
    if engine is not None:
        _wait_until_empty(users)
        engine.stop()


def _wait_until_empty(folder: Path) -> None:
    import time

    ends = time.monotonic() + 600
    while any(folder.iterdir()) and time.monotonic() < ends:
        time.sleep(0.05)


@pytest.fixture(scope="session")
async def database_urls(server: Path, worker_id: str) -> dict[str, str]:
    """Make this worker's database from the migrated template; return urls by role: owner, web, worker."""
    pattern: str = json.loads(server.read_text())["dsn"]

    def url(user: str, name: str) -> str:
        return (
            pattern.replace("//postgres@", f"//{user}@")
            .replace("%7Bdatabase%7D", name)
            .replace("{database}", name)
        )

    with (server.parent / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (server.parent / "template.done").exists():
            await migrate(url("postgres", TEMPLATE))
            (server.parent / "template.done").touch()
        name = f"enishi_{worker_id}_{os.getpid()}"
        admin = await asyncpg.connect(url("postgres", "postgres"))
        await admin.execute(f'create database "{name}" template {TEMPLATE}')
        await admin.close()
    return {
        "owner": url("postgres", name),
        "web": url("enishi_web", name),
        "worker": url("enishi_worker", name),
    }


@pytest.fixture(scope="session")
async def owner(database_urls: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection: for emptying tables and for looking behind row-level security."""
    connection = await asyncpg.connect(database_urls["owner"])
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def _pool(database_urls: dict[str, str]) -> AsyncIterator[None]:
    doorbell.use("")
    await db.DB.open(database_urls["worker"], size=60)
    yield
    await db.DB.close()


KEPT = {"migration", "business_clock", "kill_switch"}


@pytest.fixture
async def database(_pool: None, owner: asyncpg.Connection) -> None:
    """An empty, migrated database behind `marketplace.core.db`, as the worker's role, row-level security on."""
    await empty(owner)


async def empty(owner: asyncpg.Connection) -> None:
    """Delete what every table holds and set the business clock back."""
    tables = [
        r["tablename"]
        for r in await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    ]
    wipe = "".join(f'delete from "{name}";' for name in tables if name not in KEPT)
    await owner.execute(
        f"set session_replication_role = replica; {wipe} set session_replication_role = origin;"
        "update business_clock set offset_seconds = 0;"
        "update kill_switch set stopped_at = null, stopped_by = '', stopped_ref = '', reason = '';"
    )


@pytest.fixture
def seal_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the demo identity be made in a folder of the tests."""
    folder = tmp_path_factory.getbasetemp() / "enishi-data"
    monkeypatch.setattr(settings(), "__dict__", {**settings().__dict__, "data": folder})
