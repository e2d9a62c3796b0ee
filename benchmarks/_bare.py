"""The rival of `pages.py`: a bare Litestar application that runs a page's statements on asyncpg and answers ready bytes.

Run as `_bare.py FILE DSN PORT`; it has the same server, loop, pool, codecs and statements as ours, and nothing else.
"""

import pickle
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
from litestar import Litestar, Response, get
from litestar.params import FromPath

from marketplace.core import codecs
from marketplace.core.db import config_from_url

SIMPLE = ("begin", "commit", "savepoint", "release", "rollback", "set ", "reset ")
"""Statements that our code sends without preparing them."""
Statements = Sequence[tuple[str, tuple[Any, ...]]]


async def _no_reset(_connection: Any) -> None:
    return None


def application(file: Path, url: str) -> Litestar:
    """Return the application; each page is at /<its name>."""
    pages: dict[str, tuple[bytes, list[Statements]]] = pickle.loads(file.read_bytes())
    pool: dict[str, Any] = {}

    @get("/{name:str}")
    async def answer(name: FromPath[str]) -> Response[bytes]:
        body, transactions = pages[name]
        for statements in transactions:
            async with pool["pool"].acquire() as connection:
                for sql, args in statements:
                    if args or not sql.startswith(SIMPLE):
                        await connection.fetch(sql, *args)
                    else:
                        await connection.execute(sql)
        return Response(body, media_type="text/html; charset=utf-8")

    @asynccontextmanager
    async def opened(_app: Litestar) -> AsyncIterator[None]:
        pool["pool"] = await asyncpg.create_pool(
            **config_from_url(url), min_size=1, max_size=10, reset=_no_reset, init=codecs.register
        )
        yield
        await pool["pool"].close()

    return Litestar([answer], lifespan=[opened], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    given, dsn, number = sys.argv[1:]
    uvicorn.run(
        application(Path(given), dsn),
        port=int(number),
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        log_level="warning",
    )
