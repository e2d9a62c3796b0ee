"""What goes into the package of a closing: the trial balance of the month as CSV, in one ZIP of the same bytes each time."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.core import db
from payouts.closing import trial

_COLUMNS = ("name", "kind", "purpose", "owner", "currency", "opening", "debit", "credit", "closing")
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it is stored: its name as a file, its bytes and their fingerprint."""

    name: str
    content: bytes
    sha256: str


async def build(company: UUID | None, month: date, version: int) -> Package:
    """Put the package of a closing together, of a company or (None) of the ledger. Opens its own transactions."""
    owner = f"company:{company}" if company else ""
    async with db.transaction(operator=True):
        lines = await trial.lines(owner, month)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([line[column] for column in _COLUMNS] for line in lines)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        entry = zipfile.ZipInfo("trial_balance.csv", date_time=_MOMENT)
        entry.compress_type = zipfile.ZIP_DEFLATED
        zipped.writestr(entry, "\ufeff" + text.getvalue())
    content = archive.getvalue()
    name = f"enishi-closing-{month:%Y-%m}-v{version}.zip"
    return Package(name, content, hashlib.sha256(content).hexdigest())
