"""Write down what happened, once: timelines, notices and the audit chain all read these rows."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor


async def record(
    verb: str,
    subject: str,
    *,
    by: Actor,
    company: UUID | None = None,
    person: UUID | None = None,
    **data: Any,
) -> None:
    """Record an event in the running transaction. `subject` is `task:<id>`, `contract:<id>`, …; verb is past tense.

    The side that is named (company, person) may read it.
    """
    if by.name:
        data.setdefault("name", by.name)
    await db.execute(
        "insert into activity_event (company_id, person_id, actor, verb, subject, data) values ($1, $2, $3, $4, $5, $6)",
        company,
        person,
        by.ref,
        verb,
        subject,
        data,
    )
