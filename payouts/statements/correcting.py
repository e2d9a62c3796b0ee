"""A mistake on a statement: it is made void with its reason, and what it stated is stated anew, under a new number.

Nothing that was sent changes: the void statement keeps its number, its lines and its paper, and a stamped paper beside it.
What is owed and paid does not change either: a statement is never posted.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from payouts.statements import answering, making, registrations
from payouts.statements.lines import parted

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became void, and what was made instead; sent at once where the void one was sent."""

    void: list[Any]
    made: list[Any]


async def restate(
    statement: UUID, company: str, *, reason: str, ref: str, name: str, know: making.Names
) -> Corrected:
    """Make a company's statement void and state its things anew, as they are now. Runs in the operator's scope.

    Where the payee's registration has changed meanwhile, another statement of the same month can become void with it.
    Raises Invalid without a reason, NotFound, Conflict when it is void already.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Invalid(fields={"reason": Message(N_("Please say what was wrong: both sides read it."))})
    row = await db.fetchrow(
        "select * from statement where id = $1 and payer = $2 for update", statement, f"company:{company}"
    )
    if row is None:
        raise NotFound
    if row["status"] == "void":
        raise Conflict(N_("This statement is void already."))
    correction = await db.fetchval(
        """insert into statement_correction (owner, payer, month, reason, by_ref, by_name)
           values ($1, $2, $3, $4, $5, $6) returning id""",
        *(row["owner"], row["payer"], row["month"], reason, ref, name),
    )
    void = await _void(row, correction)
    payee, month = row["owner"], row["month"]
    lines = await making.again(row["payer"], month, payee)
    made = await making.write(company, month, {payee: lines}, know=know, correction=correction)
    if any(one["sent_at"] for one in void):
        await answering.mark_sent(made)
    anew = await db.fetch("select * from statement where id = any($1::uuid[]) order by number", made)
    return Corrected(void, anew)


_SAME_PART = """
select * from statement where payer = $1 and owner = $2 and month = $3 and registration = any($4::text[]) and status <> 'void'
for update
"""


async def _void(row: Any, correction: UUID) -> list[Any]:
    """Make a statement void, and the payee's others of the month that its things go onto now."""
    payee, void, waiting = row["owner"], [], [row]
    while waiting:
        for one in waiting:
            await _mark(one["id"], correction)
        void += waiting
        lines = await making.again(row["payer"], row["month"], payee)
        periods = (await registrations.of([payee])).get(payee, ())
        waiting = await db.fetch(_SAME_PART, row["payer"], payee, row["month"], list(parted(lines, periods)))
    return void


async def _mark(statement: UUID, correction: UUID) -> None:
    await db.execute(
        "update statement set status = 'void', voided_by = $2 where id = $1", statement, correction
    )
    await db.execute("update statement_line set void = true where statement_id = $1", statement)
