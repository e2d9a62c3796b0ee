"""Publish a task: checked, approved where it costs much, its money set aside, its seats opened."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts.findings import Finding, Level
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed
from marketplace.core.money import Money
from marketplace.tasks import brief as briefs
from marketplace.tasks import checks, notices
from marketplace.tasks.amounts import CompanyTerms, company_terms, cost
from marketplace.tasks.approvers import others_who_approve
from marketplace.tasks.brief import Brief
from marketplace.tasks.moving import APPROVERS, hold, hold_managed, move, set_columns
from payouts import funding


class Outcome(StrEnum):
    """What became of the wish to publish."""

    PUBLISHED = "published"
    APPROVAL_WANTED = "approval_wanted"
    FUNDING_WANTED = "funding_wanted"


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome, with what is missing where the balance does not cover the reserve."""

    outcome: Outcome
    missing: Money | None = None


async def publish(task: UUID, *, by: Actor, reason: str = "") -> Published:
    """Publish a draft, or store the wish: above the unit's limit an approver decides; short money is waited for.

    `reason` is kept where the checks warn. Raises Invalid naming each field that stops it, Conflict for a task that
    is no draft or a company whose publishing is stopped, Unavailable while reserves are stopped.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        if reason.strip():
            await set_columns(task, reason=reason.strip()[:2000])
            row["reason"] = reason.strip()[:2000]
        terms = await _must_be_ready(row)
        if await _needs_approval(row, terms, by):
            return await _want_approval(row, by)
        return await go_live(row, terms, by=by)


async def approve(task: UUID, *, by: Actor) -> Published:
    """Approve what somebody else asked to publish, and publish it. Raises NotAllowed for one's own."""
    by.must_have(*APPROVERS)
    async with db.transaction(**by.scope):
        row = await _must_wait_for(task, by)
        terms = await _must_be_ready(row)
        await set_columns(
            task, approved_by=by.member, approved_version=row["version"], publish_requested_at=None
        )
        await activity.record("approved", f"task:{task}", by=by, company=by.company)
        await notices.tell_members([row["posted_by"]], "task.approved", row, by_name=by.name)
        return await go_live({**row, "approved_by": by.member}, terms, by=by)


async def send_back(task: UUID, note: str, *, by: Actor) -> None:
    """Send a task back to who asked to publish it, saying what has to change."""
    by.must_have(*APPROVERS)
    if not note.strip() or len(note) > 2000:  # noqa: PLR2004 - as the column
        raise Invalid(fields={"note": Message(N_("Say what has to change, in at most 2,000 characters."))})
    async with db.transaction(**by.scope):
        row = await _must_wait_for(task, by)
        await set_columns(task, publish_requested_at=None, approval_note=note.strip())
        await activity.record("sent_back", f"task:{task}", by=by, company=by.company, note=note.strip())
        await notices.tell_members(
            [row["requested_by"]], "task.sent_back", row, by_name=by.name, note=note.strip()
        )


async def withdraw_wish(task: UUID, *, by: Actor) -> None:
    """Take back the wish to publish: the task is a plain draft again."""
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        if row["status"] != "draft" or not (row["publish_requested_at"] or row["funding_wanted_at"]):
            raise Conflict(N_("Nothing waits to be published here."))
        await set_columns(task, publish_requested_at=None, funding_wanted_at=None)
        await activity.record("wish_withdrawn", f"task:{task}", by=by, company=by.company)


async def go_live(row: dict[str, Any], terms: CompanyTerms, *, by: Actor) -> Published:
    """Set the money aside and open the seats of a held, checked draft; store the wish when money is short."""
    brief = briefs.from_row(row)
    seat = cost(brief.price, brief.tax_bp, terms)
    total = seat.reserve(brief.seats)
    try:
        async with db.transaction():
            await funding.reserve(
                str(row["company_id"]), task=str(row["id"]), version=row["version"], amount=total
            )
    except funding.Shortfall as short:
        return await _want_funding(row, short.missing, by)
    await move(
        row["id"],
        "publish",
        published_at=await clock.now(),
        expires_at=brief.offer_ends_at,
        pay_on=brief.pay_on(terms.pay_rule),
        terms_version=terms.version,
        publish_requested_at=None,
        funding_wanted_at=None,
        approval_note="",
        next_wave_at=await clock.now() if brief.mode == "offer" else None,
    )
    await snapshot(row, terms, member=row["approved_by"] or row["posted_by"])
    await open_missing_seats(row)
    await activity.record(
        "published", f"task:{row['id']}", by=by, company=row["company_id"], reserved=total.amount
    )
    await outbox.enqueue("tasks.wave", dedupe=f"tasks.first_wave:{row['id']}", task=str(row["id"]))
    return Published(Outcome.PUBLISHED)


