"""A browser without a network before a small application."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from litestar import Litestar

from tests.conftest import empty
from tests.factories.world import World, build
from tests.web.doors import BASE, DOORS, Sessions, Settings
from tests.web.guests import Guest, guests, web_role
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


@pytest.fixture(scope="module")
async def world(
    _pool: None, owner: asyncpg.Connection, database_urls: dict[str, str]
) -> AsyncIterator[World]:
    """Two companies that share an alumna, for all tests of a module; requests run as the web's role."""
    await empty(owner)
    built = await build()
    async with web_role(database_urls["web"]):
        yield built


@pytest.fixture(scope="module")
async def people(world: World) -> dict[str, Guest]:
    """One guest for each part that a person can come in."""
    return await guests(world)
