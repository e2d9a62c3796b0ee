"""The engines that run beside us: PostgreSQL 18 and Valkey from wheels, on unix sockets only.

Nothing is installed into the system, nothing listens on a port, everything lives in the data directory. With
`DATABASE_URL` or `REDIS_URL` set, that engine is somebody else's and is not started.
"""

from collections.abc import Mapping
from pathlib import Path

from marketplace.core.engines.engine import AlreadyRunning, Engine, EngineError
from marketplace.core.engines.postgres import Postgres, start_postgres
from marketplace.core.engines.valkey import Valkey, start_valkey

__all__ = [
    "AlreadyRunning",
    "Engine",
    "EngineError",
    "Postgres",
    "Valkey",
    "data_directory",
    "start_postgres",
    "start_valkey",
]


def data_directory(environment: Mapping[str, str]) -> Path:
    """Return where everything durable lives: `ENISHI_DATA`, else `.data` in the current directory."""
    return Path(environment.get("ENISHI_DATA") or ".data").absolute()
