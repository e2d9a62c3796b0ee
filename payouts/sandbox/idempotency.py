"""Idempotency keys: the same key gives the same answer, for a day or, in v2, for thirty."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from payouts.sandbox.errors import ApiError, key_in_use
from payouts.sandbox.store import Store
from payouts.sandbox.world import DAY

V1_SECONDS = DAY
V2_SECONDS = 30 * DAY
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Stored:
    """What a key answered the first time, and to which request."""

    status: int
    body: str
    request_id: str


class Keys:
    """Remember answers by (account, key); know which keys are being executed right now."""

    def __init__(self, store: Store) -> None:
        """Keep the answers in ``store``; what is in flight dies with the process, as it should."""
        self._store = store
        self._busy: set[tuple[str, str]] = set()
        self._guard = threading.Lock()

    @contextmanager
    def in_flight(self, scope: str, key: str | None) -> Iterator[None]:
        """Hold a key while its request runs; a second request with it gets 409 at once."""
        if key is None:
            yield
            return
        if len(key) > _LONGEST_KEY:
            raise ApiError(400, "Idempotency keys cannot be longer than 255 characters.")
        with self._guard:
            if (scope, key) in self._busy:
                raise key_in_use()
            self._busy.add((scope, key))
        try:
            yield
        finally:
            with self._guard:
                self._busy.discard((scope, key))

    def find(self, scope: str, key: str, fingerprint: str, *, after: int) -> Stored | None:
        """Return what the key answered if that was later than ``after``.

        Raises ApiError 400 ``idempotency_error`` when it was another request.
        """
        found = self._store.row(
            "select fingerprint, status, body, request from idempotency "
            "where scope = ? and key = ? and created > ?",
            scope,
            key,
            after,
        )
        if found is None:
            return None
        if found[0] != fingerprint:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return Stored(int(found[1]), str(found[2]), str(found[3]))

    def keep(self, scope: str, key: str, fingerprint: str, answer: Stored, now: int) -> None:
        """Store the first answer of a key."""
        self._store.run(
            "insert or replace into idempotency values (?, ?, ?, ?, ?, ?, ?)",
            scope,
            key,
            fingerprint,
            answer.status,
            answer.body,
            answer.request_id,
            now,
        )

    def forget(self) -> int:
        """Drop every key, as Stripe may after a day, and return how many there were."""
        return self._store.run("delete from idempotency")


def fingerprint_of(method: str, path: str, body: str) -> str:
    """Hash what must be equal when a key is used again."""
    return hashlib.sha256(f"{method} {path}\n{body}".encode()).hexdigest()
