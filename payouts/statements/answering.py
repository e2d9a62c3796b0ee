"""What becomes of a statement: sent, then confirmed, disputed, or taken as confirmed when nobody has answered.

Payments do not wait for any of it: a dispute marks its statement, or one line of it, and nothing else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from payouts.statements import runs

LONGEST = 1000
GONE = N_("This statement has been answered already.")


async def next_to_send(run: runs.Run) -> list[Any]:
    """Return the next statements of a run that were made and not sent. Runs in the operator's scope."""
    return await db.fetch(
        """select s.*, lpad(number::text, 19, '0') as place from statement s
           where payer = $1 and month = $2 and status = 'made' order by number limit $3""",
        run.owner,
        run.month,
        runs.BATCH,
    )


async def count_unsent(company: str, month: date) -> int:
    """Return how many statements of a month wait to be sent."""
    sql = "select count(*) from statement where payer = $1 and month = $2 and status = 'made'"
    return int(await db.fetchval(sql, f"company:{company}", month))


async def mark_sent(statements: Sequence[UUID]) -> list[Any]:
    """Note that statements went to their payees, whose days to answer begin; return the rows that moved."""
    return await db.fetch(
        """update statement set status = 'sent', sent_at = business_now(), answer_by = business_today() + silence_days
           where id = any($1::uuid[]) and status = 'made' returning *""",
        list(statements),
    )


async def confirm(statement: UUID, person: str) -> Any:
    """Let the payee confirm a statement, also after a dispute that was answered. Raises NotFound, Conflict."""
    return await _move(
        statement, person,
        """update statement set status = 'confirmed', answered_at = business_now()
           where id = $1 and owner = $2 and status in ('sent', 'disputed', 'settled') returning *""",
    )  # fmt: skip


async def dispute(statement: UUID, person: str, reason: str, line: int | None = None) -> Any:
    """Let the payee disagree with a statement or with one line. Raises Invalid without a reason, NotFound, Conflict.

    Also after silence: a mistake stays a mistake. Nothing that is owed waits for it.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Invalid(fields={"reason": Message(N_("Please say what is wrong."))})
    if line is not None and not await db.fetchval(
        "select true from statement_line where statement_id = $1 and position = $2 and owner = $3",
        statement,
        line,
        f"person:{person}",
    ):
        raise Invalid(fields={"line": Message(N_("Please choose a line of this statement."))})
    return await _move(
        statement, person,
        """update statement set status = 'disputed', answered_at = business_now(), dispute_reason = $3, disputed_line = $4,
             answer = '', settled_at = null
           where id = $1 and owner = $2 and status in ('sent', 'deemed', 'settled') returning *""",
        reason, line,
    )  # fmt: skip


async def settle(statement: UUID, company: str, answer: str) -> Any:
    """Answer a dispute with what was found and done. Raises Invalid without words, NotFound, Conflict."""
    answer = answer.strip()[:LONGEST]
    if not answer:
        raise Invalid(fields={"answer": Message(N_("Please say what you found."))})
    row = await db.fetchrow(
        """update statement set status = 'settled', settled_at = business_now(), answer = $3
           where id = $1 and payer = $2 and status = 'disputed' returning *""",
        statement,
        f"company:{company}",
        answer,
    )
    if row is not None:
        return row
    if await db.fetchval(
        "select true from statement where id = $1 and payer = $2", statement, f"company:{company}"
    ):
        raise Conflict(N_("This statement is not disputed."))
    raise NotFound


async def deem() -> int:
    """The sweep: take statements as confirmed whose days to answer are over; return how many. Opens its transaction."""
    async with db.transaction(operator=True):
        return await db.execute(
            """update statement set status = 'deemed', answered_at = business_now()
               where status = 'sent' and answer_by < business_today()"""
        )


async def _move(statement: UUID, person: str, sql: str, *more: Any) -> Any:
    row = await db.fetchrow(sql, statement, f"person:{person}", *more)
    if row is not None:
        return row
    if await db.fetchval(
        "select true from statement where id = $1 and owner = $2 and sent_at is not null",
        statement,
        f"person:{person}",
    ):
        raise Conflict(GONE)
    raise NotFound
