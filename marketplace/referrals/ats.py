"""The door for a company's applicant tracking system: its secret, its signature, and each message stored once."""

import hashlib
import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from marketplace.activity import actions as activity
from marketplace.core import db, outbox, sealing
from marketplace.core.actor import Actor
from marketplace.core.sealing import Unsealable

TOLERANCE = 300
"""Seconds by which a signature's time may differ from ours: real time, not business time."""

CHANGE_OVER = timedelta(hours=24)
"""How long the secret before a rotation is still good."""

AHEAD = 86_400
"""Seconds by which a message may be ahead of our clock."""

MOST_BYTES = 64_000
PURPOSE = "ats"
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


class Forged(Exception):
    """The signature is missing, wrong or too old, or the company has no such door: nothing of it is believed."""


class Unreadable(Exception):
    """It is signed, but not a message as docs/ats.md says; the text names what is wrong."""


class Candidate(BaseModel):
    """Of whom a message speaks: our claim, the number in their system, or the mail address; the first that is known counts."""

    model_config = ConfigDict(extra="ignore")

    claim: UUID | None = None
    external_id: str = Field("", max_length=100)
    email: str = Field("", max_length=254)


class Event(BaseModel):
    """One message, format 1 (docs/ats.md)."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=120)
    occurred_at: AwareDatetime
    candidate: Candidate
    stage: str = Field(min_length=1, max_length=40)
    reason: str = Field("", max_length=60)
    note: str = Field("", max_length=2000)
    next_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What the set-up page shows of a company's door."""

    made_at: datetime
    previous_until: datetime | None
    last_heard_at: datetime | None


async def make(*, by: Actor) -> str:
    """Make the company's secret, or a new one beside the old; return it: it is never shown again. Raises NotAllowed.

    After a rotation the secret before stays good for CHANGE_OVER, so that no message is lost.
    """
    by.must_have("owner")
    secret = f"ats_{secrets.token_urlsafe(32)}"
    async with db.transaction(**by.scope):
        await db.execute(
            """insert into ats_endpoint (company_id, sealed_secret, made_by) values ($1, $2, $3)
               on conflict (company_id) do update set sealed_secret = excluded.sealed_secret, made_by = excluded.made_by,
                 made_at = business_now(), previous_secret = ats_endpoint.sealed_secret, previous_until = now() + $4""",
            by.company,
            sealing.seal(PURPOSE, str(by.company), secret.encode()),
            by.ref,
            CHANGE_OVER,
        )
        await activity.record("ats_secret_made", f"company:{by.company}", by=by, company=by.company)
    return secret


async def remove(*, by: Actor) -> None:
    """Close the door: no secret is good any more. Raises NotAllowed."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        if await db.execute("delete from ats_endpoint where company_id = $1", by.company):
            await activity.record("ats_secret_removed", f"company:{by.company}", by=by, company=by.company)


async def endpoint(*, by: Actor) -> Endpoint | None:
    """Return the state of the company's door; None while it has none. Raises NotAllowed."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            """select made_at, case when previous_until > now() then previous_until end as previous_until, last_heard_at
               from ats_endpoint where company_id = $1""",
            by.company,
        )
    return Endpoint(**dict(row)) if row else None


async def receive(slug: str, body: bytes, signature: str) -> None:
    """Believe, store and queue one message; a repeated id is heard and nothing more. Raises Forged, Unreadable."""
    async with db.transaction(operator=True):
        door = await db.fetchrow(
            """select e.company_id, e.sealed_secret, case when e.previous_until > now() then e.previous_secret end as previous
               from ats_endpoint e join company c on c.id = e.company_id where c.slug = $1""",
            slug,
        )
    good = _secrets(door)
    verify(body, signature, good or [secrets.token_bytes(32)], now=time.time())
    if door is None:
        raise Forged
    event = _read(body)
    async with db.transaction(operator=True):
        await db.execute(
            "update ats_endpoint set last_heard_at = now() where company_id = $1", door["company_id"]
        )
        stored = await db.execute(
            """insert into ats_event (company_id, id, payload, occurred_at) values ($1, $2, $3, $4)
               on conflict do nothing""",
            door["company_id"],
            event.id,
            event.model_dump(mode="json"),
            event.occurred_at,
        )
        if stored:
            await outbox.enqueue("referrals.ats_event", company=str(door["company_id"]), event=event.id)


def verify(body: bytes, signature: str, good: list[bytes], *, now: float) -> None:
    """Check `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>." + body>` against each secret. Pure. Raises Forged."""
    found = _SIGNATURE.fullmatch(signature.strip())
    if found is None or abs(now - int(found[1])) > TOLERANCE:
        raise Forged
    signed = found[1].encode() + b"." + body
    proofs = [hmac.new(secret, signed, hashlib.sha256).hexdigest() for secret in good]
    if not any([hmac.compare_digest(proof, found[2]) for proof in proofs]):  # noqa: C419 - each is compared, always
        raise Forged


def _secrets(door: Any) -> list[bytes]:
    if door is None:
        return []
    found = []
    for sealed in (door["sealed_secret"], door["previous"]):
        if sealed is not None:
            try:
                found.append(sealing.open_sealed(PURPOSE, str(door["company_id"]), sealed))
            except Unsealable:
                continue
    return found


def _read(body: bytes) -> Event:
    if len(body) > MOST_BYTES:
        raise Unreadable("the message is longer than 64,000 bytes")
    try:
        event = Event.model_validate(json.loads(body))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise Unreadable(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON") from None
    if "\\u0000" in event.model_dump_json():
        raise Unreadable("a text holds a NUL character")
    if event.occurred_at.timestamp() > time.time() + AHEAD:
        raise Unreadable("occurred_at: lies in the future")  # it would supersede every later message
    return event
