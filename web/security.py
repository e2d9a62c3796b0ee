"""What every answer carries and every change must prove."""

from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from marketplace.core.errors import N_, NotAllowed
from web.forms import form_data
from web.visit import CSRF_FIELD, AnyRequest, Site, Visit

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FORM_BYTES = 1_000_000
UPLOAD_BYTES = 12_000_000
"""Give a handler `request_max_body_size=UPLOAD_BYTES` to take files."""

PROVIDER_PAGES = ("https://checkout.stripe.com", "https://connect.stripe.com", "https://billing.stripe.com")
"""Where a form's answer may lead a browser: hosted pages of the payment provider."""


def headers(base_url: str, provider_pages: tuple[str, ...] = PROVIDER_PAGES) -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer; https adds the promise to stay with https."""
    policy = "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            " ".join(("form-action 'self'", *provider_pages)),
        ),
    )
    lines = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if base_url.startswith("https://"):
        lines["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in lines.items()]


REFUSED = N_("This form is no longer valid. Please open the page again and send it once more.")


def came_from_us(site: Site, request: AnyRequest) -> bool:
    """Judge by what the browser says of the request's origin: Fetch Metadata, else Origin.

    A client that sends neither header is no browser of today: the token decides alone.
    """
    if (fetch_site := request.headers.get("sec-fetch-site")) is not None:
        return fetch_site in {"same-origin", "none"}
    if (origin := request.headers.get("origin")) is not None:
        given = urlsplit(origin)
        ours = urlsplit(site.base_url)
        return (given.scheme, given.netloc) == (ours.scheme, ours.netloc)
    return True


def csrf_middleware(app: ASGIApp) -> ASGIApp:
    """Refuse a change that did not start on one of our pages, unless `opt={"csrf": False}`.

    That option is for doors with their own proof. The check stands inside the router, so that the form is
    read once, under the handler's own size limit.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == ScopeType.HTTP
            and scope["method"] not in SAFE
            and scope["route_handler"].opt.get("csrf") is not False
        ):
            await check_csrf(Request(scope, receive, send))
        await app(scope, receive, send)

    return guarded


async def check_csrf(request: AnyRequest) -> None:
    """Raise NotAllowed unless origin and token both hold."""
    visit = Visit.of(request)
    if not came_from_us(visit.site, request):
        raise NotAllowed(REFUSED)
    given = request.headers.get("x-csrf-token")
    if given is None:
        data = await form_data(request)
        given = next((value for value in data.get(CSRF_FIELD, []) if isinstance(value, str)), "")
    if not visit.csrf_holds(given):
        raise NotAllowed(REFUSED)
