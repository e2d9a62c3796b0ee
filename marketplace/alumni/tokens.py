"""Addresses that nobody can guess: drawn from the deployment's key, each for one purpose, resting nowhere."""

import base64
import hashlib
from hmac import compare_digest
from uuid import UUID

from marketplace.core.settings import settings

_ID, _MARK = 16, 24


def drawn(purpose: str, subject: UUID, salt: str) -> str:
    """Return a token of 256 bits for a purpose; the same arguments give the same token."""
    return _text(_keyed(f"{purpose}:{subject}:{salt}", 32))


def digest(token: str) -> bytes:
    """Return a token as the database keeps it."""
    return hashlib.sha256(token.encode()).digest()


def sealed(purpose: str, subject: UUID, moment: str = "") -> str:
    """Return a token that names its subject and is signed (192 bits) for one purpose, and for a moment of its life."""
    return _text(subject.bytes + _keyed(f"{purpose}:{subject}:{moment}", _MARK))


def subject_of(token: str) -> UUID | None:
    """Return whom a sealed token names, proven or not; None for what cannot be a token."""
    try:
        read = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return UUID(bytes=read[:_ID]) if len(read) == _ID + _MARK else None


def holds(token: str, purpose: str, subject: UUID, moment: str = "") -> bool:
    """Return whether a token was sealed here for this purpose, subject and moment."""
    return compare_digest(token.encode(), sealed(purpose, subject, moment).encode())


def _keyed(text: str, size: int) -> bytes:
    key = hashlib.blake2b(settings().secret, digest_size=32, person=b"enishi taps").digest()
    return hashlib.blake2b(text.encode(), digest_size=size, key=key).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
