"""Stop the house that runs on the data directory and throw the directory away (`make reset`).

Uses nothing but the standard library, so that it works with no environment installed.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from marketplace.core.engines import data_directory
from marketplace.core.engines.engine import holder
from marketplace.core.engines.sockets import socket_directory

PATIENCE = 90.0  # seconds: every program may take its grace
ENGINES = ("postgres", "valkey")


def reset(directory: Path) -> str:
    """Remove a data directory and return a sentence about it.

    Raises `SystemExit` when it is not one of ours, or when its house does not stop.
    """
    if not directory.exists():
        return f"There is nothing at {directory}."
    if not any((directory / f"{engine}.owner").exists() for engine in ENGINES):
        raise SystemExit(f"{directory} was not made by Enishi; nothing was removed.")
    _stop_house(directory)
    shutil.rmtree(socket_directory(directory))
    shutil.rmtree(directory)
    return f"Removed {directory}."


def _stop_house(directory: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    owners = {holder(directory / f"{engine}.owner") for engine in ENGINES}
    for owner in filter(None, owners):
        os.kill(owner, signal.SIGTERM)
    locks = [directory / f"{engine}.{kind}" for engine in ENGINES for kind in ("owner", "alive")]
    while any(holder(lock) for lock in locks):
        if time.monotonic() > deadline:
            raise SystemExit(f"The house on {directory} does not stop; nothing was removed.")
        time.sleep(0.1)


if __name__ == "__main__":
    if os.environ.get("ENISHI_ENV") == "production":
        sys.exit("With ENISHI_ENV=production nothing is removed.")
    print(reset(data_directory(os.environ)))  # noqa: T201 - a program of its own
