"""What both engines share: one owner for each data directory, start until ready, stop, start again.

Two locks guard an engine's directory, both released by the kernel whatever happens to their holders:

- `<name>.owner` is held by the process that runs the engine; a second one is refused.
- `<name>.alive` is inherited by the engine's own processes. After `kill -9` of the owner they may need a
  moment to close; the next start waits for the last of them, so that two never write into one directory.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from marketplace.core import processes
from marketplace.core.engines.sockets import socket_directory

PATIENCE = 30.0  # seconds for a start, and for the processes of a killed owner to close
OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


class EngineError(RuntimeError):
    """An engine cannot run here; the text says why and what to do."""


class AlreadyRunning(EngineError):
    """Another process runs the engine of this data directory."""


class Engine:
    """A database process of ours on a unix socket; `start` and `stop` may be repeated.

    Subclasses say how: `name`, `death_signal`, `stop_steps`, `prepare()`, `command()` and `ready()`.
    """

    name: str
    death_signal: signal.Signals
    stop_steps: Sequence[tuple[signal.Signals, float]]

    def __init__(self, data_directory: Path, *, durable: bool = True) -> None:
        self.data_directory = data_directory.absolute()
        self.directory = self.data_directory / self.name
        self.log = self.data_directory / "logs" / f"{self.name}.log"
        self.durable = durable
        self.sockets: Path
        self._process: subprocess.Popen[bytes] | None = None
        self._owner: int | None = None

    def start(self) -> None:
        """Own the directory and return when the engine answers; do nothing while it runs.

        Raises `AlreadyRunning` when another process owns the directory, `EngineError` when it cannot start.
        """
        if self.exit_code() is None and self._process is not None:
            return
        self._own()
        try:
            self.sockets = socket_directory(self.data_directory)
            alive = self._wait_for_former()
            try:
                self.prepare()
                self._launch(alive)
            finally:
                os.close(alive)  # the engine's processes hold it now
            self._await_ready()
        except OSError as problem:
            self.stop()
            raise EngineError(f"{self.name} cannot start: {problem}") from problem
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the engine cleanly, by force if it does not listen, and give its directory free."""
        if self._process is not None:
            processes.end(self._process, self.stop_steps)
            self._process = None
            with contextlib.suppress(OSError):  # the other engine's socket is still in it
                self.sockets.rmdir()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def exit_code(self) -> int | None:
        """Return how the engine ended by itself, or None while it runs (or was never started)."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        """The engine's main process."""
        if self._process is None:
            raise EngineError(f"{self.name} is not running.")
        return self._process.pid

    def prepare(self) -> None:
        """Make the directory ready for a start."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        """Return the program and its arguments."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Tell whether the engine answers."""
        raise NotImplementedError

    def _own(self) -> None:
        if self._owner is not None:
            return
        try:
            self.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.log.parent.mkdir(exist_ok=True)
            owner = os.open(self.data_directory / f"{self.name}.owner", OPEN_FLAGS, 0o600)
        except PermissionError as problem:
            raise EngineError(
                f"The data directory {self.data_directory} belongs to another user. "
                "Run as that user, or choose another directory with ENISHI_DATA."
            ) from problem
        if not _locked(owner):
            other = _read_pid(owner)
            os.close(owner)
            raise AlreadyRunning(
                f"Enishi (process {other}) already runs {self.name} on {self.data_directory}."
            )
        _write_pid(owner, os.getpid())
        self._owner = owner

    def _wait_for_former(self) -> int:
        """Return the lock that the engine will inherit, once no process of a former run holds it."""
        alive = os.open(self.data_directory / f"{self.name}.alive", OPEN_FLAGS, 0o600)
        begun, asked = time.monotonic(), False
        while not _locked(alive):
            waited = time.monotonic() - begun
            if waited > PATIENCE:
                os.close(alive)
                raise EngineError(
                    f"A former {self.name} still runs on {self.data_directory} and does not end."
                )
            if waited > PATIENCE / 6 and not asked and (former := _read_pid(alive)):
                os.kill(former, self.death_signal)  # this kernel has not told it that its owner died
                asked = True
            time.sleep(0.02)
        return alive

    def _launch(self, alive: int) -> None:
        with self.log.open("ab") as log:
            self._process = processes.spawn(
                self.command(), output=log, death_signal=self.death_signal, keep_open=[alive]
            )
        _write_pid(alive, self._process.pid)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.ready():
            code = self.exit_code()
            if code is not None or time.monotonic() > deadline:
                how = "does not answer" if code is None else f"ended with code {code}"
                raise EngineError(f"{self.name} {how}. Its log ({self.log}) ends with:\n{self._last_words()}")
            time.sleep(0.01)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def holder(lock: Path) -> int | None:
    """Return the process that holds a lock (`<name>.owner`, `<name>.alive`), None when it is free."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if _locked(descriptor) else _read_pid(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(descriptor: int) -> int | None:
    return int(os.pread(descriptor, 32, 0) or 0) or None


def _write_pid(descriptor: int, pid: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{pid}\n".encode(), 0)
