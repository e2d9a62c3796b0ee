"""A browser without a script: it follows nothing by itself and fills in the form that it sees."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser


@dataclass(frozen=True)
class Page:
    """What came back: status, where it sends the browser, and the parsed HTML."""

    url: str
    status: int
    location: str | None
    html: LexborHTMLParser

    @property
    def text(self) -> str:
        """Return the visible text."""
        return self.html.text(separator=" ")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


class Visitor:
    """Open pages and submit forms."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_Stay)

    def open(self, url: str, typed: dict[str, str] | None = None, **headers: str) -> Page:
        """GET a page, or POST what was typed."""
        body = urllib.parse.urlencode(typed).encode() if typed is not None else None
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            answer = self._opener.open(request, timeout=10)
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            location = answer.headers.get("Location")
            full = urllib.parse.urljoin(url, location) if location else None
            return Page(url, answer.status, full, LexborHTMLParser(answer.read().decode()))

    def submit(self, page: Page, **typed: str) -> Page:
        """Fill the page's form, keeping what is already in it, and send it."""
        form = page.html.css_first("form")
        assert form is not None
        kept: dict[str, str] = {}
        for field in form.css("input"):
            attributes = field.attributes
            unchecked = attributes.get("type") == "checkbox" and "checked" not in attributes
            if not unchecked:
                kept[attributes["name"] or ""] = attributes.get("value") or ""
        chosen = form.css_first("option[selected]") or form.css_first("option")
        if chosen is not None:
            kept["type"] = chosen.attributes["value"] or ""
        return self.open(urllib.parse.urljoin(page.url, form.attributes["action"]), kept | typed)
