"""Load on one page of a server on this machine, bounded in time: by wrk where it is installed, else by ourselves."""

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What was answered within some seconds."""

    requests: int
    seconds: float
    failures: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def load(address: str, cookie: str, seconds: int) -> Load:
    """Ask for a page over and over for some seconds, eight at a time."""
    if shutil.which("wrk"):
        return _by_wrk(address, cookie, seconds)
    return asyncio.run(_by_ourselves(address, cookie, seconds))


def _by_wrk(address: str, cookie: str, seconds: int) -> Load:
    ran = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", f"Cookie: {cookie}", address],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    total = re.search(r"(\d+) requests in ([\d.]+)s", ran)
    assert total
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", ran)
    return Load(int(total[1]), float(total[2]), int(bad[1]) if bad else 0)


async def _by_ourselves(address: str, cookie: str, seconds: int) -> Load:
    begun = time.monotonic()
    counts = await asyncio.gather(*(_client(address, cookie, begun + seconds) for _ in range(CONNECTIONS)))
    done, failed = (sum(column) for column in zip(*counts, strict=True))
    return Load(done, time.monotonic() - begun, failed)


async def _client(address: str, cookie: str, ends: float) -> tuple[int, int]:
    place = urlsplit(address)
    path = f"{place.path}?{place.query}" if place.query else place.path
    asked = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    done = failed = 0
    while time.monotonic() < ends:
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length
        await reader.readexactly(int(length[1]))
        done += 1
        failed += head[9:10] not in {b"2", b"3"}
    writer.close()
    return done, failed
