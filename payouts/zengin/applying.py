"""Apply what was told of a file, batch by batch: each a transaction of its own, and what it has done is its cursor.

A transfer that was sent is paid or has failed; one that was paid may come back days later. Stopped anywhere, it goes on.
"""

from datetime import datetime, time
from typing import Any
from uuid import UUID

import asyncpg

from marketplace.core import clock, db, outbox
from payouts import attempts
from payouts.crash import crash_point
from payouts.holds import NEVER_SENT
from payouts.reconcile import bank_match, found
from payouts.zengin import files
from payouts.zengin.told import PAID

JOB = "zengin.result"
BATCH = 24
CLOSED = "ledger_month_closed"
"""The rule of the database that refuses a posting into a month that is closed."""


def subject_of(file: UUID, place: int) -> str:
    """Return what a break about a transfer of a file is about."""
    return f"transfer:{file}:{place}"


_NEXT = """
select r.position, r.payout_id, r.attempt, r.status, t.told ->> r.position::text as told
from transfer_row r join transfer_result t on t.id = $1 and t.file_id = r.file_id
where t.told ? r.position::text and (r.status = 'sent' or (r.status = 'paid' and t.told ->> r.position::text <> ''))
order by r.position limit $2 for update of r
"""


async def step(result: UUID) -> bool:
    """Apply the next batch of a result in a transaction of its own; False when nothing is left of it.

    What arrived is dated on the day of payment, or today when its month was closed before the bank told.
    """
    try:
        return await _step(result, on_its_day=True)
    except asyncpg.CheckViolationError as refused:
        if refused.constraint_name != CLOSED:
            raise
        return await _step(result, on_its_day=False)


async def _step(result: UUID, *, on_its_day: bool) -> bool:
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            "select * from transfer_result where id = $1 and status = 'accepted' for update", result
        )
        if row is None:
            return False
        file = await files.hold(row["file_id"])
        rows = await db.fetch(_NEXT, result, BATCH)
        if rows:
            noon = datetime.combine(file["pay_on"], time(12), clock.JST)
            now = await clock.now()
            await _apply(file, rows, min(noon, now) if on_its_day else now)
        else:
            await _finish(result, file)
        crash_point("transfer_result.applying")
    return bool(rows)


async def _apply(file: Any, rows: list[Any], at: datetime) -> None:
    paid = [row for row in rows if row["told"] == PAID]
    if paid:
        await attempts.confirm({row["payout_id"]: row["attempt"] for row in paid}, at=at)
        await db.execute(
            """update payout p set trace_id = $2 || '-' || r.position from transfer_row r
               where r.file_id = $1 and r.payout_id = p.id and r.position = any($3::int[])""",
            *(file["id"], f"SF{file['number']}", [row["position"] for row in paid]),
        )
    for row in rows:
        if row["told"] != PAID:
            back = attempts.give_back if row["status"] == "paid" else attempts.fail
            await back(row["payout_id"], row["attempt"], row["told"])
    await _note(file["id"], rows)


async def _note(file: UUID, rows: list[Any]) -> None:
    await db.execute(
        """update transfer_row r set told_at = business_now(), code = t.code,
             status = case when t.code = '' then 'paid' when t.code = $4 then 'void' when r.status = 'paid' then 'returned'
               else 'failed' end
           from unnest($2::int[], $3::text[]) as t(position, code) where r.file_id = $1 and r.position = t.position""",
        *(file, [row["position"] for row in rows], [row["told"] for row in rows], NEVER_SENT),
    )
    await found.close_named([subject_of(file, row["position"]) for row in rows], "bank_transfer_file")


_ENDED = """
update transfer_file f set ended_at = business_now(), status = case
  when exists (select from transfer_row r where r.file_id = f.id and r.status = 'void') then 'void'
  when exists (select from transfer_row r where r.file_id = f.id and r.status in ('failed', 'returned')) then 'partly_returned'
  else 'settled' end
where f.id = $1 and not exists (select from transfer_row r where r.file_id = f.id and r.status = 'sent')
"""


async def _finish(result: UUID, file: Any) -> None:
    """End a result; the file ends with its last transfer, and then the bank's lines find their postings."""
    await db.execute(
        "update transfer_result set status = 'done', done_at = business_now() where id = $1", result
    )
    await db.execute(_ENDED, file["id"])
    await bank_match.run()


async def ring() -> int:
    """The sweep: ask again for results that nobody works on; return how many there were."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select t.id from transfer_result t where t.status = 'accepted' and not exists (
                 select from outbox o where o.kind = $1 and o.args ->> 'result' = t.id::text
                   and o.done_at is null and o.dead_at is null)""",
            JOB,
        )
        for row in rows:
            await outbox.enqueue(JOB, result=str(row["id"]))
    return len(rows)
