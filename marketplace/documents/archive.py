"""A package as one ZIP, written while it is sent: never whole in memory, and the same bytes for the same documents."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

OLDEST_YEAR = 1980
"""A ZIP knows no earlier one (APPNOTE.TXT 4.4.6)."""


class _Pipe(io.RawIOBase):
    """Takes what a ZIP writes and gives it on; it cannot go back."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.written += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        found, self.written = bytes(self.written), bytearray()
        return found


async def zipped(
    files: AsyncIterator[tuple[Any, str, bytes]], *, index: bytes, index_on: date
) -> AsyncIterator[bytes]:
    """Yield a ZIP of `index.csv` (of the day `index_on`) and of files as (document's row, name, bytes), in folders by kind."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("index.csv", index_on), index)
        yield pipe.taken()
        async for row, name, content in files:
            archive.writestr(_entry(f"{row['kind']}/{name}", row["dealt_on"]), content)
            yield pipe.taken()
    yield pipe.taken()


def _entry(name: str, day: date) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(day.year, OLDEST_YEAR), day.month, day.day, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    return entry
