"""`enishi demo` and `enishi up`: raise the house, plant the demo world once, play the story, stay until Ctrl-C."""

import asyncio
import subprocess
import sys
import time
from datetime import timedelta

from marketplace.core.clock import JST
from marketplace.core.engines import EngineError, data_directory
from marketplace.core.programs import Program, Restart
from marketplace.core.settings import settings
from marketplace.core.supervisor import NotStarted, Supervisor
from web import replanting
from web.house import House, inherited, programs, raise_engines
from web.replanting import BEGUN, PLANTED


class Interrupted(Exception):
    """The house was asked to stop, or gave up, while a program was to run to its end; carries the code to end with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run(*, once: bool) -> int:
    """Run the demo; return 0 when the story held (or was not played), else 1."""
    begun = time.monotonic()
    _say("Enishi 縁: starting the engines …")
    try:
        _forget_half_planted()
        house = raise_engines(inherited(), demo=True)
        with Supervisor(house.data, engines=house.engines) as keeper:
            return _live(keeper, house, once=once, begun=begun)
    except Interrupted as interrupted:
        return interrupted.code
    except (EngineError, NotStarted) as problem:
        _say(f"Enishi could not start: {problem}")
        return 1


def _forget_half_planted() -> None:
    data = data_directory(inherited())
    if replanting.half_planted(data, inherited()):
        _say("  the last start was interrupted while it planted the demo world: that half is thrown away")
        replanting.clear(data)


def _live(keeper: Supervisor, house: House, *, once: bool, begun: float) -> int:
    _command(house, "migrate")
    if not keeper.start(*programs(house)):
        return 0
    _say(f"  up at {house.base_url} after {time.monotonic() - begun:.1f} s")
    planted = house.data / PLANTED
    first = not planted.exists()
    if first:
        _say("  planting the demo world: two companies, 400 alumni, 31 tasks, 18 referrals …")
        if _run_to_end(keeper, house, "seed", "web.cli", "seed", "--mark", str(house.data / BEGUN)):
            raise NotStarted("the demo world was not planted; see above")
        planted.touch()
        _say(f"  planted after {time.monotonic() - begun:.1f} s")
    if first or once:
        _say("\nThe main job, played over HTTP:\n")
        code = _run_to_end(keeper, house, "story", "web.story", house.base_url)
        if once:
            return code
        if code:
            _say("\nThe story did not hold; the log says more. The house stays up, so that you can look.")
    _say(f"\nEnishi is at {house.base_url}: choose whom to be at {house.base_url}/demo. Ctrl-C stops it.")
    return keeper.watch()


def _run_to_end(keeper: Supervisor, house: House, name: str, module: str, *arguments: str) -> int:
    """Run a program beside the house and return its code; raises Interrupted when the house stops first."""
    program = Program(
        name=name,
        argv=[sys.executable, "-m", module, *arguments],
        environment=house.environment,
        restart=Restart.NEVER,
        aloud=True,
    )
    keeper.start(program)
    code = keeper.watch(until=name)
    if program.exit_code() is None:
        raise Interrupted(code)
    return code


def run_plain() -> int:
    """Run the house without a demo world."""
    try:
        house = raise_engines(inherited(), demo=False)
        with Supervisor(house.data, engines=house.engines) as keeper:
            _command(house, "migrate")
            keeper.start(*programs(house))
            _say(f"Enishi is at {house.base_url}. Ctrl-C stops it.")
            return keeper.watch()
    except (EngineError, NotStarted) as problem:
        _say(f"Enishi could not start: {problem}")
        return 1


def _command(house: House, name: str) -> None:
    code = subprocess.call([sys.executable, "-m", "web.cli", name], env=house.environment)  # noqa: S603
    if code:
        raise NotStarted(f"“enishi {name}” ended with code {code}; see above")


def clock(by: timedelta | None) -> int:
    """Show the business clock, or move it and let what has come due happen."""
    from marketplace import clockwork
    from marketplace.core import db, doorbell

    async def work() -> None:
        doorbell.use(settings().redis_url)
        await db.DB.open(settings().worker_database_url, size=4)
        now = await (clockwork.advance(by) if by else clockwork.now())
        _say(f"{now.astimezone(JST):%Y-%m-%d %H:%M} JST")
        await db.DB.close()

    asyncio.run(work())
    return 0


def _say(text: str) -> None:
    print(text, flush=True)
