"""What counts for one task: the points of its components, seen at work before they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.tasks import impressions
from marketplace.tasks.matches import read_task
from marketplace.tasks.moving import MANAGERS, hold_managed, set_columns
from marketplace.tasks.ranking import question_for, rank_task, ranked
from matching.weights import COMPONENTS, MOST_POINTS, WEIGHTS_V2

SHOWN = 20
CHANGEABLE = ("draft", "published", "paused")


@dataclass(frozen=True, slots=True)
class Moved:
    """A person in the order that other weights would give; `up` places higher (below zero: lower), None: not there before."""

    rank: int
    name: str
    membership: UUID
    score: int
    up: int | None


def usual() -> dict[str, int]:
    """Return the points that hold where a task has none of its own."""
    return dict(WEIGHTS_V2.points)


def of_task(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the points of every component for a task."""
    return {**usual(), **row["weights"]}


def own(points: Mapping[str, int]) -> dict[str, int]:
    """Return those points that differ from the usual ones. Raises Invalid naming each out of its bounds."""
    wrong = {
        name: Message(
            N_("Please write a number from %(least)s to %(most)s."),
            {"least": "0", "most": f"{MOST_POINTS:,}"},
        )
        for name, given in points.items()
        if name not in COMPONENTS or not 0 <= given <= MOST_POINTS
    }
    if wrong:
        raise Invalid(fields=wrong)
    return {name: points[name] for name in COMPONENTS if points.get(name, usual()[name]) != usual()[name]}


async def preview(task: UUID, points: Mapping[str, int], *, by: Actor) -> list[Moved]:
    """Return the first people in the order that these points would give, with how far each would move; nothing is kept."""
    by.must_have(*MANAGERS)
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        row = await read_task(task, by)
        if row["deliver_on"] is None:
            raise Conflict(N_("Write the date first: without it nobody can be compared."))
        before = await ranked(row, await question_for(row))
        after = await ranked(row, await question_for(row, own(points)))
        places = {listed.match.person_id: place for place, listed in enumerate(before, start=1)}
        shown = after[:SHOWN]
        await impressions.note(row["company_id"], task, [listed.match.person_id for listed in shown])
        known = await db.fetch(
            "select person_id, id, name, card from membership where company_id = $1 and person_id = any($2::uuid[])",
            by.company,
            [listed.match.person_id for listed in shown],
        )
    names = {member["person_id"]: member for member in known}
    return [
        Moved(
            place,
            names[match.person_id]["card"].get("name") or names[match.person_id]["name"],
            names[match.person_id]["id"],
            match.score,
            places[match.person_id] - place if match.person_id in places else None,
        )
        for place, match in enumerate((listed.match for listed in shown), start=1)
    ]


async def keep(task: UUID, points: Mapping[str, int], *, by: Actor) -> None:
    """Rank a task by these points from now on; a published one is ranked anew at once, invitations stay as they are.

    Raises Invalid for points out of bounds, Conflict for a task that asks nobody any more.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(task, by=by)
        if row["status"] not in CHANGEABLE:
            raise Conflict(N_("This task asks nobody any more, so its order stays as it is."))
        weights = own(points)
        if weights == row["weights"]:
            return
        await set_columns(task, weights=weights)
        if row["status"] != "draft":
            await rank_task({**row, "weights": weights})
        await activity.record("weights_changed", f"task:{task}", by=by, company=by.company)
