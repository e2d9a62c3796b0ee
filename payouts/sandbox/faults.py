"""Faults on demand: what the network or Stripe may do to a call or to a webhook."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

CALL_FAULTS = (
    "drop_before",  # the connection dies, nothing was done
    "drop_after",  # everything was done and stored, the connection dies
    "rate_limit",  # 429, nothing was done
    "lock_timeout",  # 409, nothing was done
    "error_before",  # 500, nothing was done, nothing stored under the key
    "error_after",  # 500, everything was done, the 500 is stored under the key
    "payment_required",  # 402, nothing was done, stored under the key
    "slow",  # the answer takes ``seconds`` longer
)
WEBHOOK_FAULTS = (
    "duplicate",  # delivered ``times`` times
    "reorder",  # delivered at some moment within ``seconds``
    "delay",  # delivered ``seconds`` later
    "drop",  # never delivered
)


@dataclass
class Fault:
    """One fault: its kind, which calls (method, path) or event types it meets, and how often."""

    kind: str
    count: int = 1
    method: str = "*"
    path: str = "*"
    event: str = "*"
    seconds: float = 0.0
    times: int = 2


@dataclass
class Faults:
    """The faults that are waiting; they live in memory only."""

    waiting: list[Fault] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its call or event."""
        with self._guard:
            self.waiting.append(fault)

    def clear(self) -> None:
        """Take all faults back."""
        with self._guard:
            self.waiting.clear()

    def for_call(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this call, and count it."""
        if not self.waiting:
            return None
        return self._take(
            lambda fault: (
                fault.kind in CALL_FAULTS
                and fnmatchcase(method, fault.method)
                and fnmatchcase(path, fault.path)
            )
        )

    def for_event(self, event: str) -> Fault | None:
        """Return the fault that meets the delivery of this event type, and count it."""
        if not self.waiting:
            return None
        return self._take(lambda fault: fault.kind in WEBHOOK_FAULTS and fnmatchcase(event, fault.event))

    def _take(self, meets: Callable[[Fault], bool]) -> Fault | None:
        with self._guard:
            for fault in self.waiting:
                if meets(fault):
                    fault.count -= 1
                    if fault.count <= 0:
                        self.waiting.remove(fault)
                    return fault
        return None
