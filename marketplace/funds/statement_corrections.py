"""A company's finance makes a statement void and states its things anew; the alumnus is told, and both sides see the chain."""

from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.funds import statements
from marketplace.funds.company import ACTS
from payouts.closing.months import must_take_statements
from payouts.statements import correcting, queries, years


async def restate(statement: UUID, reason: str, *, by: Actor) -> UUID:
    """Make one of the company's statements void and state its things anew; return the statement that stands first for it.

    Raises Invalid without a reason, NotFound for another's, Conflict when it is void already or its month
    is closed.
    """
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        found = await queries.one(statement)
    if found.row["payer"] != f"company:{by.company}":
        raise NotFound
    async with db.transaction(company=by.company, operator=True):
        await must_take_statements(f"company:{by.company}", found.row["month"])
        done = await correcting.restate(
            statement, str(by.company), reason=reason, ref=by.ref, name=by.name, know=statements.know
        )
        await record(
            "statement.voided", f"statement:{statement}", by=by, company=by.company, person=statements.person_of(found.row),
            reason=reason, void=[row["number"] for row in done.void], made=[row["number"] for row in done.made],
        )  # fmt: skip
        for row in done.made:
            if row["sent_at"] is not None:
                await outbox.enqueue("statements.tell", statement=str(row["id"]), news="restated")
        await outbox.enqueue("statements.print")
    first: UUID = done.made[0]["id"]
    return first


async def note_first_month(month: int, *, by: Actor) -> None:
    """Write down in which month (1 to 12) the company's business year begins: the transition's cap is counted by it."""
    by.must_have(*ACTS)
    async with db.transaction(**by.scope):
        await years.note_first_month(f"company:{by.company}", month)
        await record(
            "business_year.noted", f"company:{by.company}", by=by, company=by.company, first_month=month
        )
