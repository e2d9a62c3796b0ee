"""How PostgreSQL values travel: jsonb as Python objects, everything else as asyncpg has it."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not travel as JSON")


def dumps(value: Any) -> str:
    """Return JSON text; ids and dates become strings, anything else unknown is refused."""
    return json.dumps(value, ensure_ascii=False, default=_plain, separators=(",", ":"))


async def register(connection: Any) -> None:
    """Teach a new connection to pass jsonb and json as Python objects."""
    for kind in ("jsonb", "json"):
        await connection.set_type_codec(
            kind, encoder=dumps, decoder=json.loads, schema="pg_catalog", format="text"
        )
