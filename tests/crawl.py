"""Find every page that a person can reach by links, one example of each kind."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

ID = re.compile(r"/([0-9a-f]{8}-[0-9a-f-]{27}|\d+|[\w-]{40,})(?=/|$)")
FAILURES = 400
EXAMPLES = 2
"""So many pages of one kind are read: the second often holds what the first does not."""


@dataclass(frozen=True)
class Page:
    """A page as it was answered."""

    path: str
    status: int
    text: str
    html: LexborHTMLParser

    @property
    def kind(self) -> str:
        """The address without ids, with the names of its query; all failures are of one kind."""
        return kind_of(self.path) if self.status < FAILURES else "failure"

    @property
    def skeleton(self) -> int:
        """A number for what the page is made of, whatever it says."""
        nodes = self.html.root.traverse() if self.html.root else ()
        return hash(tuple(f"{node.tag}.{node.attributes.get('class') or ''}" for node in nodes))


def kind_of(path: str) -> str:
    """Return an address without its ids and the values of its query."""
    parts = urlsplit(path)
    return "?".join([ID.sub("/…", parts.path), *sorted(name for name, _ in parse_qsl(parts.query))])


async def crawl(
    get: Callable[[str], Awaitable[httpx.Response]], start: list[str], examples: int = EXAMPLES
) -> list[Page]:
    """Follow links from these addresses; return the pages, at most `examples` of each kind."""
    waiting, known, read, pages = list(start), set(start), dict[str, int](), list[Page]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if read.get(kind, 0) >= examples:
            continue
        read[kind] = read.get(kind, 0) + 1
        answer = await get(path)
        if answer.is_redirect:
            found = [answer.headers["location"]]
        elif answer.headers.get("content-type", "").startswith("text/"):
            page = Page(path, answer.status_code, answer.text, LexborHTMLParser(answer.text))
            pages.append(page)
            found = [node.attributes.get("href") or "" for node in page.html.css("a[href]")]
        else:
            found = []
        for link in (_local(path, href) for href in found):
            if link and link not in known:
                known.add(link)
                waiting.append(link)
    return pages


def _local(page: str, href: str) -> str:
    """Return the address of a link on this site; nothing for other sites and for choices of the device."""
    parts = urlsplit(urljoin(f"http://here{page}", href))
    if parts.netloc != "here" or re.search(r"(^|&)(lang|theme)=", parts.query):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
