"""A signed-in browser without a network: reads pages, follows links, presses buttons, reads the yen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from selectolax.lexbor import LexborHTMLParser

from marketplace.people import sessions
from tests.web.doors import BASE, Settings
from web.app import create_app


class Browser:
    """One person's browser; every answer is checked against the status that the test expects."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, *, expect: int = 200) -> httpx.Response:
        answer = await self.client.get(path)
        assert answer.status_code == expect, (path, answer.status_code, answer.text[:3000])
        return answer

    async def follow(self, page: httpx.Response, start: str) -> httpx.Response:
        """Follow the first link whose address begins with `start`."""
        for link in LexborHTMLParser(page.text).css("a[href]"):
            href = link.attributes["href"] or ""
            if href.startswith(start):
                return await self.get(href)
        raise AssertionError(f"no link to {start}")

    async def press(
        self, page: httpx.Response, action: str, *, expect: int = 303, **fields: str
    ) -> httpx.Response:
        """Send a form of the page with its token."""
        token = page.text.split('name="_csrf" value="')[1].split('"')[0]
        answer = await self.client.post(action, data={"_csrf": token, **fields})
        assert answer.status_code == expect, (action, answer.status_code, answer.text[:3000])
        return answer

    def yen(self, page: httpx.Response, selector: str) -> list[int]:
        """Return the exact amounts under a selector, in the order of the page."""
        found = LexborHTMLParser(page.text).css(f"{selector} data.money")
        return [int(node.attributes["value"] or "") for node in found]

    def words(self, page: httpx.Response, selector: str) -> str:
        """Return the words under a selector."""
        return " ".join(node.text() for node in LexborHTMLParser(page.text).css(selector))


@asynccontextmanager
async def browser_of(person: UUID, **how: Any) -> AsyncIterator[Browser]:
    """Open a browser in which this person is signed in, reading English."""
    app = create_app(Settings(**how), sessions)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=BASE,
        headers={"accept": "text/html"},
        cookies={"enishi": await sessions.start(person), "lang": "en"},
    ) as client:
        yield Browser(client)
