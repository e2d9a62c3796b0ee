"""The work comes in: its receipt bounds the payment date, whatever the inspection says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts import due, files, hooks, inspection, sides, words
from marketplace.contracts.due import DueRule
from marketplace.contracts.files import HandedIn
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict

MOST_MESSAGE = 10_000
MOVED_ON = N_("This contract has changed in the meantime, so that step is no longer possible.")


@dataclass(frozen=True, slots=True)
class Dates:
    """What a receipt means: its day, the day that the terms then state, and the day of payment."""

    received_on: date
    stated_on: date
    pay_on: date
    addendum: str | None


async def deliver(contract: UUID, message: str, sent: Sequence[tuple[str, bytes]] = (), *, by: Actor) -> UUID:
    """Hand in the work with a message and files (name as sent, bytes); return the id of the delivery.

    The day of receipt bounds the payment date. A receipt after the planned day, or rework by the alumnus's fault,
    appends an addendum that the alumnus acknowledges by handing in. Raises Invalid for files and message, Conflict
    when the contract takes no delivery now.
    """
    message = words.check("message", message, MOST_MESSAGE)
    handed_in = files.check(sent)
    async with db.transaction(**by.scope):
        row = await sides.of_alumnus(contract, by=by)
        async with db.transaction(company=row["company_id"]):
            row = await _lock(row)
            dates = await expected(row, await clock.today())
            row = await _receive(row, dates)
            delivery = await _store(row, message, handed_in)
            if dates.addendum:
                await _append_addendum(row, dates)
            await _announce(row, dates, len(handed_in), by=by)
    return delivery


async def preview(contract: UUID, *, by: Actor) -> Dates:
    """Return to the alumnus what handing in today would mean; raise Conflict when nothing can be handed in."""
    async with db.transaction(**by.scope):
        row = await sides.of_alumnus(contract, by=by)
        if row["status"] not in CONTRACT.sources("deliver"):
            raise Conflict(MOVED_ON)
        return await expected(row, await clock.today())


async def expected(row: Any, today: date) -> Dates:
    """Return the dates that a delivery made today has.

    First receipt: the earlier of the stated day and the law's maximum. Rework counts anew only where the change
    request says that the alumnus is at fault.
    """
    rule = DueRule(row["pay_rule"])
    request = await _last_request(row)
    if request is not None and not request["fault_of_alumnus"]:
        return Dates(row["received_on"], await stated_on(row), row["pay_on"], None)
    late = today > row["deliver_on"]
    addendum = "rework" if request is not None else "late_receipt" if late else None
    stated = due.stated_due_on(today, rule) if addendum else row["stated_due_on"]
    return Dates(today, stated, due.payment_on(stated, today, rule), addendum)


async def stated_on(row: Any) -> date:
    """Return the payment day of the terms or of their latest acknowledged addendum."""
    found = await db.fetchval(
        """select body ->> 'stated_due_on' from terms_addendum
           where contract_id = $1 and acknowledged_at is not null order by id desc limit 1""",
        row["id"],
    )
    return date.fromisoformat(found) if found else row["stated_due_on"]


async def _lock(row: Any) -> Any:
    return await db.fetchrow("select * from contract where id = $1 for update", row["id"])


async def _last_request(row: Any) -> Any:
    if row["status"] != "changes_requested":
        return None
    return await db.fetchrow(
        "select * from change_request where contract_id = $1 order by round desc limit 1", row["id"]
    )


async def _receive(row: Any, dates: Dates) -> Any:
    today = await clock.today()
    last = inspection.last_on(today, row["inspection_days"], dates.pay_on)
    received = await db.fetchrow(
        """update contract set status = 'delivered', received_on = $2, pay_on = $3, inspect_by = $4
           where id = $1 and status = any($5) returning *""",
        row["id"],
        dates.received_on,
        dates.pay_on,
        inspection.end_of(last),
        list(CONTRACT.sources("deliver")),
    )
    if received is None:
        raise Conflict(MOVED_ON)
    return received


async def _store(row: Any, message: str, handed_in: Sequence[HandedIn]) -> UUID:
    sides_of = (row["company_id"], row["person_id"])
    delivery: UUID = await db.fetchval(
        """insert into delivery (contract_id, company_id, person_id, round, message)
           values ($1, $2, $3, $4, $5) returning id""",
        row["id"],
        *sides_of,
        row["rounds"] + 1,
        message,
    )
    await db.executemany(
        """insert into delivery_file (delivery_id, company_id, person_id, name, media_type, size, sha256, content)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            (delivery, *sides_of, one.name, one.media_type, len(one.content), one.sha256, one.content)
            for one in handed_in
        ],
    )
    return delivery


async def _append_addendum(row: Any, dates: Dates) -> None:
    body = {
        "planned_on": row["deliver_on"].isoformat(),
        "received_on": dates.received_on.isoformat(),
        "stated_due_on": dates.stated_on.isoformat(),
        "was_due_on": row["stated_due_on"].isoformat(),
    }
    await db.execute(
        """insert into terms_addendum (contract_id, company_id, person_id, kind, body, acknowledged_at)
           values ($1, $2, $3, $4, $5, business_now())""",
        row["id"],
        row["company_id"],
        row["person_id"],
        dates.addendum,
        body,
    )


async def _announce(row: Any, dates: Dates, file_count: int, *, by: Actor) -> None:
    await activity.record(
        "delivered",
        f"contract:{row['id']}",
        by=by,
        company=row["company_id"],
        person=row["person_id"],
        round=row["rounds"] + 1,
        files=file_count,
        pay_on=dates.pay_on.isoformat(),
    )
    await sides.tell_company(
        row, "contract.delivered", title=row["title"], until=inspection.last_day(row["inspect_by"])
    )
    await hooks.tell("delivered", row)
