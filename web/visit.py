"""One request as the pages see it: who, in which language, with which token. Templates call it `here`."""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from markupsafe import Markup

from marketplace.core.errors import N_, Message
from marketplace.core.i18n import tr
from marketplace.core.money import Money
from web.session_store import SessionInfo, SessionStore
from web.signing import matches, signature

AnyRequest = Request[Any, Any, Any]
"""The request that handlers take."""

FLASH = "enishi_said"
PRE_SESSION = "enishi_pre"
CSRF_FIELD = "_csrf"


def own_path(path: str) -> str:
    """Return a path that stays on this site, whatever came in: `//host` loses its power."""
    return "/" + path.lstrip("/\\")


ELSEWHERE = {
    r"/contracts(/.*)?": "/work",
    r"(/c/[^/]+)/referrals(/.*)?": r"\1/bounties",
    r"(/c/[^/]+)/(statements|withholding|platform-invoices|forecast|closing|reconciliation|journal|documents)(/.*)?": r"\1/money",
    r"/operator/words(/.*)?": "/operator/companies",
    r"(/c/[^/]+)/availability(/.*)?": r"\1/alumni",
    r"/operator/(reviews|flags|receivables|licences)(/.*)?": "/operator/referrals",
}
"""Pages whose address does not begin with their place in the bar, and that place."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in the bar: where, what it is called, and its drawing on a phone."""

    href: str
    label: Message
    icon: str


@dataclass(frozen=True, slots=True)
class Site:
    """What all requests share: the settings read once, the session store and the navigation."""

    base_url: str
    secret: bytes
    sandbox: bool
    demo: bool
    operator_name: str
    sessions: SessionStore
    nav: Callable[["Visit"], Sequence[NavItem]]
    sandbox_pages: str = ""

    @property
    def secure(self) -> bool:
        """Tell whether people reach us by https."""
        return self.base_url.startswith("https://")


