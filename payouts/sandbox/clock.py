"""The sandbox's own time: real time plus an offset that the control plane sets."""

import time

from payouts.sandbox.store import Store


class Clock:
    """Tell the time; the offset is durable, so a restart does not travel back."""

    def __init__(self, store: Store) -> None:
        """Read the offset that was set before."""
        self._store = store
        self.offset_seconds = int(store.setting("clock_offset_seconds", "0"))

    def now(self) -> int:
        """Return sandbox time in whole seconds."""
        return int(time.time()) + self.offset_seconds

    def set_offset(self, seconds: int) -> None:
        """Move sandbox time to ``seconds`` after real time."""
        self._store.set_setting("clock_offset_seconds", str(seconds))
        self.offset_seconds = seconds
