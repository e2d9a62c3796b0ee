"""Have an uploaded calendar read by a program of its own, which may fail, be slow or be ended without harm."""

import asyncio
import json
import os
import sys
from datetime import datetime

from marketplace.alumni import ical_reader
from marketplace.alumni.ical_reader import Asked, Read
from marketplace.core.errors import N_, Invalid, Message

MOST_BYTES = 2_000_000
_SECONDS = 3 * ical_reader.SECONDS
_AT_ONCE = asyncio.Semaphore(2)
_NEEDED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")
"""Of our environment, which holds keys, the reader of strangers' files gets no more than it needs to start."""

_TOO_HARD = N_("This calendar takes too long to read. Please export a shorter period, without unusual repetitions.")  # fmt: skip


async def read(content: bytes, asked: Asked) -> Read:
    """Return what a file says of the asked days. Raises Invalid, on field `file`, saying what is wrong with it."""
    if not content.strip():
        raise _refuse(N_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise _refuse(N_("This file is larger than %(most)s MB."), most=MOST_BYTES // 1_000_000)
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        raise _refuse(N_("This is not a calendar file. Please export your calendar as .ics (iCalendar)."))
    async with _AT_ONCE:
        said = await _ask(content.removeprefix(b"\xef\xbb\xbf"), asked)
    found = json.loads(said)
    if "refused" in found:
        raise _refuse(found["refused"], **found["params"])
    busy = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in found["busy"]]
    return Read(busy, found["events"], found["free"], found["broken"])


async def _ask(content: bytes, asked: Asked) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", ical_reader.__name__, asked.zone, asked.mail, asked.starts_at.isoformat(), asked.ends_at.isoformat(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _NEEDED if name in os.environ},
    )  # fmt: skip
    try:
        async with asyncio.timeout(_SECONDS):
            said, _ = await process.communicate(content)
    except TimeoutError:
        raise _refuse(_TOO_HARD) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise _refuse(_TOO_HARD)
    return said


def _refuse(text: str, **params: object) -> Invalid:
    return Invalid(fields={"file": Message(text, params)})
