"""`make demo`: seconds to the first page, cold (a new data directory) and warm, and until the demo world is planted.

What `make demo` does after its environment is installed is measured: the command `enishi demo`, with the byte code of
this Python's packages as it is. Every port is one of its own, so that a running house is not disturbed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _cpu
from _house import ROOT, answers, free_ports, report

from marketplace.core import processes

LONGEST = 600.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        cold, planted, used = _start(Path(folder), planting=True)
        warm, _, used_warm = _start(Path(folder), planting=False)
    report(
        "start: enishi demo",
        [
            ("first page, cold", f"{cold:.1f} s"),
            ("demo world planted", f"{planted:.1f} s ({used:.1f} s of CPU in all)"),
            ("first page, warm", f"{warm:.1f} s ({used_warm:.1f} s of CPU)"),
        ],
        {
            "cold_seconds": cold,
            "planted_seconds": planted,
            "warm_seconds": warm,
            "planted_cpu_seconds": used,
            "warm_cpu_seconds": used_warm,
        },
    )


def _start(data: Path, *, planting: bool) -> tuple[float, float, float]:
    """Return the seconds to the first page, to the planted world (0 if not awaited), and the CPU seconds till then."""
    web, sandbox, mail = free_ports(3)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ENISHI_DATA": str(data),
        "ENISHI_PORT": str(web),
        "ENISHI_SANDBOX_PORT": str(sandbox),
        "ENISHI_SMTP_PORT": str(mail),
    }
    begun = time.monotonic()
    with (data / "start.log").open("wb") as log:
        house = processes.spawn(
            [sys.executable, "-m", "web.cli", "demo"],
            output=log,
            environment=environment,
            directory=ROOT,
            death_signal=signal.SIGTERM,
        )
    try:
        first = _until(house, data, begun, lambda: answers(f"http://127.0.0.1:{web}/"))
        planted = _until(house, data, begun, (data / "demo-world.done").exists) if planting else 0.0
        return first, planted, _cpu.family(house.pid)
    finally:
        house.terminate()
        house.wait(60)


def _until(house: "subprocess.Popen[bytes]", data: Path, begun: float, happened: object) -> float:
    while not happened():  # type: ignore[operator]
        if house.poll() is not None or time.monotonic() > begun + LONGEST:
            raise RuntimeError(f"the house did not start:\n{(data / 'start.log').read_text()[-2000:]}")
        time.sleep(0.02)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
