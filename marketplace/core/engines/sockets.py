"""Where the unix sockets of a data directory live: a short private directory, named by a hash."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux has 107
LONGEST_NAME = len("/.s.PGSQL.5432")


def socket_directory(data_directory: Path) -> Path:
    """Make and return the private directory (0700) for this data directory's sockets.

    Raises `PermissionError` when somebody else made a directory of that name: its sockets could be theirs.
    """
    digest = hashlib.sha256(os.fsencode(data_directory.resolve())).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"enishi-{digest}"
    if len(os.fsencode(place)) + LONGEST_NAME > LONGEST_SOCKET_PATH:
        place = Path("/tmp") / place.name  # noqa: S108 - checked below: a directory, ours, closed to others
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(f"{place} was not made by this user alone; remove it, or set TMPDIR")
    return place
