"""CPU time of processes: what a piece of work costs, whoever else is on the machine."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """Return the CPU seconds (user and system) that a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def family(pid: int) -> float:
    """Return the CPU seconds of a process, its living children and the dead ones that it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        reaped = (int(fields[13]) + int(fields[14])) / _TICKS
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return seconds(pid) + reaped + sum(family(int(child)) for child in children)


def on_cpu_ms(pid: int) -> float:
    """Return the milliseconds that a process of one thread has been on a CPU, to the nanosecond (proc(5), schedstat)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
