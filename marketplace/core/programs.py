"""A program of the house: what to run, how to tell that it is ready, and what it says while it runs."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.core import processes

CHUNK = 65536
LAST_WORDS = 15  # lines


class Restart(Enum):
    """When to start a program again after it has ended by itself."""

    ALWAYS = "always"
    ON_FAILURE = "on failure"
    NEVER = "never"


@dataclass(kw_only=True)
class Program:
    """One child process; `ready` is a URL on this machine that must answer below 400, or a question."""

    name: str
    argv: Sequence[str | Path]
    environment: Mapping[str, str] | None = None  # None: the same as ours
    ready: Callable[[], bool] | str | None = None
    restart: Restart = Restart.ALWAYS
    aloud: bool = False  # its lines are for the person at the terminal
    grace: float = 10.0  # seconds between being asked to stop and being killed
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_WORDS), init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _pipe: int = field(default=-1, init=False)
    _rest: bytes = field(default=b"", init=False)

    def start(self) -> None:
        """Start it without waiting; raises `OSError` when it cannot be executed."""
        self._pipe, theirs = os.pipe()
        os.set_blocking(self._pipe, False)
        self._rest = b""
        try:
            self._process = processes.spawn(self.argv, output=theirs, environment=self.environment)
        except OSError:
            self._close_pipe()
            raise
        finally:
            os.close(theirs)

    @property
    def pid(self) -> int | None:
        """The process number, None before the first start."""
        return None if self._process is None else self._process.pid

    def fileno(self) -> int:
        """Return the pipe it speaks through, -1 once that is closed."""
        return self._pipe

    def exit_code(self) -> int | None:
        """Return how it ended, None while it runs (or was never started)."""
        return None if self._process is None else self._process.poll()

    def answers(self) -> bool:
        """Tell whether it is ready for work."""
        if self.ready is None:
            return True
        return _answers(self.ready) if isinstance(self.ready, str) else self.ready()

    def hear(self) -> list[str]:
        """Return the lines it has said since the last time."""
        if self._pipe < 0:
            return []
        try:
            said = os.read(self._pipe, CHUNK)
        except BlockingIOError:
            return []
        if said:
            *lines, self._rest = (self._rest + said).split(b"\n")
        else:  # the last holder of the other end is gone
            lines, self._rest = [self._rest] if self._rest else [], b""
            self._close_pipe()
        heard = [line.decode(errors="replace").rstrip("\r") for line in lines]
        self.last_words.extend(heard)
        return heard

    def ask_to_stop(self) -> None:
        """Send SIGTERM; harmless when it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def finish(self) -> list[str]:
        """Kill what is left of it, children included, and return its last lines."""
        if self._process is None:
            return []
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        processes.kill_session(self._process.pid)
        heard: list[str] = []
        while lines := self.hear():
            heard += lines
        self._close_pipe()
        self._process = None
        return heard

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


def _answers(url: str) -> bool:
    place = urlsplit(url)
    line = HTTPConnection(place.hostname or "127.0.0.1", place.port or 80, timeout=2)
    try:  # not urllib.request: it would ask a proxy that the environment names
        line.request("GET", place.path or "/")
        return line.getresponse().status < 400  # noqa: PLR2004 - HTTP: from here on it is an error
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
