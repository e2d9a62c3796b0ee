"""The whole house on free ports: both stories hold, a second start keeps every yen, and nothing stays behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOUND = 600
OURS = ("DATABASE_URL", "REDIS_URL", "STRIPE_", "SMTP_URL", "ENISHI_", "WEB_DATABASE", "WORKER_DATABASE")


# What the second story has to show, in yen where it is about money.
SECOND_STORY = (
    "agrees without an account",
    "records the success by itself",
    "its tax ¥200 and the reward ¥30,000: together  ¥32,200",
    "holds the reward: both came from one network address",
    "Mei's reward has arrived; her statement shows it  ¥30,000",
    "one transfer and one arrived payout for the reward  ¥30,000",
    "denies it by rule JP-HIRE-OUTSIDER:",
    "names the lawful ways:",
    "does not close the month: a difference is open, and it names it",
    "closes the company's month",
    "closes the ledger's month",
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def house(tmp_path):
    """An environment in which nothing of this machine's own house is known."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ports = {name: free_port() for name in ("ENISHI_PORT", "ENISHI_SANDBOX_PORT", "ENISHI_SMTP_PORT")}
    plain.pop("PYTHONDONTWRITEBYTECODE", None)  # eight processes import the same modules
    kept = {"PYTHONPYCACHEPREFIX": str(tmp_path / "compiled"), "PYTHONPATH": str(ROOT)}
    return {**plain, **kept, **ports, "ENISHI_DATA": str(tmp_path / "data")}


def enishi(house, *arguments):
    """Run a command to its end."""
    command = [sys.executable, "-m", "web.cli", *arguments]
    return subprocess.run(
        command,
        check=False,
        env=house,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BOUND,
    )


def play_in_chromium(house):
    """Play the same acts with a real browser; return what was said, or None where no Chromium is and none must be."""
    if not shutil.which("chromium"):
        assert not os.environ.get("REQUIRE_BROWSER"), "no chromium"
        return None
    command = [sys.executable, "-m", "tests.stories.in_chromium", f"http://localhost:{house['ENISHI_PORT']}"]
    sandbox = {"STRIPE_API_BASE": f"http://127.0.0.1:{house['ENISHI_SANDBOX_PORT']}"}
    played = subprocess.run(
        command,
        check=False,
        env={**house, **sandbox},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BOUND,
    )
    assert played.returncode == 0, played.stdout
    return played.stdout


def begin(house):
    """Start the demonstration as at a terminal."""
    command = [sys.executable, "-m", "web.cli", "demo"]
    return subprocess.Popen(
        command, env=house, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def read_until(program, words):
    """Read what a program says until it says these words; return all of it."""
    said = ""
    while words not in said:
        line = program.stdout.readline()
        assert line, said
        said += line
    return said


def left_behind(house):
    """Return the processes that still carry this house's data directory in their environment."""
    mark = f"ENISHI_DATA={house['ENISHI_DATA']}".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            environment = (each / "environ").read_bytes()
            running = (each / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            continue
        if running and mark in environment.split(b"\0"):
            found.append((each / "cmdline").read_bytes().replace(b"\0", b" "))
    return found


pytestmark = [
    pytest.mark.house,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


def test_the_main_job_holds_and_a_second_start_keeps_every_yen_and_ctrl_c_leaves_nothing(house):
    first = enishi(house, "demo", "--once")

    assert first.returncode == 0, first.stdout
    assert "The story holds" in first.stdout, first.stdout
    assert first.stdout.count("¥14,635") >= 2, first.stdout
    assert [line for line in SECOND_STORY if line not in first.stdout] == [], first.stdout
    assert left_behind(house) == []

    second = begin(house)
    try:
        said = read_until(second, "Ctrl-C stops it")
        assert "planting" not in said

        verified = enishi(house, "verify")

        assert verified.returncode == 0, verified.stdout
        assert "ok      every payout is one at the sandbox, of the same amount" in verified.stdout

        chromium = play_in_chromium(house)

        assert chromium is None or "The story holds" in chromium
        assert chromium is None or [line for line in SECOND_STORY if line not in chromium] == [], chromium

        clock = enishi(house, "clock", "+3d")

        assert clock.returncode == 0, clock.stdout
    finally:
        second.send_signal(signal.SIGINT)
        second.wait(60)
    assert left_behind(house) == []


def interrupt(house, how):
    """Start the demonstration, interrupt it in the middle of planting, and return what it said."""
    program = begin(house)
    said = read_until(program, "planting the demo world")
    time.sleep(8)
    program.send_signal(how)
    program.wait(60)
    return said


def test_a_planting_that_was_killed_or_stopped_leaves_nothing_running_and_the_next_start_plants_anew(house):
    interrupt(house, signal.SIGKILL)

    said = interrupt(house, signal.SIGINT)

    assert "that half is thrown away" in said
    assert left_behind(house) == []

    again = enishi(house, "demo", "--once")

    assert "that half is thrown away" in again.stdout, again.stdout
    assert again.returncode == 0, again.stdout
    assert "The story holds" in again.stdout, again.stdout
    assert left_behind(house) == []
