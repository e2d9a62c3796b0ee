"""Valkey in the data directory, on a unix socket, with its append-only file on."""

import signal
import socket
from pathlib import Path

from marketplace.core.engines.binaries import valkey_program
from marketplace.core.engines.engine import Engine


def start_valkey(data_directory: Path) -> "Valkey":
    """Start the Valkey of this data directory and return when it answers.

    Raises `AlreadyRunning`, `EngineError`.
    """
    engine = Valkey(data_directory)
    engine.start()
    return engine


class Valkey(Engine):
    """A running Valkey server."""

    name = "valkey"
    death_signal = signal.SIGTERM
    stop_steps = ((signal.SIGTERM, 10.0),)

    @property
    def socket(self) -> Path:
        """The server's unix socket."""
        return self.sockets / "valkey"

    def url(self, database: int = 0) -> str:
        """Return the address that redis-py and RQ understand."""
        return f"unix://{self.socket}?db={database}"

    def prepare(self) -> None:
        """Make the directory; drop the socket of a killed server, which would only refuse connections."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        """Return the server's command line. It never evicts: it holds jobs and limits, not a cache."""
        settings: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.directory,
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [valkey_program(), *(part for key, value in settings.items() for part in (f"--{key}", value))]

    def ready(self) -> bool:
        """Ask it: while it reads its file it answers LOADING, not PONG."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False
