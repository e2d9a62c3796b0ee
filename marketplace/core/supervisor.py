"""Keep the house running: start programs in order, restart what falls, stop everything in reverse.

One thread and one loop. Children are tied to us by the kernel (see `processes`), so that `kill -9` of the
supervisor leaves no orphan; on a clean stop each gets SIGTERM, its grace, then SIGKILL with all its children.
"""

import contextlib
import select
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self, TextIO

from marketplace.core.engines.engine import Engine, EngineError
from marketplace.core.house_log import HouseLog
from marketplace.core.programs import Program, Restart

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 0.1  # seconds
STEADY = 60.0  # seconds after which a child has proved itself, and its falls are forgotten
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart; doubled with each fall

STOPPED = 0
GAVE_UP = 1


class NotStarted(RuntimeError):
    """A program ended, or did not become ready, when the house was starting."""


@dataclass(slots=True)
class _Falls:
    """How often a child fell without having proved itself, and when it may try again."""

    count: int = 0
    started: float = 0.0
    again: float | None = None  # a time, when a restart is waiting


class Supervisor:
    """Run programs (and watch engines) until asked to stop.

        with Supervisor(data_directory, engines=[postgres, valkey]) as house:
            house.start(web, worker)
            return house.watch()

    Leaving the block stops everything, engines last. Use it on the main thread: it handles SIGINT, SIGTERM
    and SIGHUP (a second one skips the grace).
    """

    def __init__(
        self,
        data_directory: Path,
        *,
        engines: Sequence[Engine] = (),
        most_falls: int = 5,
        patience: float = 60.0,
        terminal: TextIO | None = None,
    ) -> None:
        self.log = HouseLog(data_directory / "logs", terminal or sys.stderr)
        self.engines = list(engines)
        self.programs: list[Program] = []
        self.most_falls = most_falls
        self.patience = patience
        self._asked = 0
        self._falls: defaultdict[str, _Falls] = defaultdict(_Falls)
        self._former_handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            self._former_handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number, handler in self._former_handlers.items():
            signal.signal(number, handler)
        self.log.close()

    def start(self, *programs: Program) -> bool:
        """Start programs in order, each when the one before is ready; False when asked to stop meanwhile.

        Raises `NotStarted` when one ends at once or is not ready within the patience (seconds).
        """
        for program in programs:
            if self._asked:
                return False
            self.programs.append(program)
            try:
                self._launch(program)
            except OSError as problem:
                raise NotStarted(f"{program.name} cannot be executed: {problem}") from problem
            self._await_ready(program)
        return not self._asked

    def watch(self, until: str | None = None) -> int:
        """Keep everything running; return the exit code for the command.

        0 when asked to stop, 1 when a child falls again and again, the program's own code when the one named
        `until` ends.
        """
        while not self._asked:
            self._hear(TICK)
            if until is not None and (code := self._ended(until)) is not None:
                return code
            try:
                for child in self._children():
                    if child.name != until:
                        self._mend(child)
            except NotStarted as problem:
                self.log.note(str(problem))
                return GAVE_UP
        return STOPPED

    def stop(self) -> None:
        """Stop the programs in reverse order, then the engines."""
        for program in reversed(self.programs):
            program.ask_to_stop()
            deadline = time.monotonic() + program.grace
            while self._runs(program) and time.monotonic() < deadline and self._asked < 2:  # noqa: PLR2004 - who asks twice does not wait
                self._hear(TICK)
            if self._runs(program):
                self.log.note(f"{program.name} did not stop by itself and was killed.")
            for line in program.finish():
                self.log.said(program.name, line, aloud=program.aloud)
        self.programs.clear()
        for engine in reversed(self.engines):
            engine.stop()
        self.engines.clear()

    def _children(self) -> list[Program | Engine]:
        return [*self.engines, *self.programs]

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def _launch(self, child: Program | Engine) -> None:
        fall = self._falls[child.name]
        fall.started, fall.again = time.monotonic(), None
        child.start()

    def _await_ready(self, program: Program) -> None:
        deadline = time.monotonic() + self.patience
        while not self._asked:
            self._hear(0.02)
            code = program.exit_code()
            if code is not None and not (code == 0 and program.restart is not Restart.ALWAYS):
                raise NotStarted(self._obituary(program, f"ended with code {code} when it was starting"))
            if code is not None or program.answers():
                return
            if time.monotonic() > deadline:
                raise NotStarted(self._obituary(program, f"was not ready within {self.patience:g} seconds"))

    def _mend(self, child: Program | Engine) -> None:
        """Start a fallen child again when its pause is over."""
        fall = self._falls[child.name]
        if fall.again is None:
            code = child.exit_code()
            if code is None or not _wanted(child, code):
                return
            self._count(child, f"ended with code {code}")
        elif time.monotonic() >= fall.again:
            if isinstance(child, Program):
                self._bury(child)
            try:
                self._launch(child)
            except (OSError, EngineError) as problem:
                self._count(child, f"cannot start: {problem}")

    def _count(self, child: Program | Engine, what: str) -> None:
        fall = self._falls[child.name]
        now = time.monotonic()
        fall.count = 1 if now - fall.started > STEADY else fall.count + 1
        if fall.count > self.most_falls:
            raise NotStarted(self._obituary(child, f"{what}, {fall.count} times in a row; giving up"))
        pause = min(FIRST_PAUSE * 2 ** (fall.count - 1), LONGEST_PAUSE)
        fall.again = now + pause
        self.log.note(self._obituary(child, f"{what}; starting it again in {pause:g} s"))

    def _obituary(self, child: Program | Engine, what: str) -> str:
        if not isinstance(child, Program):
            return f"{child.name} {what}. Its log is {child.log}."
        if child.exit_code() is not None:
            self._bury(child)
        words = "".join(f"\n  {line}" for line in child.last_words)
        return f"{child.name} {what}." + (f" It said:{words}" if words else "")

    def _bury(self, program: Program) -> None:
        for line in program.finish():
            self.log.said(program.name, line, aloud=program.aloud)

    def _ended(self, name: str) -> int | None:
        return next((program.exit_code() for program in self.programs if program.name == name), None)

    def _runs(self, program: Program) -> bool:
        return program.pid is not None and program.exit_code() is None

    def _hear(self, seconds: float) -> None:
        """Wait for somebody to speak, at most this long, and keep what is said."""
        speaking = [program for program in self.programs if program.fileno() >= 0]
        if not speaking:
            time.sleep(seconds)
        for program in _ready_to_read(speaking, seconds):
            for line in program.hear():
                self.log.said(program.name, line, aloud=program.aloud)


def _wanted(child: Program | Engine, code: int) -> bool:
    """Tell whether a child that ended with this code is to be started again."""
    if isinstance(child, Engine) or child.restart is Restart.ALWAYS:
        return True
    return child.restart is Restart.ON_FAILURE and code != 0


def _ready_to_read(programs: Iterable[Program], seconds: float) -> list[Program]:
    with contextlib.suppress(InterruptedError):
        return select.select(list(programs), [], [], seconds)[0]
    return []
