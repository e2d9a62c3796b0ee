"""What the company says to a delivery: yes, not yet, or nothing, which is yes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts import due, hooks, inspection, sides, words
from marketplace.contracts.conclude import cost_of
from marketplace.contracts.delivery import MOST_MESSAGE, MOVED_ON
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from payouts import payables

MOST_ROUNDS = 2
MOST_TERM = 200
AT_ONCE = 200


async def approve(contract: UUID, *, by: Actor) -> None:
    """Accept the work: its money is the alumnus's, paid on the day that the receipt has set.

    Raises NotAllowed for a role that does not decide, Conflict when somebody was quicker.
    """
    async with db.transaction(**by.scope):
        row = await sides.of_decider(contract, by=by)
        await _approve(row, silent=False, by=by)


async def approve_overdue() -> int:
    """Approve by silence what nobody has answered within its inspection (a sweep); return how many."""
    async with db.transaction(operator=True):
        found = await db.fetch(
            """select id from contract where status = any($1) and inspect_by <= business_now()
               order by inspect_by limit $2""",
            list(CONTRACT.sources("approve")),
            AT_ONCE,
        )
    done = 0
    for each in found:
        async with db.transaction(operator=True):
            row = await db.fetchrow(
                "select * from contract where id = $1 and inspect_by <= business_now() for update skip locked",
                each["id"],
            )
            if row is not None and row["status"] in CONTRACT.sources("approve"):
                await _approve(row, silent=True, by=SYSTEM)
                done += 1
    return done


async def request_changes(
    contract: UUID, term: str, message: str, *, redeliver_on: date, fault_of_alumnus: bool, by: Actor
) -> None:
    """Ask for another round, naming the term that is not met; at most twice.

    Only with `fault_of_alumnus` does the next receipt count anew. Without it the payment date stays, and silence
    still approves before the payment has to start. Raises Invalid, NotAllowed, Conflict.
    """
    term = words.check("term", term, MOST_TERM)
    message = words.check("message", message, MOST_MESSAGE)
    async with db.transaction(**by.scope):
        row = await sides.of_decider(contract, by=by)
        today = await clock.today()
        _check_day(redeliver_on, today)
        if row["rounds"] >= MOST_ROUNDS:
            raise Conflict(N_("Changes were asked for twice already. Approve the work or open a dispute."))
        ends = None if fault_of_alumnus else _forced_at(row, today)
        moved = await db.fetchrow(
            """update contract set status = 'changes_requested', rounds = rounds + 1, inspect_by = $2
               where id = $1 and status = any($3) and rounds = $4 returning *""",
            row["id"],
            ends,
            list(CONTRACT.sources("request_changes")),
            row["rounds"],
        )
        if moved is None:
            raise Conflict(MOVED_ON)
        await db.execute(
            """insert into change_request (contract_id, company_id, person_id, round, term, message,
                 fault_of_alumnus, redeliver_on) values ($1, $2, $3, $4, $5, $6, $7, $8)""",
            row["id"], row["company_id"], row["person_id"], moved["rounds"], term, message, fault_of_alumnus, redeliver_on,
        )  # fmt: skip
        await activity.record(
            "changes_requested",
            f"contract:{contract}",
            by=by,
            company=row["company_id"],
            person=row["person_id"],
            term=term,
            fault=fault_of_alumnus,
        )
        await sides.tell_alumnus(
            moved, "contract.changes_requested", title=row["title"], term=term, until=redeliver_on
        )


async def start_due() -> int:
    """Let contracts run whose start has come (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update contract set status = 'running'
               where id in (select id from contract where status = 'concluded' and starts_at <= business_now()
                            order by starts_at limit $1 for update skip locked) and status = 'concluded'
               returning *""",
            AT_ONCE,
        )
        for row in rows:
            await activity.record(
                "started",
                f"contract:{row['id']}",
                by=SYSTEM,
                company=row["company_id"],
                person=row["person_id"],
            )
            await hooks.tell("started", row)
    return len(rows)


async def _approve(row: Any, *, silent: bool, by: Actor) -> None:
    moved = await db.fetchrow(
        """update contract set status = 'approved', approved_at = business_now(), approved_by_silence = $2
           where id = $1 and status = any($3) returning *""",
        row["id"],
        silent,
        list(CONTRACT.sources("approve")),
    )
    if moved is None:
        raise Conflict(MOVED_ON)
    cost = cost_of(moved)
    await payables.approve(
        str(moved["person_id"]),
        str(moved["company_id"]),
        contract=str(moved["id"]),
        part=1,
        cost=cost,
        due_on=moved["pay_on"],
        title=moved["title"],
        tax_category=moved["tax_category"],
    )
    await activity.record(
        "approved_by_silence" if silent else "approved",
        f"contract:{moved['id']}",
        by=by,
        company=moved["company_id"],
        person=moved["person_id"],
        amount=cost.to_person.amount,
    )
    told = {"title": moved["title"], "amount": cost.to_person, "due": moved["pay_on"]}
    await sides.tell_alumnus(moved, "contract.approved", **told)
    if silent:
        await sides.tell_company(moved, "contract.approved_by_silence", **told)
    await projection.soon(moved["person_id"])
    await hooks.tell("approved", moved)


def _forced_at(row: Any, today: date) -> datetime | None:
    """Return when a round ends that does not move the payment; None before anything was received."""
    if row["pay_on"] is None:
        return None
    return inspection.end_of(inspection.before_payment(row["pay_on"], today=today))


def _check_day(redeliver_on: date, today: date) -> None:
    if redeliver_on < today:
        raise Invalid(fields={"redeliver_on": Message(N_("This day is past already."))})
    if redeliver_on > today + due.DAY_60:
        raise Invalid(fields={"redeliver_on": Message(N_("This day is more than 60 days away."))})