@dataclass(slots=True)
class Visit:
    """The state of one request; made before routing, so that error pages have it too."""

    site: Site
    method: str
    path: str
    query: str
    cookies: Mapping[str, str]
    referer: str = ""
    locale: str = "ja"
    theme: str = ""
    token: str | None = None
    info: SessionInfo | None = None
    pre: str = ""
    pre_is_new: bool = False
    was_told: bool = False
    _csrf: str = ""
    _said: Message | None = None

    @classmethod
    def of(cls, connection: ASGIConnection[Any, Any, Any, Any]) -> Self:
        """Return the visit of a request."""
        visit: Self = connection.scope["state"]["visit"]
        return visit

    @property
    def csrf(self) -> str:
        """Return the token that forms carry: bound to the session, before sign-in to a cookie of its own."""
        if not self._csrf:
            if self.info is None and not self.pre:
                self.pre, self.pre_is_new = secrets.token_urlsafe(24), True
            self._csrf = signature(self.site.secret, "csrf", self.csrf_seed)
        return self._csrf

    @property
    def csrf_seed(self) -> str:
        """Return what the form token is bound to; empty when there is nothing yet."""
        return f"session:{self.info.csrf_seed.hex()}" if self.info is not None else f"pre:{self.pre}"

    def csrf_holds(self, given: str) -> bool:
        """Check a token that came back; without a session and a cookie none holds."""
        known = self.info is not None or bool(self.pre)
        return known and matches(self.site.secret, "csrf", self.csrf_seed, given)

    @property
    def nav(self) -> Sequence[NavItem]:
        """Return the places of the bar for the part in which the person comes."""
        return self.site.nav(self)

    @property
    def slug(self) -> str:
        """Return the company that the address speaks of, if the person acts for it; else nothing."""
        parts = self.path.split("/", 3)
        known = {member["slug"] for member in self.info.members} if self.info else set()
        return parts[2] if len(parts) > 2 and parts[1] == "c" and parts[2] in known else ""  # noqa: PLR2004

    @property
    def hat(self) -> str:
        """Return the part in which a person comes here: `operator`, `company`, `alumnus`, or nothing.

        The address decides, for one person may wear several hats; where it says nothing, the first that fits.
        """
        if self.info is None:
            return ""
        if self.slug:
            return "company"
        if self.info.is_operator and (self.path.startswith("/operator") or not self.info.memberships):
            return "operator"
        return "company" if self.info.members and not self.info.memberships else "alumnus"

    @property
    def member(self) -> Mapping[str, Any] | None:
        """Return the member that the person is here, or is first of all."""
        if self.info is None or self.hat != "company":
            return None
        slug = self.slug or self.info.members[0]["slug"]
        return next(member for member in self.info.members if member["slug"] == slug)

    @property
    def hat_name(self) -> str:
        """Return for whom the person acts: the operator's name, the company's, or how many networks an alumnus is in."""
        if self.info is None or self.hat == "operator":
            return self.site.operator_name if self.info else ""
        joined = [each for each in self.info.memberships if each["status"] == "active"]
        held = [self.member] if self.member else joined or self.info.memberships
        if not held:
            return ""
        if len(held) > 1:
            return tr(Message(N_("%(num)s networks"), {"num": len(held)}))
        return self._company_name(held[0])

    def _company_name(self, held: Mapping[str, Any]) -> str:
        """Return the name of a member's or an alumnus's company in the reader's language."""
        return str(held["company_en"] or held["company"]) if self.locale == "en" else str(held["company"])

    def wears(self, home: str) -> bool:
        """Tell whether this is the part that one of `hats` leads to."""
        if self.hat == "company":
            return self.member is not None and home.startswith(f"/c/{self.member['slug']}/")
        return home == {"operator": "/operator", "alumnus": "/home"}.get(self.hat)

    @property
    def hats(self) -> Sequence[tuple[str, str]]:
        """Return every part that the person can act in, as (address, name): to change hats in the bar."""
        if self.info is None:
            return ()
        found = [(f"/c/{member['slug']}/tasks", self._company_name(member)) for member in self.info.members]
        if self.info.memberships:
            found.insert(0, ("/home", self.info.name))
        if self.info.is_operator:
            found.append(("/operator", self.site.operator_name))
        return found

    @property
    def place(self) -> str:
        """Return the address of the bar's place that this page belongs to: the longest that fits."""
        for pattern, place in ELSEWHERE.items():
            if found := re.fullmatch(pattern, self.path):
                return found.expand(place)
        return max((item.href for item in self.nav if self.is_at(item.href)), key=len, default="")

    def is_at(self, href: str) -> bool:
        """Tell whether the page lies at or below this place."""
        return self.path == href or self.path.startswith(f"{href}/")

    @property
    def page(self) -> tuple[str, str]:
        """Return the path and query that show this page: for the answer to a change those of the page before, if ours."""
        if self.method in {"GET", "HEAD"}:
            return self.path, self.query
        if not self.referer.startswith(f"{self.site.base_url}/"):
            return "/", ""
        parts = urlsplit(self.referer)
        return parts.path, parts.query

    def address(self, **changes: object) -> str:
        """Return this page's own address with some of its query changed; None takes a name out."""
        return _address(*self.page, tuple(changes.items()))

    @property
    def said(self) -> Message | None:
        """Return what the last action wants to say, once; forged or spoilt notices say nothing."""
        if self._said is None and FLASH in self.cookies:
            self.was_told = True
            self._said = unpack_notice(self.site.secret, self.cookies[FLASH])
        return self._said


@lru_cache(maxsize=4096)
def _address(path: str, query: str, changes: tuple[tuple[str, object], ...]) -> str:
    named = {name for name, _ in changes}
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in named]
    added = [(name, str(value)) for name, value in changes if value is not None]
    changed = urlencode(kept + added)
    return f"{own_path(path)}?{changed}" if changed else own_path(path)


def pack_notice(secret: bytes, message: Message) -> str:
    """Sign a message for a cookie; amounts keep their currency."""
    params = {
        name: ["money", value.amount, value.currency] if isinstance(value, Money) else str(value)
        for name, value in message.params.items()
    }
    body = json.dumps([message.text, params], separators=(",", ":")).encode().hex()
    return f"{body}.{signature(secret, 'notice', body)}"


def unpack_notice(secret: bytes, cookie: str) -> Message | None:
    """Read a message from a cookie; None when it is not ours."""
    body, _, given = cookie.partition(".")
    if not matches(secret, "notice", body, given):
        return None
    text, params = json.loads(bytes.fromhex(body))
    return Message(
        text,
        {
            name: Money(value[1], value[2]) if isinstance(value, list) else value
            for name, value in params.items()
        },
    )


current: ContextVar[Visit] = ContextVar("visit")


def csrf_token() -> str:
    """Return the current request's form token."""
    return current.get().csrf


def csrf_input() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, current.get().csrf)
