"""A company with finance people and a month of work that is over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from marketplace import schedule
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from payouts.statements import months
from tests.factories import companies
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to

assert schedule.SWEEPS  # its imports register the jobs


@dataclass
class House:
    """A company, its owner, its finance, and the month in which three people worked for it."""

    slug: str
    owner: Actor
    finance: Actor
    month: date
    people: list[str]

    @property
    def company(self) -> UUID:
        assert self.owner.company is not None
        return self.owner.company

    @property
    def ref(self) -> str:
        return f"company:{self.company}"


async def house(slug: str, people: int = 3) -> House:
    """Let a new company have approved a fee of each of some people in the running month."""
    owner = await companies.company(slug)
    finance = await companies.colleague(owner, slug, "finance")
    company, found = str(owner.company), [str(uuid4()) for _ in range(people)]
    await prepay(company, yen(people * 100_000))
    for number, person in enumerate(found):
        await earn(person, company, cost=seat(50_000 + number))
    async with db.transaction(operator=True):
        month = months.first_of(await clock.today())
    return House(slug, owner, finance, month, found)


@pytest.fixture
async def ace(database: None) -> House:
    """A company whose month is over."""
    found = await house("ace")
    await go_to(months.last_moment(found.month))
    return found
