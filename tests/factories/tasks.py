"""Tasks by the real actions: a company with money, its manager and approver, alumni who fit, a task for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from marketplace import worker
from marketplace.alumni import free_time, profile
from marketplace.alumni.skills import vocabulary
from marketplace.alumni.week import Span
from marketplace.companies import actions as companies
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.tasks import drafts, publishing
from marketplace.tasks.brief import Brief
from matching.model import Wanted
from payouts import chart, journal, postings
from tests.factories import alumni
from tests.factories import companies as companies_factory

_numbers = count(1)
SEAT = 63_250
"""The most that a seat of the worked example costs."""


@dataclass(frozen=True)
class Firm:
    """A company: its owner, a manager of its one unit, an approver, and the unit."""

    slug: str
    owner: Actor
    manager: Actor
    approver: Actor
    unit: UUID

    @property
    def company(self) -> UUID:
        assert self.owner.company is not None
        return self.owner.company


async def firm(*, balance: int = 1_000_000, limit: int = 1_000_000) -> Firm:
    """Open a company with a unit, a manager, an approver and money."""
    slug = f"aoba-{next(_numbers)}"
    owner = await companies_factory.company(slug, "あおば製作所")
    unit = await companies.add_unit("ブランド企画部", yen(limit), by=owner)
    manager = await companies_factory.colleague(owner, slug, "manager", unit=unit)
    approver = await companies_factory.colleague(owner, slug, "approver")
    if balance:
        await top_up(owner, balance)
    return Firm(slug, owner, manager, approver, unit)


async def top_up(owner: Actor, amount: int) -> None:
    """Credit a company with money that has come in."""
    async with db.transaction(company=owner.company):
        fact = postings.topup(
            str(owner.company),
            transaction=f"tasks-{next(_numbers)}",
            arrived=yen(amount),
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact)


def wanted(slug: str, level: int = 3) -> Wanted:
    """Return a skill of the vocabulary as a task asks for it."""
    return Wanted(vocabulary().vocabulary.skills[slug].id, level, slug)


async def alumnus(firm: Firm, *skills: str, level: int = 4) -> Actor:
    """Return an alumnus with the tasks intent, these skills and free office hours."""
    person, _ = await alumni.alumnus(firm.owner, "", "tasks")
    for slug in skills or ("figma",):
        await profile.put_skill(slug, level, 3, by=person)
    await free_time.set_week([Span(day, time(9), time(18)) for day in range(5)], by=person)
    return person


async def brief(**changes: Any) -> Brief:
    """Return the worked example: a design task for ¥50,000, delivered in twenty days, complete and without warnings."""
    async with db.transaction(operator=True):
        day = await clock.today()
    whole = Brief(
        title="採用サイトのトップページ デザイン改修",
        what="採用サイトのトップページ1点と共通部品のデザイン。Figma データで納品。",
        quantity="1点",
        specification="Figma データ",
        rights="著作権は受領の時に貴社へ移転し、その対価は報酬に含む。",
        musts=(wanted("figma"),),
        deliver_on=day + timedelta(days=20),
        hours_estimate=8,
        price=yen(50_000),
        tax_category="design",
    )
    return replace(whole, **changes)


async def draft(firm: Firm, **changes: Any) -> UUID:
    """Post a draft by the manager."""
    return await drafts.post(await brief(**changes), unit=firm.unit, by=firm.manager)


async def published(firm: Firm, **changes: Any) -> UUID:
    """Publish a task by the manager and let the first wave go out."""
    task = await draft(firm, **changes)
    done = await publishing.publish(task, by=firm.manager)
    assert done.outcome is publishing.Outcome.PUBLISHED
    await work()
    return task


async def work() -> int:
    """Work the jobs until nothing is due; mails stay where they are."""
    return (await worker.drain_rows("work", 60))[0]


async def row(task: UUID) -> dict[str, Any]:
    """Return a task's row."""
    return (await rows("select * from task where id = $1", task))[0]


async def rows(sql: str, *args: object) -> list[dict[str, Any]]:
    """Return rows from behind row-level security."""
    async with db.transaction(operator=True):
        return [dict(each) for each in await db.fetch(sql, *args)]


async def invitations(task: UUID, *states: str) -> list[dict[str, Any]]:
    """Return a task's invitations, of these states if any are named, in the order of their ranks."""
    found = await rows(
        "select * from invitation where task_id = $1 order by task_version, wave, rank, id", task
    )
    return [each for each in found if not states or each["status"] in states]


async def invitation_of(task: UUID, person: Actor) -> UUID:
    """Return the open invitation of a person."""
    return next(each["id"] for each in await invitations(task, "sent") if each["person_id"] == person.person)


async def seats(task: UUID) -> list[str]:
    """Return the states of a task's seats in the order of their numbers."""
    return [
        each["status"]
        for each in await rows("select status from seat where task_id = $1 order by number", task)
    ]


async def money(firm: Firm, task: UUID) -> tuple[int, int]:
    """Return a company's free balance and what is set aside for a task's open seats, in yen."""
    company = str(firm.company)
    async with db.transaction(company=firm.company):
        free = await journal.held(chart.company_balance(company))
        aside = await journal.held(chart.company_reserved(company, task=str(task)))
    return free.amount, aside.amount


async def later(**by: float) -> None:
    """Move the business clock."""
    await clock.advance(timedelta(**by))


async def notices(person: Actor | Sequence[Actor]) -> list[str]:
    """Return the kinds of the notices that a person got, oldest first."""
    people = [person] if isinstance(person, Actor) else person
    found = await rows(
        "select kind from notification where person_id = any($1::uuid[]) order by id",
        [each.person for each in people],
    )
    return [each["kind"] for each in found]
