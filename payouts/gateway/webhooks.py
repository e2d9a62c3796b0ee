"""Webhooks: nothing is believed before its signature holds over the raw bytes."""

import json
import time

from marketplace.core.errors import NotFound
from marketplace.core.settings import settings
from payouts.gateway import reading
from payouts.gateway.protocol import Envelope

TOLERANCE_SECONDS = 300


class Forged(Exception):
    """The body is not what the provider signed, or it was signed too long ago or in the future, or is no event."""


def read(source: str, body: bytes, signature: str) -> Envelope:
    """Verify a webhook of `source` (platform, connect, thin) and return its label.

    Raises Forged, NotFound for an endpoint without a secret. Tolerance is in real time.
    """
    secret = _secret(source)
    if not secret:
        raise NotFound
    import stripe

    try:
        stripe.WebhookSignature.verify_header(
            body.decode("utf-8"), signature, secret, tolerance=TOLERANCE_SECONDS
        )
        _refuse_future(signature)
        found = json.loads(body)
        return reading.thin(found) if source == "thin" else reading.snapshot(found)
    except (ValueError, KeyError, AttributeError, stripe.SignatureVerificationError) as error:
        raise Forged(str(error)) from error


def _refuse_future(signature: str) -> None:
    """Refuse a time of signing that has not come yet: the library looks at the age only."""
    stamps = [part.partition("=")[2] for part in signature.split(",") if part.strip().startswith("t=")]
    if int(stamps[0]) > time.time() + TOLERANCE_SECONDS:
        raise ValueError("signed in the future")


def _secret(source: str) -> str:
    secrets = {
        "platform": settings().stripe_webhook_secret,
        "connect": settings().stripe_connect_webhook_secret,
        "thin": settings().stripe_thin_webhook_secret,
    }
    if source not in secrets:
        raise NotFound
    return secrets[source].get_secret_value()
