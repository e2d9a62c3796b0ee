"""A person at a browser without JavaScript and without a network: pages, forms and cookies through the application."""

import re
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser

from marketplace.core import db
from marketplace.core.settings import Settings
from marketplace.people import sessions, sign_in
from web.app import create_app
from web.story import visitor

BASE = "http://localhost:8000"


class Visitor:
    """One cookie jar before the whole application."""

    def __init__(self, language: str = "en") -> None:
        transport = httpx.ASGITransport(create_app(Settings(), sessions))
        headers = {"accept": "text/html", "accept-language": language}
        self.client = httpx.AsyncClient(
            transport=transport, base_url=BASE, headers=headers, follow_redirects=True
        )
        self.answer = httpx.Response(200)
        self.page = LexborHTMLParser("<html></html>")

    async def open(self, path: str, expect: int = 200) -> str:
        """Go to a page; return its words."""
        return self._read(await self.client.get(path), expect)

    async def send(self, action: str, expect: int = 200, files: dict | None = None, **values: object) -> str:
        """Fill and send the first form of the page whose action holds `action`; return the words of what comes."""
        node = next(
            form
            for form in self.page.css("form[method=post]")
            if action in (form.attributes.get("action") or "")
        )
        form = visitor._read_form(node, str(self.answer.url))
        for name, value in values.items():
            form.values[name] = (
                [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
            )
        headers = {"origin": BASE}
        sent = await self.client.post(
            urljoin(BASE, form.action), data=form.values, files=files, headers=headers
        )
        return self._read(sent, expect)

    def _read(self, answer: httpx.Response, expect: int) -> str:
        self.answer, self.page = answer, LexborHTMLParser(answer.text)
        assert answer.status_code == expect, f"{answer.request.method} {answer.url}: {self.text}"
        return self.text

    @property
    def text(self) -> str:
        for node in self.page.css("datalist, select"):
            node.decompose()
        return re.sub(r"\s+", " ", self.page.body.text(separator=" ")).strip() if self.page.body else ""

    @property
    def path(self) -> str:
        return self.answer.url.path

    def wrong(self) -> set[str]:
        """Return the fields that the page marks as wrong."""
        marked = {node.attributes.get("id") for node in self.page.css("[aria-invalid=true]")}
        groups = {node.attributes["id"].removesuffix("-says") for node in self.page.css("[id$=-says]")}
        return marked | groups


async def link(email: str, next_path: str = "/me", **lives: object) -> str:
    """Return the path of a fresh sign-in link."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add(email, email.partition("@")[0])
        return "/sign-in/" + await sign_in.make_link(person, next_path, lives.get("lives", sign_in.LIVES))


async def signed_in(email: str, language: str = "en") -> Visitor:
    """Return a visitor who has followed a link and pressed its button."""
    found = Visitor(language)
    await found.open(f"/sign-in?lang={language}")
    await found.open(await link(email))
    await found.send("/sign-in/")
    return found


async def operator(language: str = "en") -> Visitor:
    """Return the operator, signed in."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add("operator@enishi.example", "運営 太郎")
        await db.execute("update person set is_operator = true where id = $1", person)
    return await signed_in("operator@enishi.example", language)
