"""Before the router: who comes, in which language; after it: the headers and the log line.

It wraps the whole router, so that a page that does not exist is answered in the reader's language too.
"""

import logging
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.enums import ScopeType
from litestar.response import Redirect
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from web import access_log, export_log, i18n
from web.errors import answer
from web.security import PROVIDER_PAGES, headers
from web.sessions import cookie_name
from web.visit import FLASH, PRE_SESSION, Site, Visit, current, own_path

log = logging.getLogger("enishi.web")

CHOICES: dict[str, tuple[str, ...]] = {"lang": i18n.LOCALES, "theme": ("light", "dark", "auto")}
"""What a reader may choose for this device by `?lang=en` on any page."""

HEADERS = frozenset({b"cookie", b"accept-language", b"referer"})
"""What the front reads of a request."""

YEAR = 60 * 60 * 24 * 365


def read_cookies(header: str) -> dict[str, str]:
    """Read a Cookie header; the first of two equal names counts."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, found, value = part.partition("=")
        if found:
            cookies.setdefault(name.strip(), value.strip())
    return cookies


def set_cookie(site: Site, name: str, value: str, max_age: int) -> tuple[bytes, bytes]:
    """Return a Set-Cookie header for one of the front's own cookies."""
    cookie: SimpleCookie = SimpleCookie({name: value})
    attributes = {"path": "/", "max-age": str(max_age), "samesite": "Lax", "httponly": "yes"}
    cookie[name].update(attributes | ({"secure": "yes"} if site.secure else {}))
    return b"set-cookie", cookie[name].OutputString().encode()


class Front:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        pages = (*PROVIDER_PAGES, site.sandbox_pages) if site.sandbox_pages else PROVIDER_PAGES
        self.headers = headers(site.base_url, pages)
        self.session_cookie = cookie_name(secure=site.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        sent = {name: value for name, value in scope["headers"] if name in HEADERS}
        visit = self._visit(scope, sent)
        scope["state"]["visit"] = visit
        i18n.locale.set(visit.locale)
        current.set(visit)
        status = 0

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                await export_log.note(scope, visit, message)
                status = message["status"]
                message["headers"] = self._dress(visit, message["headers"])  # type: ignore[arg-type]
            await send(message)

        try:
            await self._pass(
                scope, receive, send_dressed, visit, sent.get(b"accept-language", b"").decode("latin-1")
            )
        except Exception as problem:
            if status:
                raise
            await _respond(answer(Request(scope, receive, send), problem), scope, receive, send_dressed)
        finally:
            access_log.write(scope, visit, status, started)

    def _visit(self, scope: HTTPScope, sent: dict[bytes, bytes]) -> Visit:
        cookies = read_cookies(sent[b"cookie"].decode("latin-1")) if b"cookie" in sent else {}
        query = scope["query_string"].decode("latin-1")
        referer = sent.get(b"referer", b"").decode("latin-1")
        visit = Visit(self.site, scope["method"], scope["path"], query, cookies, referer)
        visit.locale = i18n.choose(
            cookies.get("lang"), None, sent.get(b"accept-language", b"").decode("latin-1")
        )
        theme = cookies.get("theme", "")
        visit.theme = theme if theme in {"light", "dark"} else ""
        visit.pre = cookies.get(PRE_SESSION, "")
        visit.token = cookies.get(self.session_cookie) or None
        return visit

    async def _pass(
        self, scope: Scope, receive: Receive, send: Send, visit: Visit, accept_language: str
    ) -> None:
        if ("lang=" in visit.query or "theme=" in visit.query) and visit.method == "GET":
            redirect = _remember_choice(visit)
            if redirect is not None:
                await _respond(redirect, scope, receive, send)
                return
        if visit.token is not None and not visit.path.startswith("/static/"):
            visit.info = await self.site.sessions.find(visit.token)
            if visit.info is not None:
                visit.locale = i18n.choose(visit.cookies.get("lang"), visit.info.locale, accept_language)
                i18n.locale.set(visit.locale)
        await self.app(scope, receive, send)

    def _dress(self, visit: Visit, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        dressed = [*given, *self.headers]
        if not any(name == b"cache-control" for name, _ in given):
            dressed.append((b"cache-control", b"no-store"))
        if visit.pre_is_new:
            dressed.append(set_cookie(self.site, PRE_SESSION, visit.pre, YEAR))
        if visit.was_told:
            dressed.append(set_cookie(self.site, FLASH, "", 0))
        return dressed


def _remember_choice(visit: Visit) -> Redirect | None:
    """Keep a valid choice in a cookie and lead back to the same page without it in the address."""
    pairs = parse_qsl(visit.query, keep_blank_values=True)
    chosen = {name: value for name, value in pairs if value in CHOICES.get(name, ())}
    if not chosen:
        return None
    rest = urlencode([(name, value) for name, value in pairs if name not in chosen])
    path = own_path(visit.path)
    response = Redirect(f"{path}?{rest}" if rest else path, status_code=303)
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=YEAR, samesite="lax", secure=visit.site.secure, httponly=True
        )
    return response


async def _respond(response: object, scope: Scope, receive: Receive, send: Send) -> None:
    asgi = response.to_asgi_response(app=None, request=Request(scope, receive, send))  # type: ignore[attr-defined]
    await asgi(scope, receive, send)
