"""Move a task from state to state: hold its row, then compare and swap."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marketplace.alumni import projection
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.tasks.lifecycle import APPLICATION, INVITATION, TASK

MANAGERS = ("owner", "manager")
APPROVERS = ("owner", "approver")


async def hold(task: UUID, *, company: UUID | None = None) -> dict[str, Any]:
    """Return a task and keep others from changing it until the transaction ends; raise NotFound.

    Whoever changes seats, invitations or applications of a task holds it first (a person before the task), so
    that two takers of a last seat come one after the other, and nobody waits in a ring.
    """
    row = await db.fetchrow(
        "select * from task where id = $1 and ($2::uuid is null or company_id = $2) for update", task, company
    )
    if row is None:
        raise NotFound
    return dict(row)


def must_manage(task: dict[str, Any], by: Actor) -> None:
    """Admit the owner, and the managers of the task's unit or of all units. Raises NotAllowed."""
    by.must_have(*MANAGERS)
    if by.unit not in {None, task["unit_id"]} and "owner" not in by.roles:
        raise NotAllowed(N_("This task belongs to another unit. Ask its manager."))


async def hold_managed(task: UUID, *, by: Actor) -> dict[str, Any]:
    """Hold a task that this member manages. Raises NotFound or NotAllowed."""
    by.must_have(*MANAGERS)
    row = await hold(task, company=by.company)
    must_manage(row, by)
    return row


async def move(task: UUID, name: str, **columns: Any) -> dict[str, Any]:
    """Make a named move of the task's lifecycle, writing `columns` with it; raise Conflict if it does not start here."""
    sources = TASK.sources(name)
    target = TASK.target(name, next(iter(sources)))
    changes = "".join(f", {column} = ${number}" for number, column in enumerate(columns, start=4))
    row = await db.fetchrow(
        f"""update task set status = $2, updated_at = business_now(){changes}
            where id = $1 and status = any($3::text[]) returning *""",
        task,
        target,
        sorted(sources),
        *columns.values(),
    )
    if row is None:
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
    return dict(row)


async def set_columns(task: UUID, **columns: Any) -> None:
    """Write columns of a held task that do not move it."""
    changes = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, start=2))
    await db.execute(
        f"update task set {changes}, updated_at = business_now() where id = $1", task, *columns.values()
    )


async def answer_invitation(row: UUID, name: str, **columns: Any) -> bool:
    """Make a named move of an invitation; False when it does not start here."""
    sources = INVITATION.sources(name)
    return await _swap("invitation", row, [*sources], INVITATION.target(name, next(iter(sources))), columns)


async def answer_application(row: UUID, name: str, **columns: Any) -> bool:
    """Make a named move of an application; False when it does not start here."""
    sources = APPLICATION.sources(name)
    return await _swap("application", row, [*sources], APPLICATION.target(name, next(iter(sources))), columns)


async def _swap(table: str, row: UUID, sources: Sequence[str], target: str, columns: dict[str, Any]) -> bool:
    changes = "".join(f", {column} = ${number}" for number, column in enumerate(columns, start=4))
    touched = await db.execute(
        f"update {table} set status = $2{changes} where id = $1 and status = any($3::text[])",
        row,
        target,
        sources,
        *columns.values(),
    )
    return bool(touched)


async def withdraw_open(task: UUID) -> list[dict[str, Any]]:
    """Withdraw every open invitation to a held task; return them."""
    rows = await db.fetch(
        """update invitation set status = 'withdrawn', replied_at = null where task_id = $1 and status = 'sent'
           returning id, person_id, rank, score, components, reasons, inputs, weights_version, wave, by_hand""",
        task,
    )
    for row in rows:
        await projection.soon(row["person_id"])
    return [dict(row) for row in rows]
