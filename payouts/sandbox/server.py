"""The HTTP server: one thread per connection, API, hosted pages and control plane on one port."""

import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from payouts.sandbox import control_plane, pages, protocol
from payouts.sandbox.delivery import Courier
from payouts.sandbox.protocol import Dropped, Reply, Request
from payouts.sandbox.sandbox import Sandbox
from payouts.sandbox.world import Settings

_TICK_SECONDS = 0.5
_LARGEST_BODY = 1_000_000


class _Handler(BaseHTTPRequestHandler):
    """Read one request after the other from a kept-alive connection."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    # One packet per answer: small writes without delay would wait for the peer's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "Server"

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self.send_error(413)
            return
        body = self.rfile.read(length).decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        try:
            reply = respond(self.server.sandbox, request)
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(reply)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 — the names that http.server looks for

    def _send(self, reply: Reply) -> None:
        content = reply.body.encode()
        self.send_response(reply.status)
        for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — http.server's signature
        """Stay silent: the store holds everything that happened."""


def respond(sandbox: Sandbox, request: Request) -> Reply:
    """Send a request to the control plane, a hosted page or the API."""
    path = request.path
    if path.startswith("/_sandbox/"):
        return control_plane.answer(sandbox, request)
    if path.startswith(("/connect/", "/checkout/", "/invoices/")):
        return pages.answer(sandbox, request)
    return protocol.answer(sandbox, request)


class Server(ThreadingHTTPServer):
    """Serve one sandbox; ``start`` returns at once, ``stop`` waits for the end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, data: Path, settings: Settings) -> None:
        """Bind to loopback; port 0 takes a free one."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.sandbox = Sandbox(data, replace(settings, public_url=settings.public_url or self.url))
        self._courier = Courier(self.sandbox)
        self._stopped = threading.Event()
        self._own_threads = [
            threading.Thread(target=self.serve_forever, args=(0.05,), name="http", daemon=True),
            threading.Thread(target=self._tick, name="ticker", daemon=True),
        ]

    @property
    def url(self) -> str:
        """Return the base address of the server."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to answer, to deliver webhooks and to follow the clock."""
        self._courier.start()
        for thread in self._own_threads:
            thread.start()

    def _tick(self) -> None:
        while not self._stopped.wait(_TICK_SECONDS):
            self.sandbox.catch_up()

    def stop(self) -> None:
        """End all threads and close the store."""
        self._stopped.set()
        self.shutdown()
        self._own_threads[1].join()
        self._courier.stop()
        self.server_close()
        self.sandbox.store.close()


def serve(port: int, data: Path, settings: Settings) -> Server:
    """Start a sandbox on 127.0.0.1 and return it; ``stop()`` ends it.

    Links to hosted pages begin with ``settings.public_url``, or else with the server's own address.
    """
    server = Server(port, data, settings)
    server.start()
    return server
