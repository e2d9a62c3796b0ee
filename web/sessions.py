"""The session cookie: an opaque 256-bit token; storage keeps only its hash and lives with the people."""

from uuid import UUID

from litestar.datastructures import Cookie

from marketplace.people.sessions import LASTS
from web.visit import AnyRequest, Visit

LIFETIME = int(LASTS.total_seconds())


def cookie_name(*, secure: bool) -> str:
    """Return the cookie's name; the prefix binds it to this host and to https (RFC 6265bis §4.1.3.2)."""
    return "__Host-enishi" if secure else "enishi"


def _cookie(visit: Visit, value: str, max_age: int) -> Cookie:
    secure = visit.site.secure
    return Cookie(
        key=cookie_name(secure=secure),
        value=value,
        max_age=max_age,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


async def sign_in(request: AnyRequest, person_id: UUID) -> Cookie:
    """Begin a session under a new token, whatever token came in, and return the cookie to answer with."""
    visit = Visit.of(request)
    if visit.token is not None:
        await visit.site.sessions.end(visit.token)
    return _cookie(visit, await visit.site.sessions.start(person_id), LIFETIME)


async def carry(request: AnyRequest, token: str) -> Cookie:
    """Return the cookie of a session that a mailed link has opened; the one that came in ends."""
    visit = Visit.of(request)
    if visit.token is not None:
        await visit.site.sessions.end(visit.token)
    return _cookie(visit, token, LIFETIME)


async def sign_out(request: AnyRequest) -> Cookie:
    """End the session and return the cookie that removes it from the browser."""
    visit = Visit.of(request)
    if visit.token is not None:
        await visit.site.sessions.end(visit.token)
    return _cookie(visit, "", 0)
