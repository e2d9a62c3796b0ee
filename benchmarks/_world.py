"""A world for the pages, made by the real actions: two companies, 44 tasks, alumni who fit, invitations, contracts, earnings."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.people import sessions
from marketplace.tasks import applications, invitations
from tests.factories import payouts, tasks

TASKS, OTHERS, ALUMNI, EARNED = 30, 10, 14, 40
PRICE = yen(50_000)


@dataclass(frozen=True, slots=True)
class World:
    """Where the pages are, and the session tokens of the two people who look at them."""

    slug: str
    task: UUID
    alumnus: str
    manager: str


async def build(url: str) -> World:
    """Fill an empty database."""
    await db.DB.open(url, size=10)
    firm = await tasks.firm(balance=20_000_000, limit=100_000_000)
    people = [await tasks.alumnus(firm, "figma", "python") for _ in range(ALUMNI)]
    full = await _busy_task(firm, people)
    for number in range(TASKS):
        board = await tasks.published(firm, title=f"公募の仕事 {number}", mode="apply")
        if number % 5 == 0:
            await applications.apply(board, "", version=1, by=people[0])
    other = await tasks.firm(balance=20_000_000)
    for number in range(OTHERS):
        await tasks.published(other, title=f"他社の仕事 {number}", mode="apply")
    for _ in range(EARNED):
        await payouts.earn(str(people[0].person), str(firm.company))
    world = World(firm.slug, full, await _session(people[0]), await _session(firm.manager))
    await db.DB.close()
    return world


async def _busy_task(firm: tasks.Firm, people: list[Actor]) -> UUID:
    """Publish a task whose page has everything on it: seats taken and open, invitations, applications, money."""
    task = await tasks.published(firm, title="にぎやかな仕事", seats=6)
    for invited in (await tasks.invitations(task, "sent"))[:3]:
        person = next(each for each in people if each.person == invited["person_id"])
        await invitations.accept(invited["id"], by=person)
    await tasks.work()
    return task


async def _session(who: Actor) -> str:
    assert who.person is not None
    return await sessions.start(who.person)
