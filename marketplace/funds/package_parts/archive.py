"""The ZIP of a package: files in the order in which they are added, one fixed date, each with its size and SHA-256.

The form is that of the evidence of a contract: nothing is compressed, so that no library version changes a byte, and
`manifest.json`, which lists every other file, is signed by the operator. Nothing is in memory longer than it is written.
"""

import csv
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from marketplace.contracts.evidence import CERTIFICATES, FIRST_ZIP_YEAR, MANIFEST, SIGNATURE
from marketplace.contracts.identity import SealIdentity
from marketplace.core.cells import harmless

SCHEMA_VERSION = 1
LINUX, READABLE = 3, 0o644 << 16
BOM = "\ufeff"

Row = Callable[[Sequence[str | int | None]], None]


class Archive:
    """A package that is being written: `listed` is what the manifest will say of each file."""

    def __init__(self, path: Path, day: date) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self._moment = (max(day.year, FIRST_ZIP_YEAR), day.month, day.day, 0, 0, 0)
        self.listed: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Write one file as it is."""
        with self._file(name) as write:
            write(content)

    def add_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write a mapping as JSON that people can read."""
        self.add(name, as_json(value))

    @contextmanager
    def table(self, name: str, titles: Sequence[str]) -> Iterator[Row]:
        """Write a table as CSV (UTF-8 with BOM), row by row, whole numbers as numbers."""
        with self._file(name) as write:
            lines = csv.writer(_Lines(write), lineterminator="\r\n")
            write(BOM.encode())
            lines.writerow(titles)
            yield lambda row: lines.writerow([harmless(cell) for cell in row])

    def close(self, told: Mapping[str, Any], identity: SealIdentity) -> None:
        """Write what is told of the package with the list of its files, sign it, and end the archive."""
        self.add(CERTIFICATES, identity.pem())
        manifest = as_json({"schema_version": SCHEMA_VERSION, **told, "files": self.listed})
        self.add(MANIFEST, manifest)
        self.add(SIGNATURE, identity.sign(manifest))
        self._zip.close()

    def abandon(self) -> None:
        """End an archive that will not be used."""
        self._zip.close()

    @contextmanager
    def _file(self, name: str) -> Iterator[Callable[[bytes], None]]:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.create_system, entry.external_attr = LINUX, READABLE
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w") as file:

            def write(content: bytes) -> None:
                nonlocal size
                file.write(content)
                digest.update(content)
                size += len(content)

            yield write
        self.listed[name] = {"bytes": size, "sha256": digest.hexdigest()}


class _Lines:
    """Where a CSV writer writes to."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def write(self, text: str) -> None:
        self._write(text.encode())


def as_json(value: Mapping[str, Any]) -> bytes:
    """Return canonical, readable JSON: sorted, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"
