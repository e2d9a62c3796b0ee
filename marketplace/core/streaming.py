"""Long results, some rows at a time: what is exported or packed is never in memory as a whole."""

from collections.abc import AsyncIterator
from typing import Any

from marketplace.core import db

ROWS = 500


async def stream(sql: str, *args: Any, size: int = ROWS) -> AsyncIterator[Any]:
    """Yield the rows of a query in the running transaction, `size` of them fetched at a time."""
    async for row in db.current().connection.cursor(sql, *args, prefetch=size):
        yield row
