"""Journals without a marketplace: one buyer for every company, and a settled day to begin on."""

from datetime import date

import pytest

from marketplace.core import clock, db
from payouts.billing import parties
from payouts.statements import months
from tests.factories.billing import know_buyers


@pytest.fixture(autouse=True)
def _buyers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "_sources", [])
    know_buyers()


@pytest.fixture
async def month(database: None) -> date:
    """The running business month."""
    async with db.transaction(operator=True):
        return months.first_of(await clock.today())
