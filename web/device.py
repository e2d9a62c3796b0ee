"""Where a referral and a consent come from, as keyed hashes: only to find out whether both are the same."""

import hashlib
import secrets

from litestar import Response

from marketplace.core.settings import settings
from marketplace.referrals.claims import Traces
from web.admission import origin
from web.visit import AnyRequest, Visit

COOKIE = "enishi_device"
_YEAR = 60 * 60 * 24 * 365


def traces(request: AnyRequest) -> Traces:
    """Return the hashes of a request's device, if it carries our mark, and of the address that it comes from."""
    mark = Visit.of(request).cookies.get(COOKIE, "")
    return Traces(_hash("device", mark) if mark else None, _hash("address", origin(request)))


def marked(request: AnyRequest, response: Response[bytes]) -> Response[bytes]:
    """Give a device its mark with the page that a form stands on."""
    if COOKIE not in Visit.of(request).cookies:
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(24),
            max_age=_YEAR,
            samesite="lax",
            secure=Visit.of(request).site.secure,
            httponly=True,
        )
    return response


def _hash(kind: str, value: str) -> bytes:
    key = hashlib.blake2b(settings().secret, digest_size=32, person=b"enishi traces").digest()
    return hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=32, key=key).digest()
