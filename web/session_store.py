"""What the pages ask of the people: who holds this session? `marketplace.people.sessions` is the store."""

from typing import Protocol
from uuid import UUID

from marketplace.people.sessions import SessionInfo

__all__ = ["SessionInfo", "SessionStore"]


class SessionStore(Protocol):
    """Where sessions are kept; a module with these functions fits."""

    async def find(self, token: str) -> SessionInfo | None:
        """Return the living session of this token, or None."""

    async def start(self, person: UUID) -> str:
        """Store a new session and return its token."""

    async def end(self, token: str) -> None:
        """Forget the session of this token; an unknown one is no failure."""
