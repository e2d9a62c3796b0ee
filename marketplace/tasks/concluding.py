"""Give a seat to a person: gates again, the seat won once, the contract concluded, the task filled with the last one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts.agreement import Agreement
from marketplace.contracts.conclude import conclude
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from marketplace.tasks import notices
from marketplace.tasks.moving import move, withdraw_open

TAKES_TIME = ("concluded", "running", "delivered", "changes_requested", "disputed")
SEAT_TAKEN = N_("The last seat has just been taken by somebody else.")


async def hold_person(person: UUID) -> None:
    """Let one person's agreements come one after the other: two at the same hours must not both pass the gate."""
    async with db.transaction(person=person):
        await db.execute("select 1 from person where id = $1 for no key update", person)


async def give_seat(row: Mapping[str, Any], person: UUID, *, by: Actor) -> UUID:
    """Conclude the contract of one open seat of a held task; return the contract's id.

    Runs in the scopes of the company and of the person, both held. Raises Conflict when the offer is over, the last
    seat is gone, or the person has other agreed work at that time.
    """
    now = await clock.now()
    must_offer(row, now)
    await must_be_free(row, person)
    seat = await db.fetchrow(
        """select id, number from seat where task_id = $1 and status = 'open'
           order by number limit 1 for update skip locked""",
        row["id"],
    )
    if seat is None:
        raise Conflict(SEAT_TAKEN)
    contract = await conclude(agreement(row, seat), person, by=by)
    await db.execute("update seat set status = 'taken', contract_id = $2 where id = $1", seat["id"], contract)
    await accept_open(row["id"], person, contract)
    await projection.soon(person)
    await _fill_with_last_seat(row, by=by)
    return contract


def agreement(row: Mapping[str, Any], seat: Mapping[str, Any]) -> Agreement:
    """Return what both sides agree to for a seat of a task."""
    same = [
        "terms_version",
        "title",
        "what",
        "rights",
        "tax_bp",
        "tax_category",
        "deliver_on",
        "inspection_days",
        "online",
        "place",
        "how",
        "quantity",
        "specification",
        "window_starts_at",
        "window_ends_at",
        "starts_on",
        "pay_on",
    ]
    return Agreement(
        company=row["company_id"],
        unit=row["unit_id"],
        contact=row["posted_by"],
        task=row["id"],
        task_version=row["version"],
        seat=seat["id"],
        seat_number=seat["number"],
        seats=max(row["seats"], seat["number"]),
        price=Money(row["price_amount"], row["currency"]),
        **{name: row[name] for name in same},
    )


def must_offer(row: Mapping[str, Any], now: datetime) -> None:
    """Raise Conflict unless the task takes people now."""
    if row["status"] == "filled":
        raise Conflict(SEAT_TAKEN)
    if row["status"] == "paused":
        raise Conflict(N_("The company has paused this task. Please try again later."))
    if row["status"] != "published" or row["expires_at"] <= now:
        raise Conflict(N_("This offer has ended."))


async def must_be_free(row: Mapping[str, Any], person: UUID) -> None:
    """Check the gates again that may have shut since the invitation or the application."""
    tie = await db.fetchrow(
        "select status, blocked_by_company from membership where company_id = $1 and person_id = $2",
        row["company_id"],
        person,
    )
    if tie is None or tie["status"] != "active" or tie["blocked_by_company"]:
        raise Conflict(N_("This person does not belong to the network at present."))
    held = await db.fetchval(
        """select count(*) from contract where task_id = $1 and person_id = $2 and status <> 'cancelled'""",
        row["id"],
        person,
    )
    if held:
        raise Conflict(N_("This person has a contract for this task already."))
    if row["window_starts_at"] is None:
        return
    async with db.transaction(person=person):
        overlap = await db.fetchval(
            """select exists (select from contract where person_id = $1 and status = any($2::text[])
                 and ends_at is not null and starts_at < $4 and ends_at > $3)""",
            person,
            list(TAKES_TIME),
            row["window_starts_at"],
            row["window_ends_at"],
        )
    if overlap:
        raise Conflict(N_("There is other agreed work at that time."))


async def accept_open(task: UUID, person: UUID, contract: UUID) -> None:
    """Answer whatever the winner has open for this task, before its filling turns the others away."""
    await db.execute(
        """update invitation set status = 'accepted', contract_id = $3, replied_at = business_now()
           where task_id = $1 and person_id = $2 and status = 'sent'""",
        task,
        person,
        contract,
    )
    await db.execute(
        """update application set status = 'accepted', contract_id = $3, answered_at = business_now()
           where task_id = $1 and person_id = $2 and status in ('sent', 'needs_reconfirm')""",
        task,
        person,
        contract,
    )


async def _fill_with_last_seat(row: Mapping[str, Any], *, by: Actor) -> None:
    if await db.fetchval(
        "select exists (select from seat where task_id = $1 and status = 'open')", row["id"]
    ):
        return
    await fill(row, by=by)


async def fill(row: Mapping[str, Any], *, by: Actor) -> None:
    """Call a held task filled and turn everybody away who still waits."""
    await move(row["id"], "fill", next_wave_at=None)
    await activity.record("filled", f"task:{row['id']}", by=by, company=row["company_id"])
    await turn_away(row, "task.filled_invited", "task.filled_applied")
    await notices.tell_members([row["posted_by"]], "task.filled", row)


async def turn_away(row: Mapping[str, Any], kind_invited: str, kind_applied: str) -> None:
    """End every open invitation and application of a held task, telling the people why."""
    for invitation in await withdraw_open(row["id"]):
        await notices.tell_person(invitation["person_id"], kind_invited, row)
    applications = await db.fetch(
        """update application set status = 'declined', answered_at = business_now()
           where task_id = $1 and status in ('sent', 'needs_reconfirm') returning person_id""",
        row["id"],
    )
    for application in applications:
        await notices.tell_person(application["person_id"], kind_applied, row)
