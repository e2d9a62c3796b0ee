"""Whose an engine is: its user, its directories, its end with the house."""

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
    EngineError,
    Postgres,
    privileges,
    start_postgres,
    start_valkey,
)
from marketplace.core.engines.reset import reset

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


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_without_namespaces_runs_postgres_as_nobody_even_in_a_closed_home(
    tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "AS_USER_1000", ("false",))  # as on a machine that forbids them
    home = tmp_path / "home"
    home.mkdir(mode=0o700)

    postgres = start_postgres(home / "data")
    stack.callback(postgres.stop)
    postgres.stop()
    postgres.start()

    assert sql(postgres, "select 1") == 1
    assert Path(f"/proc/{postgres.pid}").stat().st_uid == privileges.NOBODY
    assert postgres.directory.stat().st_uid == privileges.NOBODY


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_nobodys_postgres_too_dies_with_its_owner(tmp_path: Path) -> None:
    script = OWNER.replace(
        "place =",
        "from marketplace.core.engines import privileges as p\np.AS_USER_1000 = ('false',)\nplace =",
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        postgres, valkey = map(int, process.stdout.readline().split())

        process.kill()

    assert eventually(lambda: not running(postgres) and not running(valkey))


def test_a_socket_directory_that_others_can_open_is_refused(tmp_path: Path, stack: ExitStack) -> None:
    valkey = start_valkey(tmp_path)
    stack.callback(valkey.stop)
    valkey.stop()
    valkey.sockets.mkdir(mode=0o700)
    valkey.sockets.chmod(0o777)

    with pytest.raises(EngineError, match="was not made by this user alone"):
        valkey.start()
    valkey.sockets.rmdir()


def test_a_temporary_directory_with_a_long_name_is_no_obstacle(
    tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))

    valkey = start_valkey(tmp_path)
    stack.callback(valkey.stop)

    assert redis.Redis.from_url(valkey.url()).ping()


def test_a_reset_stops_the_house_and_removes_its_directory_but_no_other(
    tmp_path: Path, owner: tuple[subprocess.Popen[str], int, int]
) -> None:
    process, postgres_pid, _ = owner
    foreign = tmp_path.parent / "foreign"
    foreign.mkdir()

    said = reset(tmp_path)
    with pytest.raises(SystemExit, match="was not made by Enishi"):
        reset(foreign)

    assert said == f"Removed {tmp_path}."
    assert not tmp_path.exists()
    assert foreign.exists()
    assert process.wait(10) == -signal.SIGTERM
    assert eventually(lambda: not running(postgres_pid))


def test_importing_the_engines_loads_nothing_heavy() -> None:
    heavy = {"asyncio", "asyncpg", "redis", "piccolo"}
    script = f"import sys, marketplace.core.engines; print(*{heavy} & set(sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert loaded == []
