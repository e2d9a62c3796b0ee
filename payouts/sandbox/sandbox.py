"""The running sandbox: everything that its calls, pages and control plane share."""

from pathlib import Path

from payouts.sandbox import due
from payouts.sandbox.clock import Clock
from payouts.sandbox.faults import Faults
from payouts.sandbox.idempotency import Keys
from payouts.sandbox.store import Store
from payouts.sandbox.world import Settings, World

DATABASE = "sandbox.sqlite3"


class Sandbox:
    """Hold the store, the clock, the faults and the keys."""

    def __init__(self, data: Path, settings: Settings) -> None:
        """Open the data directory, making it when needed."""
        data.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.store = Store(data / DATABASE)
        self.clock = Clock(self.store)
        self.faults = Faults()
        self.keys = Keys(self.store)

    def world(
        self, account: str = "", *, request_id: str | None = None, idempotency_key: str | None = None
    ) -> World:
        """Return the world as one account sees it now."""
        return World(
            self.store,
            self.settings,
            self.clock.now(),
            account,
            request_id=request_id,
            idempotency_key=idempotency_key,
        )

    def catch_up(self) -> int:
        """Do what is due by the sandbox clock, until nothing more is."""
        done = 0
        while count := due.apply(self.world()):
            done += count
        return done
