"""Child processes that cannot outlive us.

Linux ends a child with its parent (`PR_SET_PDEATHSIG`), also after `kill -9`. The tie is to the *thread* that
started the child, so children are started from the main thread. Elsewhere (macOS) the children of a killed
parent stay; the engines notice that at the next start (`engines/engine.py`).
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec there is no safe moment to load a library.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | Path],
    *,
    output: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches only us and we end it in order.

    `output` takes both its streams; `death_signal` is what it gets when this process dies; `keep_open` are
    file descriptors that it inherits. Raises `OSError` when the program cannot be executed.
    """
    return subprocess.Popen(  # noqa: S603 - the programs are named by our own code and settings
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env=None if environment is None else dict(environment),
        start_new_session=True,
        pass_fds=keep_open,
        preexec_fn=_die_with_parent(death_signal),  # noqa: PLW1509 - one system call, its library already loaded
    )


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> int:
    """Send each signal in turn and give it its seconds to work, then kill; return the exit code."""
    for step, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(step)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
    return process.wait()


def kill_session(leader: int) -> None:
    """Kill whatever is left of the session that the ended child `leader` had opened.

    The kernel gives the number of a session to nobody else while a member lives, so only our own are met.
    """
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in parentheses may hold spaces; state, parent, group and session follow it.
            session = int(entry.read_text(errors="replace").rpartition(")")[2].split()[3])
            if session == leader:
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            continue  # it ended while we looked


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died between fork and the call above
            os._exit(1)

    return tie
