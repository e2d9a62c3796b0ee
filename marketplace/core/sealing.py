"""Secrets at rest: sealed under a key of their purpose, drawn from the deployment's key; a changed row does not open."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.core.settings import settings

_NONCE = 12


class Unsealable(Exception):
    """The sealed bytes were changed, are of another purpose or row, or were sealed under another key."""


def seal(purpose: str, row: str, plain: bytes) -> bytes:
    """Return bytes that only `open_sealed` with the same purpose and row can read."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, plain, row.encode())


def open_sealed(purpose: str, row: str, sealed: bytes) -> bytes:
    """Return what was sealed. Raises Unsealable."""
    try:
        return AESGCM(_key(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.encode())
    except InvalidTag:
        raise Unsealable(purpose) from None


def _key(purpose: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"enishi {purpose}".encode())
    return derive.derive(settings().secret)
