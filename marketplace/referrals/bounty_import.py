"""Bring in bounties from a file: each row is kept, and published where it asks for it and the policy allows it."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

from marketplace.activity import actions as activity
from marketplace.activity import queries as events
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message, NotFound
from marketplace.notifications.actions import storable
from marketplace.notifications.queries import restored
from marketplace.referrals import bounties
from marketplace.referrals.bounty_file import Row, parse
from marketplace.referrals.bounty_moving import POSTERS
from marketplace.referrals.verdicts import NotLawful


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a row: published, kept as a draft (with what stands against publishing), or refused.

    `answer` is the policy's, where it stands against publishing; `problems` has its reasons by the ids of their rules.
    """

    line: int
    title: str
    status: Literal["published", "draft", "refused"]
    bounty: UUID | None = None
    problems: dict[str, Message] = field(default_factory=dict)
    answer: str = ""


async def bring_in(content: bytes, *, by: Actor) -> UUID:
    """Bring in every row of a file, each by itself, through the same actions as the page; return the report's id.

    Raises Invalid for a file that cannot be read.
    """
    by.must_have(*POSTERS)
    rows = parse(content)
    async with db.transaction(**by.scope):
        found = await db.fetch("select id, name from unit where company_id = $1", by.company)
    units = {row["name"]: row["id"] for row in found}
    done = [await _bring(row, units, by) for row in rows]
    made = uuid4()
    async with db.transaction(**by.scope):
        await activity.record(
            "bounties_imported",
            f"bounty_import:{made}",
            by=by,
            company=by.company,
            rows=[_stored(each) for each in done],
        )
    return made


async def report(made: UUID, *, by: Actor) -> list[Imported]:
    """Return what became of each row of an import of the company. Raises NotFound."""
    by.must_have(*POSTERS)
    async with db.transaction(**by.scope):
        found = await events.timeline(f"bounty_import:{made}", limit=1)
    if not found:
        raise NotFound
    return [_restored(each) for each in found[0]["data"]["rows"]]


def _stored(row: Imported) -> dict[str, Any]:
    problems = {
        name: [said.text, {key: storable(value) for key, value in said.params.items()}]
        for name, said in row.problems.items()
    }
    return {
        "line": row.line,
        "title": row.title,
        "status": row.status,
        "bounty": str(row.bounty) if row.bounty else None,
        "problems": problems,
        "answer": row.answer,
    }


def _restored(row: dict[str, Any]) -> Imported:
    problems = {
        name: Message(text, {key: restored(value) for key, value in params.items()})
        for name, (text, params) in row["problems"].items()
    }
    bounty = UUID(row["bounty"]) if row["bounty"] else None
    return Imported(row["line"], row["title"], row["status"], bounty, problems, row["answer"])


async def _bring(row: Row, units: dict[str, UUID], by: Actor) -> Imported:
    unit = (
        units.get(row.unit)
        if row.unit
        else by.unit or (next(iter(units.values())) if len(units) == 1 else None)
    )
    problems = dict(row.problems)
    if unit is None:
        problems["unit"] = Message(N_("Please choose one of your company's units."))
    if problems or unit is None:
        return Imported(row.line, row.brief.title, "refused", problems=problems)
    try:
        bounty = await bounties.save_draft(row.brief, row.terms, unit=unit, by=by)
    except Failure as refusal:
        return Imported(row.line, row.brief.title, "refused", problems=_said(refusal))
    if not row.publish:
        return Imported(row.line, row.brief.title, "draft", bounty)
    try:
        await bounties.publish(bounty, by=by)
    except NotLawful as refusal:
        said = {hit.id: hit.reason for hit in refusal.verdict.deciding}
        return Imported(
            row.line, row.brief.title, "draft", bounty, {"": refusal.message, **said}, refusal.verdict.answer
        )
    except Failure as refusal:
        return Imported(row.line, row.brief.title, "draft", bounty, _said(refusal))
    return Imported(row.line, row.brief.title, "published", bounty)


def _said(refusal: Failure) -> dict[str, Message]:
    return dict(refusal.fields) if isinstance(refusal, Invalid) and refusal.fields else {"": refusal.message}
