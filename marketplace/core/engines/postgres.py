"""PostgreSQL 18 in the data directory, reached through a unix socket as superuser `postgres`, no password.

Nobody else can connect: the socket lies in a directory that is closed to other users. The roles of the
application come from the migrations.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote, urlencode

from marketplace.core.engines.binaries import postgres_programs
from marketplace.core.engines.engine import Engine, EngineError
from marketplace.core.engines.privileges import prefix, settle_owner

PORT = 5432  # names the socket; nothing listens on it
SUPERUSER = "postgres"
READY_LINE = 7  # of postmaster.pid, as pg_ctl reads it (PostgreSQL source, src/include/utils/pidfile.h)
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start_postgres(data_directory: Path, *, durable: bool = True) -> "Postgres":
    """Start the PostgreSQL of this data directory, making its cluster the first time; return when it answers.

    `durable=False` trades safety against power loss for speed, for tests.
    Raises `AlreadyRunning`, `EngineError`.
    """
    engine = Postgres(data_directory, durable=durable)
    engine.start()
    return engine


class Postgres(Engine):
    """A running PostgreSQL server."""

    name = "postgres"
    death_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    stop_steps = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))

    def dsn(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """Return a connection URL that asyncpg, libpq and psql understand."""
        place = urlencode({"host": str(self.sockets), "port": PORT})
        return f"postgresql://{quote(user)}@/{quote(database)}?{place}"

    def connection(self, user: str = SUPERUSER, database: str = "postgres") -> dict[str, str | int]:
        """Return the same as keyword arguments (asyncpg's `connect`, Piccolo's `config`)."""
        return {"host": str(self.sockets), "port": PORT, "user": user, "database": database}

    def prepare(self) -> None:
        """Make the cluster the first time; clear what a killed server left behind."""
        half_made = self.directory.with_suffix(".new")
        if half_made.exists():
            shutil.rmtree(half_made)  # a first start was interrupted
        if not self.directory.exists():
            half_made.mkdir(mode=0o700)
            settle_owner(half_made)
            self._make_cluster(half_made)
            half_made.rename(self.directory)
        for left in (self.directory / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            _drop_if_stale(left)

    def command(self) -> list[str | Path]:
        """Return the server's command line: one socket, no port."""
        settings = [
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            f"port={PORT}",
            "listen_addresses=",
            "timezone=UTC",
            # The programs of one house hold up to a hundred in the worst moment (two test workers 120).
            "max_connections=200",
            "log_line_prefix=%m [%p] %q%u@%d ",
            *(() if self.durable else FORGETFUL),
        ]
        return [
            *prefix(self.directory, "INT"),
            postgres_programs() / "postgres",
            "-D",
            self.directory,
            *(part for setting in settings for part in ("-c", setting)),
        ]

    def ready(self) -> bool:
        """Read the server's own word for it, as pg_ctl does."""
        try:
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > READY_LINE and int(lines[0]) == self.pid and lines[READY_LINE].strip() == "ready"

    def _make_cluster(self, directory: Path) -> None:
        made = subprocess.run(  # noqa: S603 - our own program and paths
            [
                *prefix(directory, "KILL"),
                postgres_programs() / "initdb",
                f"--pgdata={directory}",
                f"--username={SUPERUSER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                *(() if self.durable else ("--no-sync",)),
            ],
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
        if made.returncode != 0:
            shutil.rmtree(directory, ignore_errors=True)
            raise EngineError(f"initdb failed:\n{made.stderr.decode(errors='replace').strip()}")


def _drop_if_stale(lock_file: Path) -> None:
    """Remove a killed server's lock file whose number is by now another program's.

    After the restart of a container it often is, and the server would refuse to start. A number that is free,
    or a PostgreSQL's (one that somebody started by hand), is left to the server's own judgement.
    """
    try:
        number = int(lock_file.read_text().split("\n")[0])
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"postgres" not in command:
        lock_file.unlink()
