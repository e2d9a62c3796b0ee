"""Run the sandbox as its own process."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from payouts.sandbox.server import serve
from payouts.sandbox.world import DAY, Hook, Settings

_HOOK_KINDS = ("platform", "connect", "thin")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m payouts.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--data", type=Path, required=True, help="directory of the SQLite file")
    parser.add_argument("--public-url", help="address of the hosted pages as a browser sees it")
    parser.add_argument("--transfer-delay-seconds", type=int, default=DAY)
    parser.add_argument("--payout-weekdays", type=int, default=2)
    parser.add_argument("--card-available-after-days", type=int, default=0)
    parser.add_argument("--dispute-fee", type=int, default=0)
    for kind in _HOOK_KINDS:
        parser.add_argument(f"--{kind}-hook", nargs=2, action="append", default=[], metavar=("URL", "SECRET"))
    return parser.parse_args()


def main() -> int:
    """Start, say where, and stop on SIGTERM or SIGINT; refuse beside a live key."""
    if os.environ.get("STRIPE_SECRET_KEY", "").startswith(("sk_live_", "rk_live_")):
        sys.stderr.write("STRIPE_SECRET_KEY is a live key: the sandbox does not start beside real money.\n")
        return 2
    given = _arguments()
    hooks = tuple(
        Hook(kind, url, secret) for kind in _HOOK_KINDS for url, secret in getattr(given, f"{kind}_hook")
    )
    settings = Settings(
        public_url=(given.public_url or "").rstrip("/"),
        transfer_delay_seconds=given.transfer_delay_seconds,
        payout_weekdays=given.payout_weekdays,
        card_available_after_days=given.card_available_after_days,
        dispute_fee=given.dispute_fee,
        hooks=hooks,
    )
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server = serve(given.port, given.data, settings)
    sys.stdout.write(f"Sandbox with test money on {server.url}\n")
    sys.stdout.flush()
    stopped.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
