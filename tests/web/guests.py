"""People before the whole application, as the web's own database role; what a request does is undone after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from marketplace.core import db
from marketplace.core.settings import Settings
from marketplace.people import sessions
from tests.factories.world import World
from web.app import create_app
from web.signing import signature

BASE = "http://localhost:8000"
SETTINGS = Settings()


@dataclass(frozen=True)
class Guest:
    """Somebody with a browser: the cookies and the form token that belong together."""

    name: str
    client: httpx.AsyncClient
    csrf: str
    cookies: dict[str, str]

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request and undo what it has written, after every constraint has had its say."""
        answer, _written = await self.weigh("select 0", method, path, **options)
        return answer

    async def weigh(self, count: str, method: str, path: str, **options: Any) -> tuple[httpx.Response, int]:
        """Send one request; return also by how much the number that a query gives has changed; undo it all."""
        self.client.cookies = httpx.Cookies(self.cookies)
        answer, written = None, 0
        with suppress(_Undo):
            async with db.transaction():
                before = await _number(count)
                answer = await self.client.request(method, path, **options)
                await db.execute("set constraints all immediate")
                written = await _number(count) - before
                raise _Undo
        assert answer is not None
        return answer, written

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form as the browser would, with its token."""
        return await self.ask("POST", path, data={"_csrf": self.csrf, **fields}, headers={"origin": BASE})


async def _number(count: str) -> int:
    async with db.transaction(operator=True):
        found: int = await db.fetchval(count)
    return found


class _Undo(Exception):
    """Ends a transaction without keeping it."""


async def guests(world: World, language: str = "ja") -> dict[str, Guest]:
    """Return one guest for each part that a person can come in."""
    ours, theirs = world.ours, world.theirs
    people = {
        "anonymous": None,
        "alumnus": world.shared,
        "other": ours.alumni["other"],
        "newcomer": ours.alumni["newcomer"],
        **ours.members,
        "stranger": theirs.owner,
        "outsider": theirs.alumni["other"],
        "operator": world.operator,
    }
    app = create_app(SETTINGS, sessions)
    found = {}
    for name, actor in people.items():
        headers = {"accept": "text/html", "accept-language": language}
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers=headers)
        if actor is None:
            cookies = {"enishi_pre": "before"}
            seed = "pre:before"
        else:
            assert actor.person is not None
            token = await sessions.start(actor.person)
            cookies = {"enishi": token}
            info = await sessions.find(token)
            assert info is not None
            seed = f"session:{info.csrf_seed.hex()}"
        found[name] = Guest(name, client, signature(SETTINGS.secret, "csrf", seed), cookies)
    return found


@asynccontextmanager
async def web_role(url: str) -> AsyncIterator[None]:
    """Let the requests run as the role of the web server, which may do less than a worker."""
    kept, kept_config = db.DB.pool, db.DB.config
    await db.DB.open(url, size=8)
    try:
        yield
    finally:
        await db.DB.close()
        db.DB.pool, db.DB.config = kept, kept_config
