"""Run PostgreSQL although we are root, which it refuses to be.

Two ways, chosen when the directory is made and read from its owner ever after, so that they never mix:

1. A user namespace in which root is user 1000. For files we stay root, so nothing changes hands.
2. Where namespaces are forbidden (most containers): the user `nobody`, who owns the directory and keeps
   root's right to pass directories (CAP_DAC_OVERRIDE, ambient), because both the programs and the data often
   lie under a home that is closed to others.
"""

import os
import shutil
import subprocess
from pathlib import Path

from marketplace.core.engines.engine import EngineError

NOBODY = 65534
AS_USER_1000 = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def settle_owner(directory: Path) -> None:
    """Give a new directory the owner under which its server can run on this machine."""
    if os.geteuid() == 0 and not _namespaces_allowed():
        os.chown(directory, NOBODY, NOBODY)


def prefix(directory: Path, death_signal: str) -> list[str | Path]:
    """Return the command that goes before one working on `directory`; empty for an ordinary user.

    Raises `EngineError` when root may neither make a namespace nor become the directory's owner.
    """
    if os.geteuid() != 0:
        return []
    owner = directory.stat()
    if owner.st_uid == 0:
        if not _namespaces_allowed():
            raise EngineError(
                f"PostgreSQL does not run as root, and this machine forbids user namespaces. "
                f"Give the data to another user: chown -R {NOBODY}:{NOBODY} {directory}"
            )
        return [*AS_USER_1000]
    if shutil.which("setpriv") is None:
        raise EngineError(
            "PostgreSQL does not run as root. Install util-linux (setpriv), or run as an ordinary user."
        )
    return [
        "setpriv",
        f"--reuid={owner.st_uid}",
        f"--regid={owner.st_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        f"--pdeathsig={death_signal}",  # the kernel forgets the tie to the parent when the user changes
    ]


def _namespaces_allowed() -> bool:
    if shutil.which("unshare") is None:
        return False
    probe = subprocess.run([*AS_USER_1000, "true"], capture_output=True, check=False)  # noqa: S603 - constant
    return probe.returncode == 0
