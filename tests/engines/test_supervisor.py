"""The house keeps running what it was given, says what it hears, and leaves nobody behind."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketplace.core.engines import EngineError, start_valkey
from marketplace.core.programs import Program, Restart
from marketplace.core.supervisor import NotStarted, Supervisor


@pytest.fixture
def terminal() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def house(tmp_path: Path, terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr("marketplace.core.supervisor.FIRST_PAUSE", 0.01)
    with Supervisor(tmp_path, terminal=terminal, most_falls=3, patience=10) as house:
        yield house


def python(name: str, script: str, **how: object) -> Program:
    return Program(name=name, argv=[sys.executable, "-uc", script], **how)  # type: ignore[arg-type]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()


@contextmanager
def interrupted_when(true: Callable[[], bool]) -> Iterator[None]:
    """Send ourselves SIGINT, as Ctrl-C does, once something is true; never after the block has ended."""
    over = threading.Event()

    def wait() -> None:
        eventually(lambda: over.is_set() or true())
        if not over.is_set():
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file that a child waits for (see `wait_for`), so that it cannot end before the house has started it."""
    return tmp_path / "gate"


def wait_for(gate: Path) -> str:
    return f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(.01)\n"


def test_programs_start_in_order_each_after_the_one_before_is_ready(
    house: Supervisor, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    first = python(
        "first",
        f"import time, pathlib; time.sleep(.2); pathlib.Path({str(flag)!r}).touch(); time.sleep(60)",
        ready=flag.exists,
    )
    second = python("second", f"import os; print(os.path.exists({str(flag)!r}))", restart=Restart.NEVER)

    started = house.start(first, second)

    assert started
    assert house.watch(until="second") == 0
    house.stop()
    assert "second | True" in house.log.path.read_text()


def test_a_page_that_answers_is_ready_and_one_that_fails_is_not(house: Supervisor) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = f"""
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Page.asked += 1
        self.send_response(503 if Page.asked < 3 else 200)
        self.end_headers()
        print("asked", Page.asked)
http.server.HTTPServer(("127.0.0.1", {port}), Page).serve_forever()
"""

    house.start(python("web", script, ready=f"http://127.0.0.1:{port}/health"))
    house.stop()

    assert "web | asked 3" in house.log.path.read_text()
    assert "web | asked 4" not in house.log.path.read_text()


def test_a_crashed_child_is_started_again_and_its_error_is_shown(
    house: Supervisor, tmp_path: Path, gate: Path, terminal: io.StringIO
) -> None:
    lives = tmp_path / "lives"
    script = f"""{wait_for(gate)}
with open({str(lives)!r}, "a") as book: book.write("x")
if len(open({str(lives)!r}).read()) < 3: raise RuntimeError("ouch")
time.sleep(60)
"""
    house.start(python("worker", script))
    with interrupted_when(lambda: lives.exists() and len(lives.read_text()) == 3):
        gate.touch()
        code = house.watch()

    assert code == 0
    assert lives.read_text() == "xxx"
    assert "worker | RuntimeError: ouch" in terminal.getvalue()
    assert "starting it again" in terminal.getvalue()


def test_a_child_that_falls_again_and_again_ends_the_house_with_code_1(
    house: Supervisor, tmp_path: Path, gate: Path, terminal: io.StringIO
) -> None:
    lives = tmp_path / "lives"
    script = f"{wait_for(gate)}open({str(lives)!r}, 'a').write('x'); raise SystemExit('no luck')"

    house.start(python("worker", script))
    gate.touch()
    code = house.watch()

    assert code == 1
    assert lives.read_text() == "xxxx"  # the first time and three more
    assert "no luck" in terminal.getvalue()


def test_the_house_ends_with_the_code_of_the_program_that_it_was_to_wait_for(
    house: Supervisor, gate: Path
) -> None:
    house.start(
        python("web", "import time; time.sleep(60)"),
        python("story", f"{wait_for(gate)}raise SystemExit(7)", restart=Restart.NEVER),
    )
    gate.touch()

    assert house.watch(until="story") == 7


def test_a_program_that_ends_when_starting_is_reported_with_its_last_words(house: Supervisor) -> None:
    broken = python("web", "raise SystemExit('port 80 is taken')", ready=lambda: False)

    with pytest.raises(NotStarted, match=r"web ended with code 1[\s\S]*port 80 is taken"):
        house.start(broken)


def test_a_program_that_is_never_ready_is_reported(house: Supervisor) -> None:
    house.patience = 0.3

    with pytest.raises(NotStarted, match=r"web was not ready within 0\.3 seconds"):
        house.start(python("web", "import time; time.sleep(60)", ready=lambda: False))


def test_a_program_that_cannot_be_executed_is_reported(house: Supervisor) -> None:
    with pytest.raises(NotStarted, match="ghost cannot be executed"):
        house.start(Program(name="ghost", argv=["/nonexistent/program"]))


def test_an_interrupt_stops_everything_in_reverse_order(house: Supervisor) -> None:
    script = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("bye")))
