"""Change a published task: a new version, its money, its seats, its invitations; nobody is bound to what he did not read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.tasks import brief as briefs
from marketplace.tasks import changes, notices, publishing
from marketplace.tasks.amounts import CompanyTerms, company_terms, cost
from marketplace.tasks.brief import Brief
from marketplace.tasks.concluding import fill
from marketplace.tasks.moving import APPROVERS, hold, hold_managed, set_columns, withdraw_open
from marketplace.tasks.waves import invite, reply_by
from payouts import funding

_OFFERED = ("published", "paused")


async def revise(task: UUID, brief: Brief, *, by: Actor) -> int | None:
    """Give a published task a new version and return its number; None when an approver has to agree first.

    The difference in money is reserved, open invitations are withdrawn and sent anew, applicants have to agree again.
    A change that makes the task cost more than its managers decide alone waits for an approver; meanwhile the old
    version stands. Raises Shortfall with what is missing (nothing changes), Invalid naming fields, Conflict when
    nothing would change or the task is past that.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        terms = await _must_hold(row, brief)
        if await _needs_approval(row, cost(brief.price, brief.tax_bp, terms).reserve(brief.seats), by):
            await changes.ask(row, brief, by=by)
            return None
        await changes.end(task, "replaced", by=by)
        return await _renew(row, brief, terms, member=_member(by), by=by)


async def approve(task: UUID, *, by: Actor) -> int:
    """Approve the change of a published task that waits, and make it; return the new version's number.

    Raises NotAllowed for one's own, Conflict when it waits no longer, and what `revise` raises: the days may have
    passed meanwhile, or the money may be gone.
    """
    async with db.transaction(**by.scope):
        row = await hold(task, company=by.company)
        change = await changes.decided_by(row, by)
        terms = await _must_hold(row, change.brief)
        await changes.end(task, "approved", by=by)
        version = await _renew(row, change.brief, terms, member=change.asked_by, by=by)
        await set_columns(task, approved_by=by.member, approved_version=version)
        await notices.tell_members([change.asked_by], "task.change_approved", row, by_name=by.name)
    return version


def asks_approver(before: Money, total: Money, *, limit: int, poster: UUID, by: Actor) -> bool:
    """Tell whether a change from one reserve to another is above what this member decides alone."""
    decides = bool(by.roles & set(APPROVERS)) and by.member != poster
    return before < total and not decides and total.amount > limit


async def _must_hold(row: dict[str, Any], brief: Brief) -> CompanyTerms:
    """Return the task's terms where the change may be made at all."""
    await _must_be_revisable(row, brief)
    terms = await company_terms(row["company_id"], row["terms_version"])
    await publishing.must_be_publishable(brief, terms)
    taken = await _taken(row["id"])
    if brief.seats < max(1, taken):
        raise Invalid(
            fields={
                "seats": Message(
                    N_("Seats taken already: %(taken)s. There cannot be fewer."), {"taken": taken}
                )
            }
        )
    return terms


async def _renew(row: dict[str, Any], brief: Brief, terms: CompanyTerms, *, member: UUID, by: Actor) -> int:
    """Make the change of a held task: its money, its row and its snapshot, its seats, what was asked."""
    task, taken = row["id"], await _taken(row["id"])
    version: int = row["version"] + 1
    await funding.reserve(
        str(row["company_id"]),
        task=str(task),
        version=version,
        amount=cost(brief.price, brief.tax_bp, terms).reserve(brief.seats - taken),
    )
    await set_columns(
        task,
        **briefs.to_columns(brief, terms.pay_rule),
        version=version,
        expires_at=brief.offer_ends_at,
        reminded_at=None,
        team_warned_at=None,
    )
    row = await hold(task)
    await publishing.snapshot(row, terms, member=member)
    await _set_seats(row, taken)
    await activity.record("revised", f"task:{task}", by=by, company=by.company, version=version)
    await _ask_anew(row, by)
    return version


def _member(by: Actor) -> UUID:
    assert by.member is not None
    return by.member


def must_be_open(row: Mapping[str, Any]) -> None:
    """Raise Conflict for a task that is past every change: filled, ended or cancelled."""
    if row["status"] not in _OFFERED:
        raise Conflict(N_("Only a published task with open seats can be changed."))


async def _must_be_revisable(row: dict[str, Any], brief: Brief) -> None:
    must_be_open(row)
    before = briefs.from_row(row)
    if brief.mode != before.mode:
        raise Invalid(
            fields={"mode": Message(N_("How seats are given does not change once the task is published."))}
        )
    if replace(brief, reason=before.reason) == before:
        raise Conflict(N_("Nothing has changed."))
    await publishing.must_not_be_stopped(row["company_id"])


async def _needs_approval(row: dict[str, Any], total: Money, by: Actor) -> bool:
    found = await db.fetchrow(
        """select (v.body->'seat_maximum'->>'amount')::bigint * (v.body->>'seats')::bigint as before,
             u.approval_limit_amount as most
           from task_version v join unit u on u.id = $3 where v.task_id = $1 and v.version = $2""",
        row["id"],
        row["version"],
        row["unit_id"],
    )
    assert found is not None
    before = Money(found["before"], total.currency)
    return asks_approver(before, total, limit=found["most"], poster=row["posted_by"], by=by)


async def _taken(task: UUID) -> int:
    found: int = await db.fetchval("select count(*) from seat where task_id = $1 and status = 'taken'", task)
    return found


async def _set_seats(row: dict[str, Any], taken: int) -> None:
    """Open or close seats until so many are open as the version asks for; low numbers stay open."""
    wanted = row["seats"] - taken
    await publishing.open_missing_seats(row)
    await db.execute(
        """update seat set status = case when place <= $2 then 'open' else 'closed' end
           from (select id, row_number() over (order by status = 'closed', number) as place from seat
                 where task_id = $1 and status <> 'taken') as ordered
           where seat.id = ordered.id""",
        row["id"],
        wanted,
    )


async def _ask_anew(row: dict[str, Any], by: Actor) -> None:
    """Withdraw what was asked under the old terms and ask under the new ones."""
    now = await clock.now()
    withdrawn = await withdraw_open(row["id"])
    if not await db.fetchval(
        "select exists (select from seat where task_id = $1 and status = 'open')", row["id"]
    ):
        for invitation in withdrawn:
            await notices.tell_person(invitation["person_id"], "task.filled_invited", row)
        await _fill(row, by)
        return
    if row["status"] == "published" and row["mode"] == "offer":
        await invite(
            row,
            withdrawn,
            wave=max(1, row["waves_sent"]),
            until=reply_by(now, row["expires_at"]),
            kind="task.terms_changed",
        )
        await set_columns(row["id"], next_wave_at=now)
        await outbox.enqueue(
            "tasks.wave", dedupe=f"tasks.wave:{row['id']}:{row['version']}", task=str(row["id"])
        )
    await _outdate_applications(row)


async def _fill(row: dict[str, Any], by: Actor) -> None:
    if row["status"] == "paused":
        raise Conflict(N_("Resume the task first; then it can be filled."))
    await fill(row, by=by)


async def _outdate_applications(row: dict[str, Any]) -> None:
    rows = await db.fetch(
        """update application set status = 'needs_reconfirm' where task_id = $1 and status = 'sent' returning person_id""",
        row["id"],
    )
    for application in rows:
        await notices.tell_person(
            application["person_id"],
            "task.reconfirm",
            row,
            dedupe=f"reconfirm:{row['id']}:{row['version']}:{application['person_id']}",
        )
