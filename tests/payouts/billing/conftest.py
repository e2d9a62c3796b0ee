"""Billing without a marketplace: one buyer for every company."""

import pytest

from payouts.billing import jobs as billing_jobs  # noqa: F401 - opens and presents invoices
from payouts.billing import parties
from tests.factories.billing import know_buyers


@pytest.fixture(autouse=True)
def _buyers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "_sources", [])
    know_buyers()
