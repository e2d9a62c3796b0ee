"""A running sandbox for each test, a stripe client whose every call is checked, and a webhook receiver."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from payouts.sandbox.control import Control
from payouts.sandbox.server import Server, serve
from payouts.sandbox.world import Hook, Settings
from tests.payouts.sandbox import contract
from tests.payouts.sandbox.flow import Flow
from tests.payouts.sandbox.visitor import Visitor

KEY = "sk_test_sandbox"
SECRETS = {kind: f"whsec_{kind}" for kind in ("platform", "connect", "thin")}


class Receiver:
    """Receive webhooks; ``refusals`` of them are answered with 500 first."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str, bytes]] = []
        self.refusals = 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                refused = receiver.refusals > 0
                if refused:
                    receiver.refusals -= 1
                else:
                    receiver.received.append((self.path.strip("/"), self.headers["Stripe-Signature"], body))
                self.send_response(500 if refused else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def types(self, hook: str) -> list[str]:
        """Return the event types that came in on one hook, in order."""
        return [json.loads(body)["type"] for path, _, body in self.received if path == hook]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class CheckedClient(stripe.RequestsClient):
    """Hold each request and each successful answer against the contract."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[Any, int, Mapping[str, str]]:
        assert contract.request_violations(method, url, post_data or "") == []
        content, status, answered = super().request(method, url, headers, post_data)
        if status < 300:
            assert contract.answer_violations(method, urlsplit(url).path, json.loads(content)) == []
        return content, status, answered


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listen for webhooks on a free port."""
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def settings(receiver: Receiver) -> Settings:
    """Use the default prices and delays, with the three hooks pointing at the receiver."""
    hooks = tuple(Hook(kind, f"{receiver.url}/{kind}", secret) for kind, secret in SECRETS.items())
    return Settings(hooks=hooks)


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[Server]:
    """Run a fresh sandbox."""
    server = serve(0, tmp_path, settings)
    yield server
    server.stop()


def connect(url: str, http_client: stripe.HTTPClient | None = None, **more: Any) -> stripe.StripeClient:
    """Make an unmodified stripe client that talks to the sandbox."""
    bases: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), url)
    key = more.pop("key", KEY)
    return stripe.StripeClient(key, base_addresses=bases, http_client=http_client, **more)


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> stripe.StripeClient:
    """Talk to the sandbox, every call checked against the library's own types."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    return connect(server.url, CheckedClient(), max_network_retries=0)


@pytest.fixture
def plain(server: Server, monkeypatch: pytest.MonkeyPatch) -> stripe.StripeClient:
    """Talk to the sandbox unchecked, to send what is wrong."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    return connect(server.url, stripe.RequestsClient(), max_network_retries=0)


@pytest.fixture
def control(server: Server) -> Control:
    """Pull the levers."""
    return Control(server.url)


@pytest.fixture
def visitor() -> Visitor:
    """Walk the hosted pages without a script."""
    return Visitor()


@pytest.fixture
def flow(client: stripe.StripeClient, control: Control, visitor: Visitor) -> Flow:
    """Take the usual steps in one word."""
    return Flow(client, control, visitor)
