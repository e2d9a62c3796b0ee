"""What the house says: every line goes to one file, errors and our own notes also to the terminal."""

import re
import time
from pathlib import Path
from typing import TextIO

LARGEST = 10_000_000  # bytes; then the file is put aside once, as `house.log.1`
ERROR = re.compile(r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback |^\w*(Error|Exception): ")


class HouseLog:
    """The log of one run; open it once and close it at the end."""

    def __init__(self, directory: Path, terminal: TextIO) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = directory / "house.log"
        self._terminal = terminal
        self._file = self.path.open("a", encoding="utf-8")
        self._in_traceback: set[str] = set()

    def said(self, name: str, line: str, *, aloud: bool = False) -> None:
        """Keep a line that a program said; show it as it is when it speaks aloud, else when it belongs to an error."""
        self._write(f"{name} | {line}")
        if aloud:
            self._show(line)
            return
        # A traceback goes on while its lines are indented and ends with the first that is not.
        inside = name in self._in_traceback
        if inside and not line.startswith(" "):
            self._in_traceback.discard(name)
        if line.startswith("Traceback "):
            self._in_traceback.add(name)
        if inside or ERROR.search(line):
            self._show(f"{name} | {line}")

    def note(self, text: str) -> None:
        """Say something ourselves."""
        self._write(f"house | {text}")
        self._show(text)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, text: str) -> None:
        if self._file.tell() > LARGEST:
            self._file.close()
            self.path.replace(self.path.with_suffix(".log.1"))
            self._file = self.path.open("a", encoding="utf-8")
        self._file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {text}\n")
        self._file.flush()

    def _show(self, text: str) -> None:
        try:
            self._terminal.write(f"{text}\n")
            self._terminal.flush()
        except OSError:
            pass  # the terminal was closed; the house goes on, its log has the line
