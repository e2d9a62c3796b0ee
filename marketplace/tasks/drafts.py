"""A task before anybody outside sees it: posted as a draft, changed, copied."""

from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.tasks import brief as briefs
from marketplace.tasks.amounts import company_terms
from marketplace.tasks.brief import Brief
from marketplace.tasks.checks import out_of_bounds
from marketplace.tasks.moving import MANAGERS, hold_managed, set_columns


async def post(brief: Brief, *, unit: UUID, by: Actor) -> UUID:
    """Keep a brief as a draft of a unit; any part may be missing. Raises Invalid for what cannot be kept."""
    by.must_have(*MANAGERS)
    must_fit(brief)
    async with db.transaction(**by.scope):
        await _must_hold_unit(unit, by)
        assert by.company is not None
        terms = await company_terms(by.company)
        columns = {
            "company_id": by.company,
            "unit_id": unit,
            "posted_by": by.member,
            "terms_version": terms.version,
            **briefs.to_columns(brief, terms.pay_rule),
        }
        task: UUID = await _insert(columns)
        await activity.record("posted", f"task:{task}", by=by, company=by.company)
    return task


async def edit(task: UUID, brief: Brief, *, unit: UUID, by: Actor) -> None:
    """Change a draft; a pending approval or wish for funding ends, for it was given for other words.

    Raises Conflict for a task that is no draft (`editing.revise` changes a published one).
    """
    must_fit(brief)
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        if row["status"] != "draft":
            raise Conflict(N_("This task is published. Change it as a new version."))
        await _must_hold_unit(unit, by)
        terms = await company_terms(row["company_id"])
        await set_columns(
            task,
            **briefs.to_columns(brief, terms.pay_rule),
            unit_id=unit,
            terms_version=terms.version,
            publish_requested_at=None,
            requested_by=None,
            approved_by=None,
            approved_version=None,
            funding_wanted_at=None,
        )
        await activity.record("edited", f"task:{task}", by=by, company=by.company)


async def duplicate(task: UUID, *, by: Actor) -> UUID:
    """Copy a task's brief into a new draft, without its dates: those have usually passed."""
    by.must_have(*MANAGERS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow("select * from task where id = $1 and company_id = $2", task, by.company)
        if row is None:
            raise NotFound
        source = briefs.from_row(row)
        undated = {name: getattr(source, name) for name in Brief.__dataclass_fields__} | {
            "window_starts_at": None, "window_ends_at": None, "deliver_on": None, "starts_on": None, "pay_words": "",
        }  # fmt: skip
        return await post(Brief(**undated), unit=by.unit or row["unit_id"], by=by)


def must_fit(brief: Brief) -> None:
    """Raise Invalid naming each field that cannot be kept."""
    if wrong := out_of_bounds(brief):
        raise Invalid(fields=wrong)


async def _must_hold_unit(unit: UUID, by: Actor) -> None:
    if not await db.fetchval("select true from unit where id = $1 and company_id = $2", unit, by.company):
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))})
    if by.unit not in {None, unit} and "owner" not in by.roles:
        raise NotAllowed(N_("You post tasks for your own unit."))


async def _insert(columns: dict[str, Any]) -> UUID:
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    found: UUID = await db.fetchval(
        f"insert into task ({', '.join(columns)}) values ({places}) returning id", *columns.values()
    )
    return found
