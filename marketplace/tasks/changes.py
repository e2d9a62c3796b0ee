"""Changes of a published task that cost more than its managers decide alone: they wait, and the old version stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from marketplace.activity import actions as activity
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.tasks import notices
from marketplace.tasks.approvers import others_who_approve
from marketplace.tasks.brief import Brief
from marketplace.tasks.moving import APPROVERS, hold, hold_managed

_BRIEF = TypeAdapter(Brief)
NOTE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """A change that waits: what the task would be, from which version on, who asked for it and when."""

    id: UUID
    version: int
    brief: Brief
    asked_by: UUID
    asker: str
    asked_at: datetime


async def ask(row: Mapping[str, Any], brief: Brief, *, by: Actor) -> None:
    """Let a change of a held task wait for an approver; an earlier one that waits is replaced.

    Raises Conflict where nobody else may approve.
    """
    approvers = await others_who_approve(row["company_id"], row["posted_by"], by.member)
    await end(row["id"], "replaced")
    await db.execute(
        "insert into task_change (company_id, task_id, version, brief, asked_by) values ($1, $2, $3, $4, $5)",
        row["company_id"],
        row["id"],
        row["version"],
        _BRIEF.dump_python(brief, mode="json"),
        by.member,
    )
    await activity.record("change_wanted", f"task:{row['id']}", by=by, company=row["company_id"])
    await notices.tell_members(approvers, "task.change_wanted", row, by_name=by.name)


async def waiting(task: UUID) -> Change | None:
    """Return the change of a task that waits, if there is one; in the company's scope."""
    row = await db.fetchrow(
        """select c.id, c.version, c.brief, c.asked_by, m.name as asker, c.asked_at
           from task_change c join member m on m.id = c.asked_by where c.task_id = $1 and c.status = 'waiting'""",
        task,
    )
    if row is None:
        return None
    return Change(**{**row, "brief": _BRIEF.validate_python(row["brief"])})


async def waiting_for(task: UUID, *, by: Actor) -> Change:
    """Return the change of a task that waits. Raises NotFound."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        change = await waiting(task)
    if change is None:
        raise NotFound
    return change


async def decided_by(row: Mapping[str, Any], by: Actor) -> Change:
    """Return the waiting change of a held task that this member may decide about.

    Raises Conflict when none waits any more or the task has changed since, NotAllowed for one's own.
    """
    by.must_have(*APPROVERS)
    change = await waiting(row["id"])
    if change is None or change.version != row["version"]:
        raise Conflict(N_("This change does not wait for an approval any more."))
    if by.member in {row["posted_by"], change.asked_by}:
        raise NotAllowed(N_("Somebody else has to approve what you have asked for."))
    return change


async def send_back(task: UUID, note: str, *, by: Actor) -> None:
    """Send a change back to who asked for it, saying why; the task stays as it is."""
    if not note.strip() or len(note) > NOTE_LENGTH:
        raise Invalid(fields={"note": Message(N_("Say what has to change, in at most 2,000 characters."))})
    async with db.transaction(**by.scope):
        row = await hold(task, company=by.company)
        change = await decided_by(row, by)
        await end(task, "sent_back", by=by, note=note.strip())
        await activity.record(
            "change_sent_back", f"task:{task}", by=by, company=by.company, note=note.strip()
        )
        await notices.tell_members(
            [change.asked_by], "task.change_sent_back", row, by_name=by.name, note=note.strip()
        )


async def withdraw(task: UUID, *, by: Actor) -> None:
    """Take back a change that waits. Raises Conflict when none does."""
    async with db.transaction(**by.scope):
        await hold_managed(task, by=by)
        if not await end(task, "withdrawn", by=by):
            raise Conflict(N_("This change does not wait for an approval any more."))
        await activity.record("change_withdrawn", f"task:{task}", by=by, company=by.company)


async def end(task: UUID, status: str, *, by: Actor | None = None, note: str = "") -> bool:
    """End the change of a held task that waits; False when none does."""
    touched = await db.execute(
        """update task_change set status = $2, decided_by = $3, decided_at = business_now(), note = $4
           where task_id = $1 and status = 'waiting'""",
        task,
        status,
        by.member if by else None,
        note,
    )
    return bool(touched)
