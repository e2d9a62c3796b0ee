"""The package of each closing, put together in the background and kept for ever. What is in it: `marketplace/funds/package.py`."""

from datetime import date
from uuid import UUID

from marketplace.activity import audit
from marketplace.core import db, outbox
from marketplace.core.outbox import Job
from marketplace.funds import package
from payouts.closing import months, packages
from payouts.crash import crash_point

JOB = "closing.package"


async def start(owner: str, month: date, version: int) -> None:
    """Ask for the package of a closing, in the transaction that closes."""
    await outbox.enqueue(JOB, owner=owner, month=month.isoformat(), version=version)


@outbox.handles(JOB)
async def build(_job: Job, *, owner: str, month: str, version: int) -> None:
    """Put a package together and keep it with the head of the owner's audit chain; a second time changes nothing."""
    closed = date.fromisoformat(month)
    await audit.seal()  # so that the close itself stands in the chain
    company = UUID(owner.partition(":")[2]) if owner else None
    async with db.transaction(operator=True):
        at = (await months.find(owner, closed)).closed_at
    made = await package.build(company, closed, version, at=at)
    try:
        async with db.transaction(operator=True):
            number, head = await audit.head(owner or "operator")
            await packages.keep(
                owner, closed, version,
                name=made.name, path=made.path, sha256=made.sha256, number=number, head=head,
            )  # fmt: skip
            crash_point("closing.packing")
    finally:
        made.path.unlink(missing_ok=True)


async def ring_again() -> int:
    """The sweep behind lost jobs: ask for the packages that closed months lack; return how many."""
    async with db.transaction(operator=True):
        rows = await packages.missing()
        for row in rows:
            alive = await db.fetchval(
                """select true from outbox where kind = $1 and done_at is null and dead_at is null
                   and args ->> 'owner' = $2 and args ->> 'month' = $3""",
                *(JOB, row["owner"], row["month"].isoformat()),
            )
            if not alive:
                await start(row["owner"], row["month"], row["version"])
    return len(rows)
