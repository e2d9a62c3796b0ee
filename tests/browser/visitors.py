"""A person at a real browser: signed in, in a language, on a screen; every complaint is kept."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, ConsoleMessage, Page

from marketplace.core.actor import Actor
from marketplace.people import sessions
from tests.crawl import kind_of
from tests.factories.world import World

PHONE, DESKTOP = (390, 844), (1280, 900)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LESS = ("en", "dark")
"""What differs from the other looks in its width only."""
LOOK = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({html, target}) => `${id}: ${help}: ${target} ${html.slice(0, 160)}`));
}"""
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > wide + 1)
    .slice(0, 3).map((node) => `wider than the screen: ${node.outerHTML.slice(0, 120)}`)
    .concat("the page scrolls sideways");
}"""


def screenshots() -> Path | None:
    """Return the folder for pictures that SCREENSHOTS names, or none: they take as long as all the rest."""
    named = os.environ.get("SCREENSHOTS")
    return Path(named) if named else None


@dataclass
class Visitor:
    """A browser window and what went wrong in it."""

    name: str
    page: Page
    base: str
    pictures: Path | None
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go to a page of the site and let it come to rest."""
        await self.page.goto(self.base + path, wait_until="load")

    async def look(self, path: str, language: str, size: tuple[int, int], theme: Any) -> None:
        """Judge the open page on this screen: accessibility, width, and a picture for people."""
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})
        await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = await self.page.evaluate(OVERFLOW)
        if (language, theme) != LESS:
            found += await self.page.evaluate(LOOK, RULES)
        where = f"{self.name} {path} ({language}, {size[0]}px, {theme})"
        self.complaints += [f"{where}: {each}" for each in found]
        if self.pictures:
            kind = re.sub(r"\W+", "-", kind_of(path).replace("…", "one")).strip("-") or "front"
            name = f"{self.name}-{kind}-{language}-{size[0]}-{theme}.png"
            await self.page.screenshot(path=self.pictures / name, full_page=True)


@dataclass(frozen=True)
class Site:
    """The running site and who can come."""

    chromium: Browser
    base: str
    world: World
    axe: str
    pictures: Path | None

    async def client(self, actor: Actor | None) -> httpx.AsyncClient:
        """Return a plain client that is signed in: quicker than a browser at finding pages."""
        return httpx.AsyncClient(
            base_url=self.base, cookies=await self._cookies(actor), headers={"accept": "text/html"}
        )

    @asynccontextmanager
    async def visitor(
        self, name: str, actor: Actor | None, language: str = "ja", **options: Any
    ) -> AsyncIterator[Visitor]:
        """Open a window, signed in; close it afterwards."""
        context = await self.chromium.new_context(locale=language, **options)
        await context.add_init_script(self.axe)
        for key, value in {**await self._cookies(actor), "lang": language}.items():
            await context.add_cookies([{"name": key, "value": value, "url": self.base}])
        visitor = Visitor(name, await context.new_page(), self.base, self.pictures)
        visitor.page.on("console", lambda said: _keep(visitor, said))
        visitor.page.on(
            "pageerror", lambda error: visitor.complaints.append(f"{name}: script failed: {error}")
        )
        try:
            yield visitor
        finally:
            await context.close()

    async def _cookies(self, actor: Actor | None) -> dict[str, str]:
        if actor is None:
            return {}
        assert actor.person is not None
        return {"enishi": await sessions.start(actor.person)}


QUIET = re.compile("the server responded with a status of 4|^htmx:(afterRequest|sendAbort)")
"""No failures of scripts: a page that answers 4xx, and a request that a newer one has replaced."""


def _keep(visitor: Visitor, said: ConsoleMessage) -> None:
    """Keep what the browser's console complains of."""
    if said.type == "error" and not QUIET.search(said.text):
        visitor.complaints.append(f"{visitor.name} {visitor.page.url}: console: {said.text}")