async def snapshot(row: dict[str, Any], terms: CompanyTerms, *, member: UUID) -> None:
    """Keep a version as it stands when it is published: the brief, the findings with the reason, the seat's cost."""
    brief = briefs.from_row(row)
    found = checks.findings(brief, rule=terms.pay_rule, issued_on=await clock.today())
    seat = cost(brief.price, brief.tax_bp, terms)
    body = {
        **briefs.to_columns(brief, terms.pay_rule),
        "terms_version": terms.version,
        "warnings": [{"rule": item.rule, "field": item.field} for item in found if item.level is Level.WARN],
        "reason": brief.reason,
        "seat_maximum": asdict(seat.maximum),
    }
    await db.execute(
        "insert into task_version (company_id, task_id, version, body, by_member) values ($1, $2, $3, $4, $5)",
        row["company_id"],
        row["id"],
        row["version"],
        body,
        member,
    )


async def open_missing_seats(row: dict[str, Any]) -> None:
    """Open the seats of a task that have no row yet; numbers run from 1 to the task's seats."""
    await db.execute(
        """insert into seat (company_id, task_id, number)
           select $1, $2, n from generate_series(1, $3::integer) as n on conflict do nothing""",
        row["company_id"],
        row["id"],
        row["seats"],
    )


async def must_be_publishable(brief: Brief, terms: CompanyTerms) -> list[Finding]:
    """Return the findings; raise Invalid naming every field that stops publication."""
    wrong = checks.out_of_bounds(brief) | checks.incomplete(
        brief, now=await clock.now(), today=await clock.today()
    )
    found = checks.findings(brief, rule=terms.pay_rule, issued_on=await clock.today())
    wrong = {**checks.blocks(found), **wrong}
    if brief.pay_on(terms.pay_rule) is None and "pay_words" not in wrong:
        wrong["pay_words"] = Message(N_("Write the day on which the fee is paid."))
    warned = any(item.level is Level.WARN for item in found)
    if warned and not brief.reason.strip():
        wrong.setdefault("reason", Message(N_("Say why it stays as it is. The reason is kept on record.")))
    if wrong:
        raise Invalid(fields=wrong)
    return found


async def must_not_be_stopped(company: UUID) -> None:
    """Raise Conflict while the operator has stopped this company's publishing."""
    stopped = await db.fetchrow(
        "select publishing_stopped_reason from company where id = $1 and publishing_stopped_at is not null",
        company,
    )
    if stopped:
        raise Conflict(N_("Publishing is stopped for your company. Ask the operator."))


async def _must_be_ready(row: dict[str, Any]) -> CompanyTerms:
    if row["status"] != "draft":
        raise Conflict(N_("This task is already published."))
    await must_not_be_stopped(row["company_id"])
    terms = await company_terms(row["company_id"])
    await must_be_publishable(briefs.from_row(row), terms)
    return terms


async def over_limit(row: dict[str, Any], total: Money) -> bool:
    """Tell whether a reserve is above what the unit's managers decide alone."""
    limit = await db.fetchval("select approval_limit_amount from unit where id = $1", row["unit_id"])
    return bool(total.amount > limit)


async def _needs_approval(row: dict[str, Any], terms: CompanyTerms, by: Actor) -> bool:
    brief = briefs.from_row(row)
    if row["approved_version"] == row["version"]:
        return False
    if by.roles & set(APPROVERS) and by.member != row["posted_by"]:
        return False
    return await over_limit(row, cost(brief.price, brief.tax_bp, terms).reserve(brief.seats))


async def _want_approval(row: dict[str, Any], by: Actor) -> Published:
    approvers = await others_who_approve(row["company_id"], row["posted_by"], by.member)
    await set_columns(
        row["id"],
        publish_requested_at=await clock.now(),
        requested_by=by.member,
        funding_wanted_at=None,
        approval_note="",
    )
    await activity.record("approval_wanted", f"task:{row['id']}", by=by, company=row["company_id"])
    await notices.tell_members(approvers, "task.approval_wanted", row, by_name=by.name)
    return Published(Outcome.APPROVAL_WANTED)


async def _must_wait_for(task: UUID, by: Actor) -> dict[str, Any]:
    row = await hold(task, company=by.company)
    if row["status"] != "draft" or row["publish_requested_at"] is None:
        raise Conflict(N_("This task does not wait for an approval any more."))
    if by.member in {row["posted_by"], row["requested_by"]}:
        raise NotAllowed(N_("Somebody else has to approve what you have asked for."))
    return row


async def _want_funding(row: dict[str, Any], missing: Money, by: Actor) -> Published:
    if row["funding_wanted_at"] is None:
        await set_columns(row["id"], funding_wanted_at=await clock.now(), publish_requested_at=None)
        await activity.record(
            "funding_wanted", f"task:{row['id']}", by=by, company=row["company_id"], missing=missing.amount
        )
        await notices.tell_finance(row, "task.funding_wanted", missing=missing)
    return Published(Outcome.FUNDING_WANTED, missing)
