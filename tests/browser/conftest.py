"""A real Chromium before the real web server, which is a process of its own on the test's database."""

import asyncio
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.visitors import Site, screenshots
from tests.conftest import empty
from tests.factories.world import World, build

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them on one worker."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def _need(what: str, where: str | None) -> str:
    if where:
        return where
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(f"no {what}")
    pytest.skip(f"no {what}")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = _need("chromium (Debian: apt install chromium fonts-noto-cjk)", shutil.which("chromium"))
    _need("axe-core (npm ci)", str(AXE) if AXE.exists() else None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def world(chromium: Browser, _pool: None, owner: asyncpg.Connection) -> World:
    await empty(owner)
    return await build()


@pytest.fixture(scope="module")
async def site(
    chromium: Browser,
    world: World,
    database_urls: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """Run the web server on a free port of this machine until the module's tests are done."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("site")
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not re.match("ENISHI|STRIPE|.*DATABASE_URL", name)
        },
        "ENISHI_ENV": "test",
        "ENISHI_PORT": str(port),
        "ENISHI_BASE_URL": f"http://127.0.0.1:{port}",
        "ENISHI_DATA": str(folder),
        "WEB_DATABASE_URL": database_urls["web"],
        "REDIS_URL": "",
    }
    with (folder / "server.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "web.cli", "web", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        base = environment["ENISHI_BASE_URL"]
        await _until_up(base, folder / "server.log", server)
        yield Site(chromium, base, world, AXE.read_text(), screenshots())
        server.terminate()
        await server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _until_up(base: str, log: Path, server: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            try:
                if (await client.get(f"{base}/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            assert server.returncode is None, log.read_text()
    pytest.fail(f"the web server did not come up: {log.read_text()}")
