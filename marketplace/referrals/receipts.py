"""A receipt that anybody can check: what was claimed, for which bounty and when, signed with a key of the deployment."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.settings import settings

_NAME = "ENISHI-RECEIPT-1"
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Receipt:
    """The facts of a claim. `contact` is a fingerprint of the keyed hash; neither tells whom, and nothing how it was answered."""

    claim: UUID
    number: int
    bounty: UUID
    version: int
    referrer: UUID
    contact: str
    at: datetime


def of(row: Any) -> Receipt:
    """Return the facts of a row of `claim`."""
    return Receipt(
        row["id"], row["number"], row["bounty_id"], row["terms_version"], row["person_id"],
        hashlib.blake2b(row["digest"], digest_size=12, person=b"enishi receipt").hexdigest(), row["claimed_at"],
    )  # fmt: skip


def sign(receipt: Receipt) -> str:
    """Return the receipt as one line of text with its Ed25519 signature (RFC 8032)."""
    body = _NAME + "." + _pack(json.dumps(_plain(receipt), separators=(",", ":")).encode())
    return f"{body}.{_pack(_private().sign(body.encode()))}"


def verify(text: str) -> Receipt:
    """Return what a receipt says if we have signed it. Raises Invalid on field `receipt` for a forged or spoilt one."""
    body, _, signature = "".join(text[:_LONGEST].split()).rpartition(".")
    _, _, packed = body.partition(".")
    try:
        _private().public_key().verify(_unpack(signature), body.encode("ascii"))
        said = json.loads(_unpack(packed))
    except (ValueError, InvalidSignature):
        wrong = N_("This receipt was not signed here, or something in it was changed.")
        raise Invalid(fields={"receipt": Message(wrong)}) from None
    ids = {key: UUID(said[key]) for key in ("claim", "bounty", "referrer")}
    return Receipt(**{**said, **ids, "at": datetime.fromisoformat(said["at"])})


def public_key() -> str:
    """Return the key (raw, base64) with which anybody checks a receipt without us."""
    key: Ed25519PublicKey = _private().public_key()
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _plain(receipt: Receipt) -> dict[str, Any]:
    return {
        "claim": str(receipt.claim),
        "number": receipt.number,
        "bounty": str(receipt.bounty),
        "version": receipt.version,
        "referrer": str(receipt.referrer),
        "contact": receipt.contact,
        "at": receipt.at.isoformat(),
    }


@cache
def _private() -> Ed25519PrivateKey:
    seed = hashlib.blake2b(settings().secret, digest_size=32, person=b"enishi receipts").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _pack(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
