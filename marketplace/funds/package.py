"""The closing package: a company's month, or the operator's month of the ledger, as one ZIP that verifies offline.

`docs/verify_closing.py` checks it with nothing but Python. The same rows and the same moment give the same bytes.
"""

import asyncio
import hashlib
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.contracts.documents import seal_identity
from marketplace.contracts.evidence import README
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM
from marketplace.core.settings import settings
from marketplace.funds.package_parts import books, chain, guide, papers, reconciled, withheld
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope, japanese
from payouts.statements import making, months

LONG_AGO = 6 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Package:
    """A package in a file of its own in ENISHI_DATA, until a later one clears it away: the caller keeps it elsewhere.

    `head` is the head of the audit chain at the end of the month.
    """

    name: str
    path: Path
    size: int
    sha256: str
    head: str


async def build(company: UUID | None, month: date, version: int, *, at: datetime | None = None) -> Package:
    """Build the package of a month that is over: a company's, or the operator's (None), as of `at`, by default now.

    Opens its own transactions; what it says is one moment's state of the database. Raises Conflict while the month runs,
    NotFound for no company, Unavailable while the audit log is being sealed or the key of the seal cannot be opened.
    """
    scope = Scope(company, month)
    async with db.transaction(operator=True):
        await making.must_have_ended(month)
        made_at, names = at or await clock.now(), await guide.names(scope)
    await papers.print_missing(scope)
    await chain.seal(scope)
    path = _place()
    try:
        head = await _write(path, scope, {**names, "version": version, "made_at": japanese(made_at)})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sha256 = await asyncio.to_thread(_digest, path)
    await _note(scope, version, sha256, head)
    name = f"closing-{names['slug']}-{month:%Y-%m}-v{version}.zip"
    return Package(name, path, path.stat().st_size, sha256, head)


def _place() -> Path:
    """Return a new, empty file; what was built long ago has been kept elsewhere or was lost with its worker, and goes."""
    folder = settings().data / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.zip"):
        if old.stat().st_mtime < time.time() - LONG_AGO:
            old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as file:
        return Path(file.name)


async def _write(path: Path, scope: Scope, told: dict[str, Any]) -> str:
    """Write every part from one snapshot of the database; return the head of the audit chain."""
    archive = Archive(path, months.last_day(scope.month))
    try:
        async with db.transaction(**scope.rows, isolation="repeatable read"):
            archive.add(README, guide.text(scope, told).encode())
            told["ledger"] = await books.write(archive, scope)
            told["open"] = await papers.write(archive, scope)
            told["withholding"] = await withheld.write(archive, scope)
            await reconciled.write(archive, scope)
            told["audit"] = await chain.write(archive, scope)
            identity = await seal_identity()
    except BaseException:
        archive.abandon()
        raise
    await asyncio.to_thread(archive.close, told, identity)
    return str(told["audit"]["head"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _note(scope: Scope, version: int, sha256: str, head: str) -> None:
    """Write into the audit log which package was made: from now on the chain vouches for it, too."""
    async with db.transaction(operator=True):
        await record(
            "package.made", scope.chain, by=SYSTEM, company=scope.company, month=scope.month.isoformat(),
            version=version, sha256=sha256, head=head,
        )  # fmt: skip
