"""Bring in bounties from a file: each row is kept, and published where it asks for it and the policy allows it."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message
from marketplace.referrals import bounties
from marketplace.referrals.bounty_file import Row, parse
from marketplace.referrals.bounty_moving import POSTERS
from marketplace.referrals.policy import Verdict
from marketplace.referrals.verdicts import NotLawful


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a row: published, kept as a draft (with what stands against publishing), or refused."""

    line: int
    title: str
    status: Literal["published", "draft", "refused"]
    bounty: UUID | None = None
    problems: dict[str, Message] = field(default_factory=dict)
    verdict: Verdict | None = None


async def bring_in(content: bytes, *, by: Actor) -> list[Imported]:
    """Bring in every row of a file, each by itself, through the same actions as the page; return what became of each.

    Raises Invalid for a file that cannot be read.
    """
    by.must_have(*POSTERS)
    rows = parse(content)
    async with db.transaction(**by.scope):
        found = await db.fetch("select id, name from unit where company_id = $1", by.company)
    units = {row["name"]: row["id"] for row in found}
    return [await _bring(row, units, by) for row in rows]


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
        return Imported(row.line, row.brief.title, "draft", bounty, {"": refusal.message}, refusal.verdict)
    except Failure as refusal:
        return Imported(row.line, row.brief.title, "draft", bounty, _said(refusal))
    return Imported(row.line, row.brief.title, "published", bounty)


def _said(refusal: Failure) -> dict[str, Message]:
    return dict(refusal.fields) if isinstance(refusal, Invalid) and refusal.fields else {"": refusal.message}
