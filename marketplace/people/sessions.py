"""Sessions: opaque tokens in PostgreSQL, only their hash at rest, so that losing Redis signs nobody out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor

LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """Who is signed in, and every role that the person holds: enough to draw the bar and to admit to a page."""

    person: UUID
    name: str
    email: str
    locale: str
    csrf_seed: bytes
    is_operator: bool
    members: tuple[dict[str, Any], ...]
    memberships: tuple[dict[str, Any], ...]
    unread: int = 0

    def as_alumnus(self) -> Actor:
        return Actor("alumnus", person=self.person, name=self.name, locale=self.locale)

    def as_operator(self) -> Actor:
        return Actor("operator", person=self.person, name=self.name, locale=self.locale)

    def as_member(self, slug: str) -> Actor | None:
        """Return the actor for the company with this slug, or None for a stranger."""
        for member in self.members:
            if member["slug"] == slug:
                return Actor(
                    "member", person=self.person, name=member["name"], locale=self.locale,
                    company=UUID(member["company_id"]), member=UUID(member["id"]), roles=frozenset(member["roles"]),
                    unit=UUID(member["unit_id"]) if member["unit_id"] else None,
                )  # fmt: skip
        return None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def find(token: str) -> SessionInfo | None:
    """Return who a cookie's token belongs to; an unknown or expired one is nobody."""
    digest = _hash(token)
    row = await db.ask("select * from session_of($1)", digest)
    if row is None:
        return None
    if row["stale"]:
        await _touch(digest)
    return SessionInfo(
        row["person_id"], row["name"], row["email"], row["locale"], row["csrf_seed"], row["is_operator"],
        tuple(row["members"]), tuple(row["memberships"]), row["unread"],
    )  # fmt: skip


async def _touch(digest: bytes) -> None:
    async with db.transaction(operator=True):
        await db.execute(
            "update session set seen_at = now(), expires_at = now() + $2 where token_hash = $1",
            digest,
            LASTS,
        )


async def start(person: UUID) -> str:
    """Open a fresh session and return its token: a new one at every sign-in, whatever the browser sent before."""
    token = secrets.token_urlsafe(32)
    async with db.transaction(operator=True):
        await db.execute(
            "insert into session (token_hash, person_id, csrf_seed, expires_at) values ($1, $2, $3, now() + $4)",
            _hash(token),
            person,
            secrets.token_bytes(16),
            LASTS,
        )
    return token


async def end(token: str) -> None:
    """Forget a session; ending it twice is harmless."""
    async with db.transaction(operator=True):
        await db.execute("delete from session where token_hash = $1", _hash(token))


async def end_all(person: UUID) -> int:
    """Sign a person out everywhere; return how many sessions ended."""
    async with db.transaction(operator=True):
        return await db.execute("delete from session where person_id = $1", person)


async def forget_expired() -> int:
    """Delete expired sessions and old sign-in links (a sweep)."""
    async with db.transaction(operator=True):
        await db.execute("delete from sign_in_link where expires_at < now() - interval '7 days'")
        return await db.execute("delete from session where expires_at < now()")
