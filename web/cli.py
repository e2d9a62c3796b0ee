"""The command `enishi`: run the house or one part of it, migrate, seed, move the clock, verify books and evidence."""

import argparse
import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from marketplace.core.errors import Failure
from marketplace.core.settings import require_ready, settings

SPAN = re.compile(r"\+?(\d{1,5})([dhm])")
VISITORS = frozenset({"seed", "verify", "clock"})
"""Commands that reach a house which is running already."""

UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    given = _parser().parse_args(arguments)
    if given.command in VISITORS:
        from web import house

        os.environ.update(house.running(os.environ))
    require_ready(settings())
    try:
        return int(COMMANDS[given.command](given) or 0)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="enishi", description="Run Enishi, or one part of it.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="the whole house with its demo world; plays the main job once")
    demo.add_argument(
        "--once", action="store_true", help="stop after the story; the exit code tells whether it held"
    )
    commands.add_parser("up", help="the whole house, without a demo world")
    for name, text in PARTS.items():
        part = commands.add_parser(name, help=text)
        if name == "seed":
            part.add_argument("--mark", type=Path, help="a file to make when planting begins")
    clock = commands.add_parser("clock", help="show the business clock, or move it: enishi clock +3d")
    clock.add_argument("by", nargs="?", type=_span, help="+3d, +12h or +30m")
    evidence = commands.add_parser("evidence", help="check the evidence of a contract, offline")
    evidence.add_argument("file", type=Path, help="the ZIP that was saved from the contract's page")
    evidence.add_argument("--root", type=Path, help="the certificate that the operator publishes, as PEM")
    return parser


PARTS = {
    "web": "the web server",
    "worker": "a worker for money, work and mail",
    "scheduler": "the sweeps (run exactly one)",
    "migrate": "bring the database to the newest version",
    "seed": "fill an empty database with the demo world",
    "verify": "check every invariant on this database",
}


def _span(text: str) -> timedelta:
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError("write a time span such as +3d, +12h or +30m")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _demo(given: argparse.Namespace) -> int:
    from web import demo

    return demo.run(once=given.once)


def _up(_given: argparse.Namespace) -> int:
    from web import demo

    return demo.run_plain()


def _web(_given: argparse.Namespace) -> int:
    import uvicorn

    uvicorn.run(
        "web.app:application",
        factory=True,
        host=os.environ.get("ENISHI_HOST", "127.0.0.1"),
        port=int(os.environ.get("ENISHI_PORT", "8000")),
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        proxy_headers=settings().production,
    )
    return 0


def _worker(_given: argparse.Namespace) -> int:
    from marketplace import worker

    worker.main(settings(), settings().worker_database_url, ["money", "work", "mail"])
    return 0


def _scheduler(_given: argparse.Namespace) -> int:
    import uvloop

    from marketplace import schedule
    from marketplace.core import db, doorbell

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        doorbell.use(settings().redis_url)
        await db.DB.serve(settings().worker_database_url, size=2)
        await schedule.serve(stop)
        await db.DB.close()

    uvloop.run(serve())
    return 0


def _migrate(_given: argparse.Namespace) -> int:
    from marketplace.core.migrations import migrate

    asyncio.run(migrate(settings().database_url))
    return 0


def _seed(given: argparse.Namespace) -> int:
    import uvloop

    from marketplace import seeds

    return uvloop.run(_on_database(lambda: seeds.plant(mark=given.mark)))


def _verify(_given: argparse.Namespace) -> int:
    import uvloop

    from web import verification

    return uvloop.run(_on_database(verification.report))


def _clock(given: argparse.Namespace) -> int:
    from web import demo

    return demo.clock(given.by)


def _evidence(given: argparse.Namespace) -> int:
    from web import verification

    return verification.evidence(given.file, given.root)


async def _on_database(action: Callable[[], Awaitable[int | None]]) -> int:
    from marketplace.core import db, doorbell

    doorbell.use(settings().redis_url)
    await db.DB.serve(settings().worker_database_url, size=8)
    try:
        return int(await action() or 0)
    finally:
        await db.DB.close()


COMMANDS = {
    "demo": _demo,
    "up": _up,
    "web": _web,
    "worker": _worker,
    "scheduler": _scheduler,
    "migrate": _migrate,
    "seed": _seed,
    "verify": _verify,
    "clock": _clock,
    "evidence": _evidence,
}

if __name__ == "__main__":
    sys.exit(main())
