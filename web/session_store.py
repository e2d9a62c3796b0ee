"""What the pages ask of the people: who holds this session? A module with these functions is a store."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID


class Membership(Protocol):
    """One hat that a person may wear: a company and the roles there (`alumnus` is one of them)."""

    @property
    def company_id(self) -> UUID: ...
    @property
    def company_name(self) -> str: ...
    @property
    def roles(self) -> Sequence[str]: ...


class SessionInfo(Protocol):
    """What a request knows about the person who sends it, read in one query."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def locale(self) -> str | None: ...
    @property
    def csrf_seed(self) -> str: ...
    @property
    def memberships(self) -> Sequence[Membership]: ...
    @property
    def is_operator(self) -> bool: ...


class SessionStore(Protocol):
    """Where sessions are kept; a module with these functions fits."""

    async def find(self, token: str) -> SessionInfo | None:
        """Return the living session of this token, or None."""

    async def start(self, person_id: UUID) -> str:
        """Store a new session and return its token."""

    async def end(self, token: str) -> None:
        """Forget the session of this token; an unknown one is no failure."""
