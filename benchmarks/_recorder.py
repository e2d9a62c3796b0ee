"""What a page asks of the database: every statement of one request, in order, with its values."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from marketplace.core import db
from marketplace.core.settings import settings
from marketplace.people import sessions
from web.app import create_app


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was answered: its bytes, and the transactions that it ran, each a list of statements."""

    path: str
    body: bytes
    transactions: list[list[tuple[str, tuple[Any, ...]]]]

    @property
    def round_trips(self) -> int:
        return sum(len(statements) for statements in self.transactions)


async def record(url: str, cookie: str, paths: list[str]) -> list[Page]:
    """Ask each page twice in this process and keep what the second request did."""
    await db.DB.open(url, size=1)
    heard: list[tuple[str, tuple[Any, ...]]] = []
    assert db.DB.pool is not None
    async with db.DB.pool.acquire() as connection:
        connection.add_query_logger(lambda query: heard.append((query.query, tuple(query.args or ()))))
    app = create_app(settings(), sessions)
    transport = httpx.ASGITransport(app)
    found = []
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"cookie": cookie}
    ) as browser:
        for path in paths:
            await browser.get(path)
            heard.clear()
            answer = await browser.get(path)
            answer.raise_for_status()
            found.append(Page(path, answer.content, _transactions(heard)))
    await db.DB.close()
    return found


def _transactions(heard: list[tuple[str, tuple[Any, ...]]]) -> list[list[tuple[str, tuple[Any, ...]]]]:
    found: list[list[tuple[str, tuple[Any, ...]]]] = []
    inside = False
    for sql, args in heard:
        if not inside:
            found.append([])
        found[-1].append((sql, args))
        inside = (inside or sql.startswith("begin")) and sql != "commit"
    return found


def keep(pages: dict[str, Page], file: Path) -> None:
    """Write pages down for the rival's process."""
    file.write_bytes(pickle.dumps({name: (page.body, page.transactions) for name, page in pages.items()}))
