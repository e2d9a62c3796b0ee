"""A browser without a network before a small application."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from tests.web.doors import BASE, DOORS, Sessions, Settings
from web.app import create_app
from web.pages import PAGES


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def app(sessions: Sessions) -> Litestar:
    return create_app(Settings(), sessions, handlers=[*PAGES, *DOORS])


@pytest.fixture
async def browser(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE, headers={"accept": "text/html"}
    ) as client:
        yield client
