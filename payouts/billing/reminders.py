"""What is said of an open invoice, and when: once each, by a sweep over the business day."""

from dataclasses import dataclass

from marketplace.core import db, outbox
from marketplace.core.settings import settings

STOP = "stop"


@dataclass(frozen=True, slots=True)
class Step:
    """A word about an invoice, from so many days after its due date on (below zero: before it)."""

    name: str
    days: int


def steps() -> tuple[Step, ...]:
    """Return the steps in their order; the last one stops the company's new publishing."""
    return (
        Step("opened", -1000),
        Step("before", -3),
        Step("due", 0),
        Step("after", 1),
        Step(STOP, settings().invoice_grace_days + 1),
    )


async def remind() -> int:
    """The sweep: of each open invoice say the latest step that has come and was not said; return how many were.

    Steps that were missed (no scheduler ran that day) are not said late. The marketplace says it: job `billing.reminder`
    (invoice, step); and on the last step `billing.overdue` (company, invoice).
    """
    said = 0
    known = steps()
    async with db.transaction(operator=True):
        rows = await db.fetch(_DUE, [step.name for step in known], [step.days for step in known])
        for row in rows:
            step = row["steps"][-1]
            invoice = str(row["id"])
            await outbox.enqueue(
                "billing.reminder", dedupe=f"billing.reminder:{invoice}:{step}", invoice=invoice, step=step
            )
            if step == STOP:
                company = row["owner"].partition(":")[2]
                await outbox.enqueue(
                    "billing.overdue", dedupe=f"billing.overdue:{invoice}", company=company, invoice=invoice
                )
            said += 1
    return said


_DUE = """
with due as (
  select i.id, array_agg(step.name order by step.days) as steps
  from invoice i join unnest($1::text[], $2::int[]) as step(name, days) on business_today() >= i.due_on + step.days
  where i.status = 'open' and not step.name = any(i.reminded)
  group by i.id order by i.id limit 500
)
update invoice i set reminded = i.reminded || due.steps from due where i.id = due.id
  and not i.reminded && due.steps
returning i.id, i.owner, due.steps
"""
