"""A payments world: a database, a sandbox on loopback, and the road between them as in a running house."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from marketplace.core import clock, db, outbox
from marketplace.core.settings import SANDBOX_KEY, settings
from payouts import events, gateway, hooks, operations
from payouts import jobs as payout_jobs  # noqa: F401 - handles the provider's events
from payouts.gateway import webhooks
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.sandbox.control import Control
from payouts.sandbox.server import Server, serve
from payouts.sandbox.world import Hook, Settings

SECRETS = {
    "platform": ("STRIPE_WEBHOOK_SECRET", "whsec_p"),
    "connect": ("STRIPE_CONNECT_WEBHOOK_SECRET", "whsec_c"),
    "thin": ("STRIPE_THIN_WEBHOOK_SECRET", "whsec_t"),
}


@dataclass
class Provider:
    """The sandbox, its levers, and the letterbox into which it drops webhooks."""

    server: Server
    control: Control
    letters: list[tuple[str, bytes, str]] = field(default_factory=list)

    async def drain(self) -> int:
        """Take in every webhook and work the money queue until nothing is due."""
        done = quiet = 0
        while True:
            worked = self.take_letters()
            for source, body, signature in worked:
                await events.store(source, webhooks.read(source, body, signature))
            more = await outbox.work_one("money") or await operations.drain_money()
            done += more
            quiet = 0 if more or worked else quiet + 1
            if quiet > 2:
                return done
            if quiet:
                await asyncio.sleep(0.05)

    def take_letters(self) -> list[tuple[str, bytes, str]]:
        """Empty the letterbox."""
        taken = self.letters[:]
        del self.letters[: len(taken)]
        return taken

    async def advance(self, **by: Any) -> None:
        """Move the business clock here and at the sandbox."""
        await clock.advance(timedelta(**by))
        async with db.transaction(operator=True):
            offset = await clock.offset()
        self.control.set_clock(int(offset.total_seconds()))

    def made(self, kind: str) -> list[dict[str, Any]]:
        """Return every transfer or payout at the sandbox."""
        by_op = self.control.dump()[f"{kind}_by_op_id"]
        return [thing for things in by_op.values() for thing in things]


@pytest.fixture(autouse=True)
def _no_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what the marketplace does with the news: here are opaque ids only."""
    monkeypatch.setattr(hooks, "_listeners", {})


@pytest.fixture(scope="session")
def letterbox() -> Iterator[tuple[str, list[tuple[str, bytes, str]]]]:
    letters: list[tuple[str, bytes, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            letters.append((self.path.strip("/"), body, self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", letters
    server.shutdown()


@pytest.fixture
async def provider(
    database: None,
    tmp_path: Any,
    letterbox: tuple[str, list[tuple[str, bytes, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Provider]:
    url, letters = letterbox
    letters.clear()
    for name, secret in SECRETS.values():
        monkeypatch.setenv(name, secret)
    monkeypatch.setenv("ENISHI_ENV", "test")
    settings.cache_clear()
    hooks = tuple(Hook(kind, f"{url}/{kind}", SECRETS[kind][1]) for kind in SECRETS)
    server = serve(0, tmp_path / "sandbox", Settings(hooks=hooks))
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=server.url))
    yield Provider(server, Control(server.url), letters)
    server.stop()
    gateway.forget()
    monkeypatch.undo()
    settings.cache_clear()