print("here")
time.sleep(60)
"""
    programs = [python(name, script) for name in ("one", "two", "three")]

    with interrupted_when(lambda: house.log.path.read_text().count("here") == 3):
        house.start(*programs)
        code = house.watch()
    house.stop()

    said = [line.split(" ", 1)[1] for line in house.log.path.read_text().splitlines() if line.endswith("bye")]
    assert code == 0
    assert said == ["three | bye", "two | bye", "one | bye"]


def test_a_program_that_does_not_listen_is_killed_after_its_grace(
    house: Supervisor, terminal: io.StringIO
) -> None:
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    )
    deaf = python("deaf", script, grace=0.2, ready=lambda: "deaf" in house.log.path.read_text())
    house.start(deaf)
    pid = deaf.pid

    house.stop()

    assert pid is not None
    assert not running(pid)
    assert "deaf did not stop by itself and was killed" in terminal.getvalue()


def test_a_stop_also_ends_grandchildren_in_groups_of_their_own(house: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"""
import os, time, signal
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open({str(note)!r}, "w").write(str(os.getpid()) + " ")
time.sleep(60)
"""
    house.start(python("worker", script, ready=lambda: note.exists() and note.read_text().endswith(" ")))
    grandchild = int(note.read_text())
    assert running(grandchild)

    house.stop()

    assert eventually(lambda: not running(grandchild))


def test_killing_the_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    script = f"""
import sys, pathlib
from marketplace.core.engines import start_valkey
from marketplace.core.programs import Program
from marketplace.core.supervisor import Supervisor
place = pathlib.Path({str(tmp_path)!r})
valkey = start_valkey(place)
with Supervisor(place, engines=[valkey]) as house:
    sleepers = [Program(name=name, argv=["sleep", "600"]) for name in "ab"]
    house.start(*sleepers)
    print(valkey.pid, *(sleeper.pid for sleeper in sleepers), flush=True)
    house.watch()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pids = [int(word) for word in supervisor.stdout.readline().split()]
        assert len(pids) == 3
        assert all(map(running, pids))

        supervisor.kill()

    assert eventually(lambda: not any(map(running, pids)))


def test_a_killed_engine_is_started_again(house: Supervisor, tmp_path: Path) -> None:
    valkey = start_valkey(tmp_path)
    house.engines.append(valkey)
    first = valkey.pid
    os.kill(first, signal.SIGKILL)

    with interrupted_when(lambda: valkey.exit_code() is None and valkey.pid != first and valkey.ready()):
        code = house.watch()

    assert code == 0
    assert valkey.pid != first
    house.stop()
    with pytest.raises(EngineError, match="not running"):
        _ = valkey.pid


def test_long_output_does_not_block_a_child(house: Supervisor) -> None:
    flood = python("flood", "for n in range(20000): print(f'line {n} ' + '縁' * 20)", restart=Restart.NEVER)

    house.start(flood)
    code = house.watch(until="flood")
    house.stop()

    assert code == 0
    assert "flood | line 19999 縁縁" in house.log.path.read_text()
