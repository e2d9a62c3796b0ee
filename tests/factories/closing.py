"""Months to be closed: soft and for good as the steps do it, and closes driven to their end."""

from datetime import date
from uuid import UUID, uuid4

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.funds import closing, closing_jobs
from payouts.closing import months, runs

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
