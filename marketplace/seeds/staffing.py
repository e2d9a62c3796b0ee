"""What happens to seats beside waves: many given at once, somebody who waits for one, somebody who steps in."""

from typing import Any

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.seeds.steps import Planted
from marketplace.tasks import assignment, invitations, substitutes, waitlist

STILL_ASKED = 2


async def decline_most(planted: Planted) -> None:
    """Let most of those who were asked say no, so that seats are left to be given."""
    for row in (await _people(planted, "sent"))[STILL_ASKED:]:
        by = Actor("alumnus", person=row["person_id"], name=row["name"])
        await invitations.decline(row["id"], "その日は家族の予定があります。", by=by)


async def propose_for_all_seats(planted: Planted) -> None:
    """Ask for a proposal for every open seat of the company; nothing of it is sent."""
    await assignment.propose(None, by=planted.firm.with_role("owner"))


async def wait_for_a_seat(planted: Planted) -> None:
    """Let the first of those who were asked and came too late put himself on the waitlist."""
    row = (await _people(planted, "withdrawn"))[0]
    await waitlist.join(planted.task, by=Actor("alumnus", person=row["person_id"], name=row["name"]))


async def propose_a_substitute(planted: Planted) -> None:
    """Let who has the seat propose the next best match in his place."""
    row = (await _people(planted, "withdrawn"))[0]
    await substitutes.propose(
        planted.contract,
        row["email"],
        "来月から長期の出張が入りました。同じ部署にいた方にお願いしたいです。",
        named=True,
        by=planted.alumnus,
    )


async def agree_to_step_in(planted: Planted) -> None:
    """Let the proposed one agree; the company has not decided yet."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select s.id, s.task_version, s.substitute_id, p.name from substitution s join person p on p.id = s.substitute_id
               where s.contract_id = $1""",
            planted.contract,
        )
    if row is None:
        raise RuntimeError(f"nobody can step in for “{planted.spec.words['title']}”")
    by = Actor("alumnus", person=row["substitute_id"], name=row["name"])
    await substitutes.agree(row["id"], version=row["task_version"], by=by)


async def _people(planted: Planted, status: str) -> list[Any]:
    """Return who has an invitation in this state, the best match first."""
    async with db.transaction(operator=True):
        return await db.fetch(
            """select i.id, i.person_id, p.name, p.email from invitation i join person p on p.id = i.person_id
               where i.task_id = $1 and i.status = $2 order by i.rank, i.id""",
            planted.task,
            status,
        )
