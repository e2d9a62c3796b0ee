"""A month that is over, with one posting in it."""

from datetime import date

import pytest

from marketplace.core import clock, db
from payouts.statements import months
from tests.factories.statements import go_to


@pytest.fixture
async def month(database: None) -> date:
    """The running business month."""
    async with db.transaction(operator=True):
        return months.first_of(await clock.today())


async def end(month: date) -> None:
    """Let a month be over."""
    await go_to(months.last_moment(month))
