"""A mail server for the demo that sends nothing: it keeps every mail for the mail page (see `caught`).

`python -m marketplace.notifications.catcher --port 8025 --data DIR`; with port 0 it takes a free one and writes
its number to `DIR/port`.
"""

import argparse
import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from marketplace.core.settings import settings
from marketplace.notifications import caught
from marketplace.notifications.caught import Behaviour


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve on the loopback address until SIGTERM or SIGINT; refuse to start in production."""
    parser = argparse.ArgumentParser(prog="catcher", description="Catch all mail instead of sending it.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args(arguments)
    if settings().production:
        raise SystemExit(
            "The mail catcher does not run with ENISHI_ENV=production: nobody would get their mail."
        )
    asyncio.run(serve(given.port, given.data))


async def serve(port: int, directory: Path) -> None:
    """Catch mail until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    keeper = Keeper(directory)
    server = await loop.create_server(keeper.answer, "127.0.0.1", port)
    _announce(server.sockets[0].getsockname()[1], directory)
    await stop.wait()
    server.close()


def _announce(port: int, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "port").write_text(f"{port}\n")
    print(f"catching mail on 127.0.0.1:{port}", flush=True)  # noqa: T201 - a program of its own


class Keeper:
    """Answer each connection as the directory's note says, and keep what arrives."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def answer(self) -> asyncio.BaseProtocol:
        """Return what talks to a new connection."""
        if caught.behaviour(self.directory) is Behaviour.REFUSE:
            return _Refusal()
        return SMTP(self, enable_SMTPUTF8=True, hostname="mail.enishi.localhost")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail; aiosmtpd looks for this name. The answer 250 comes after it lies on the disk."""
        if caught.behaviour(self.directory) is Behaviour.DEFER:
            return "451 4.3.0 Out of order for a while (as you asked)"
        raw = envelope.original_content or b""  # the bytes as they came
        number = await asyncio.to_thread(
            caught.keep, self.directory, envelope.mail_from or "", envelope.rcpt_tos, raw
        )
        return f"250 2.0.0 Kept as {number}"


class _Refusal(asyncio.Protocol):
    """Drop the connection at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


if __name__ == "__main__":
    main()
