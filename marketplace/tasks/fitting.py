"""Which open tasks fit a person: each judged by the rules of the ranking, from the person's side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.tasks import brief as briefs
from marketplace.tasks import ranking
from matching.model import Match
from matching.rank import judge

MOST_TASKS = 500  # of one network, the newest: judging one takes about a tenth of a millisecond
SHOWN_AT_HOME = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """How a task fits a person: a match, or the gate that is shut. `musts` counts the required skills."""

    task: UUID
    musts: int
    match: Match | None
    gate: str | None

    @property
    def order(self) -> tuple[bool, int, int, int]:
        """The best first: what is open, all required skills, then the score; the newer task where all is equal."""
        if self.match is None:
            return True, 0, 0, -self.task.int
        met = self.match.met * 10_000 // self.musts if self.musts else 10_000
        return False, -met, -self.match.score, -self.task.int

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return [dict(said) for said in (*self.match.reasons, *self.match.checks)] if self.match else []


async def on_boards(*, by: Actor) -> dict[UUID, Fit]:
    """Return how each task on the boards of a person's networks fits, by task."""
    by.must_be("alumnus")
    assert by.person is not None
    fits: list[Fit] = []
    async with db.reading(**by.scope):
        networks = await db.fetch(
            """select company_id from membership where person_id = $1 and status = 'active' and intent_tasks
                 and not blocked_by_company and not blocked_by_person order by company_id""",
            by.person,
        )
        for network in networks:
            async with db.transaction(company=network["company_id"]):
                fits += await _judged(network["company_id"], by.person, board_only=True)
    return {fit.task: fit for fit in fits}


async def best(fits: Mapping[UUID, Fit], *, by: Actor) -> list[UUID]:
    """Return the few tasks of the boards that fit a person best, all of whose gates are open, for which he has not applied."""
    async with db.reading(**by.scope):
        asked = {
            row["task_id"]
            for row in await db.fetch(
                """select task_id from application where person_id = $1 and status <> 'withdrawn'
                   union select task_id from invitation where person_id = $1 and status in ('sent', 'accepted')""",
                by.person,
            )
        }
    open_ones = [fit for fit in fits.values() if fit.match and fit.task not in asked]
    return [fit.task for fit in sorted(open_ones, key=lambda fit: fit.order)[:SHOWN_AT_HOME]]


async def for_member(membership: UUID, *, by: Actor) -> list[tuple[dict[str, Any], Fit]]:
    """Return the company's open tasks that this alumnus could do, the best fit first, with how far they are.

    Each task carries `asked`: the state of the last invitation or application, or None. Nothing is shown of
    a gate that is shut. Raises NotFound for a membership of another company.
    """
    by.must_have(*ALUMNI_READERS)
    assert by.company is not None
    async with db.transaction(**by.scope):
        person = await db.fetchval(
            "select person_id from membership where id = $1 and company_id = $2", membership, by.company
        )
        if person is None:
            raise NotFound
        fits = [fit for fit in await _judged(by.company, person, board_only=False) if fit.match]
        rows = await db.fetch(
            """select t.id, t.title, t.mode, t.seats, t.price_amount, t.currency, t.expires_at, t.unit_id,
                 coalesce((select i.status from invitation i where i.task_id = t.id and i.person_id = $2 order by i.id desc limit 1),
                          (select a.status from application a where a.task_id = t.id and a.person_id = $2 order by a.id desc limit 1)) as asked,
                 exists (select from task_match m where m.task_id = t.id and m.task_version = t.version and m.person_id = $2) as ranked
               from task t where t.id = any($1::uuid[])""",
            [fit.task for fit in fits],
            person,
        )
    by_id = {row["id"]: dict(row) for row in rows}
    return [(by_id[fit.task], fit) for fit in sorted(fits, key=lambda fit: fit.order)]


_OPEN = """
select t.*, m.person_id as poster, u.site from task t join member m on m.id = t.posted_by join unit u on u.id = t.unit_id
where t.company_id = $1 and t.status = 'published' and t.expires_at > business_now() and ($2 = false or t.mode = 'apply')
  and not exists (select from contract k where k.task_id = t.id and k.person_id = $3)
order by t.published_at desc, t.id desc limit $4
"""


async def _judged(company: UUID, person: UUID, *, board_only: bool) -> list[Fit]:
    rows = await db.fetch(_OPEN, company, board_only, person, MOST_TASKS)
    needs = [
        briefs.from_row(row).need(
            row["id"], company, unit=row["unit_id"], poster=row["poster"], site=row["site"]
        )
        for row in rows
    ]
    profile, snapshot = await ranking.profile_in(company, person)
    if profile is None:
        return []
    now = await clock.now()
    fits = []
    for row, need in zip(rows, needs, strict=True):
        question = ranking.asked(need, snapshot, row["weights"], now)
        gate, match = judge(question, profile, clock.day_of(now))
        fits.append(Fit(need.task_id, len(need.musts), match, gate))
    return fits
