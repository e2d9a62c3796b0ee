"""Months to be closed: soft and for good as the steps do it, and closes driven to their end."""

import hashlib
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.funds import closing, closing_jobs
from payouts import journal, postings
from payouts.closing import months, packages, runs
from payouts.closing.months import LEDGER
from payouts.statements.months import before, first_of, last_moment

MINA, KEN = {"ref": "operator:mina", "name": "Mina"}, {"ref": "operator:ken", "name": "Ken"}
OPERATOR = Actor("operator", person=uuid4(), name="運営 太郎")
SECOND_OPERATOR = Actor("operator", person=uuid4(), name="運営 花子")


async def shut(owner: str, month: date, *, softly: bool = False) -> None:
    """Close a month, whatever its checks say: for what comes afterwards."""
    async with db.transaction(operator=True):
        await months.soft_close(owner, month, by="Mina")
        if not softly:
            await months.shut(month)
            await months.close(owner, month, by="Mina", over="")


async def drive(run: UUID) -> runs.Run:
    """Take every step of a close; return where it stands then."""
    for _ in range(5000):
        if not await closing_jobs.step(run):
            break
    async with db.transaction(operator=True):
        return await runs.find(run)


async def close(month: date, *, by: Actor, reason: str = "", target: str = "closed") -> runs.Run:
    """Close a month as finance does, to the end."""
    return await drive(await closing.start(month, target, reason=reason, by=by))


async def reconciled() -> None:
    """Note a reconciliation that ended now and found nothing: there is no provider to ask."""
    async with db.transaction(operator=True):
        await db.execute(
            """insert into reconcile_run (since, status, phase, finished_at)
               values (business_now() - interval '40 days', 'done', 'done', business_now())"""
        )


async def things(company: str, *, back: int) -> dict[str, object]:
    """Let a company have a month, so many back, that begins with a posting and has a package; name it as pages do."""
    content = company.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return await _kept(company, Path(file.name), sha256, back)


async def _kept(company: str, path: Path, sha256: str, back: int) -> dict[str, object]:
    told = {"path": path, "sha256": sha256, "number": 1, "head": "0" * 64}
    async with db.transaction(operator=True):
        month, at = first_of(await clock.today()), await clock.now()
        for _ in range(back):
            month, at = before(month), last_moment(before(month))
        fact = postings.topup(
            company, transaction=f"txn_{uuid4().hex}", arrived=yen(1), fee_borne=yen(0), happened_at=at
        )
        await journal.record(fact)
        for owner in (f"company:{company}", LEDGER):
            await packages.keep(owner, month, 1, name="enishi-closing.zip", **told)
    return {"closing_month": f"{month:%Y-%m}", "closing_version": 1}
