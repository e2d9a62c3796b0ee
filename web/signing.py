"""Signatures for what a browser carries back to us: form tokens and notices."""

import base64
import hashlib
import hmac


def signature(secret: bytes, purpose: str, data: str) -> str:
    """Return a URL-safe HMAC-SHA256 of `data` for one `purpose`; purposes never share signatures."""
    digest = hmac.new(secret, f"{purpose}\n{data}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def matches(secret: bytes, purpose: str, data: str, given: str) -> bool:
    """Compare in constant time; anything that is not ASCII is simply wrong."""
    return given.isascii() and hmac.compare_digest(signature(secret, purpose, data), given)
