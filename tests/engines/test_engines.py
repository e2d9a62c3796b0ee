"""PostgreSQL and Valkey from wheels: they start anywhere, keep what they hold, and never outlive us."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import redis

from marketplace.core.engines import (
    AlreadyRunning,
    Engine,
    EngineError,
    Postgres,
    start_postgres,
    start_valkey,
)

OWNER = """
import sys, time, pathlib
from marketplace.core.engines import start_postgres, start_valkey
place = pathlib.Path(sys.argv[1])
postgres, valkey = start_postgres(place), start_valkey(place)
print(postgres.pid, valkey.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def sql(engine: Postgres, statement: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(engine.dsn())
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """Another process that runs both engines on `tmp_path`."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, tmp_path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        postgres, valkey = map(int, process.stdout.readline().split())
        yield process, postgres, valkey
        process.kill()


def test_rows_and_keys_survive_a_restart(tmp_path: Path, stack: ExitStack) -> None:
    postgres, valkey = start_postgres(tmp_path), start_valkey(tmp_path)
    stack.callback(postgres.stop)
    stack.callback(valkey.stop)
    sql(postgres, "create table kept as select '縁' as word")
    redis.Redis.from_url(valkey.url()).set("word", "縁")

    for engine in (postgres, valkey):
        engine.stop()
        engine.start()

    assert sql(postgres, "select word from kept") == "縁"
    assert redis.Redis.from_url(valkey.url()).get("word") == "縁".encode()


def test_the_cluster_is_postgresql_18_with_builtin_utf8_and_no_open_port(
    tmp_path: Path, stack: ExitStack
) -> None:
    postgres = start_postgres(tmp_path, durable=False)
    stack.callback(postgres.stop)

    locale = sql(
        postgres, "select datlocprovider::text || datlocale from pg_database where datname = 'template1'"
    )

    assert locale == "bC.UTF-8"
    assert sql(postgres, "show server_version").startswith("18.")
    assert sql(postgres, "show listen_addresses") == ""
    assert sql(postgres, "show fsync") == "off"
    assert postgres.directory.stat().st_mode & 0o777 == 0o700
    assert postgres.sockets.stat().st_mode & 0o777 == 0o700


def test_a_second_start_on_one_data_directory_is_refused_with_the_owners_number(
    tmp_path: Path, owner: tuple[subprocess.Popen[str], int, int]
) -> None:
    process, _, _ = owner

    for start in (start_postgres, start_valkey):
        with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
            start(tmp_path)


def test_killing_the_owner_ends_both_engines_and_the_next_start_finds_the_data(
    tmp_path: Path, owner: tuple[subprocess.Popen[str], int, int], stack: ExitStack
) -> None:
    process, postgres_pid, valkey_pid = owner

    process.kill()
    process.wait()
    postgres, valkey = start_postgres(tmp_path), start_valkey(tmp_path)
    stack.callback(postgres.stop)
    stack.callback(valkey.stop)

    assert sql(postgres, "select 1") == 1
    assert redis.Redis.from_url(valkey.url()).ping()
    assert not running(postgres_pid)
    assert not running(valkey_pid)


@pytest.mark.parametrize("start", [start_postgres, start_valkey])
def test_a_killed_engine_starts_again_on_its_directory(
    tmp_path: Path, stack: ExitStack, start: Callable[[Path], Engine]
) -> None:
    engine = start(tmp_path)
    stack.callback(engine.stop)
    first = engine.pid

    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: engine.exit_code() == -signal.SIGKILL)
    engine.start()

    assert engine.pid != first
    assert engine.exit_code() is None


def test_what_was_committed_before_kill_9_is_there_after_it(tmp_path: Path, stack: ExitStack) -> None:
    postgres = start_postgres(tmp_path)
    stack.callback(postgres.stop)
    sql(postgres, "create table kept as select 7 as number")

    os.kill(postgres.pid, signal.SIGKILL)
    assert eventually(lambda: postgres.exit_code() is not None)
    postgres.start()

    assert sql(postgres, "select number from kept") == 7


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path, stack: ExitStack) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")

    postgres = start_postgres(tmp_path, durable=False)
    stack.callback(postgres.stop)

    assert sql(postgres, "select 1") == 1


def test_a_lock_file_with_another_programs_number_does_not_stop_the_start(
    tmp_path: Path, stack: ExitStack
) -> None:
    postgres = start_postgres(tmp_path, durable=False)
    stack.callback(postgres.stop)
    postgres.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        stack.callback(stranger.kill)
        (postgres.directory / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.directory}\n")

        postgres.start()

        assert sql(postgres, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_an_engine_that_cannot_start_says_why_and_frees_its_directory(
    tmp_path: Path, stack: ExitStack
) -> None:
    postgres = start_postgres(tmp_path, durable=False)
    stack.callback(postgres.stop)
    postgres.stop()
    version = postgres.directory / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(EngineError, match="incompatible with server"):
        start_postgres(tmp_path)
    version.write_text("18\n")
    postgres.start()

    assert sql(postgres, "select 1") == 1


def test_programs_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENISHI_PG_BIN", str(tmp_path))
    monkeypatch.setenv("ENISHI_VALKEY_BIN", str(tmp_path / "valkey-server"))

    with pytest.raises(EngineError, match="ENISHI_PG_BIN"):
        start_postgres(tmp_path / "data")
    with pytest.raises(EngineError, match="ENISHI_VALKEY_BIN"):
        start_valkey(tmp_path / "data")
