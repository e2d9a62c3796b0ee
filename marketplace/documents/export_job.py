"""Make a package's papers ready in the background, a batch a job: a stop anywhere loses nothing and repeats nothing."""

from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.outbox import Job
from marketplace.documents import exports, papers


@outbox.handles("documents.pack")
async def pack(job: Job, *, export: str) -> None:
    """Print what the next documents of a package still lack, note how far it is, and ask for the next batch."""
    number = UUID(export)
    done, batch = await _next(number)
    for row in batch:
        for locale in papers.LOCALES[row["kind"]]:
            await papers.read(row["kind"], row["document_id"], locale)
    async with db.transaction(operator=True):
        if batch and await _advance(number, done, len(batch)):
            await outbox.enqueue("documents.pack", export=export)
        await job.finish()


async def _next(export: UUID) -> tuple[int, list[Any]]:
    async with db.transaction(operator=True):
        row = await db.fetchrow("select status, done_count from document_export where id = $1", export)
        if row is None or row["status"] != "running":
            return 0, []
        batch = await db.fetch(
            """select x.document_id, d.kind from document_export_item x
               join document_index d on d.owner = x.owner and d.document_id = x.document_id
               where x.export_id = $1 and x.position > $2 order by x.position limit $3""",
            export, row["done_count"], exports.BATCH,
        )  # fmt: skip
    return row["done_count"], list(batch)


async def _advance(export: UUID, done: int, count: int) -> bool:
    """Note a batch if nobody else has; tell whether more is to come. A stop that came meanwhile holds."""
    status = await db.fetchval(
        """update document_export set done_count = done_count + $3,
             status = case when done_count + $3 >= total_count then 'done' else status end,
             finished_at = case when done_count + $3 >= total_count then business_now() end
           where id = $1 and done_count = $2 returning status""",
        export, done, count,
    )  # fmt: skip
    return bool(status == "running")


async def ring_again() -> int:
    """The sweep behind lost jobs: ask for the next batch of every package under way; return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch("select id, done_count from document_export where status = 'running'")
        for row in rows:
            dedupe = f"documents.pack:{row['id']}:{row['done_count']}"
            await outbox.enqueue("documents.pack", dedupe=dedupe, export=str(row["id"]))
    return len(rows)
