"""A sandbox for the machines that draw their steps from a seed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.core.settings import SANDBOX_KEY, settings
from payouts import gateway
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import Settings


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """Start a sandbox that charges nothing for bank transfers, and let every amount go without a second person."""
    server = serve(0, tmp_path, Settings(bank_fee_bp=0))
    monkeypatch.setenv("STRIPE_API_BASE", server.url)
    monkeypatch.setenv("ENISHI_PAYOUT_LIMIT", "1000000000")
    settings.cache_clear()
    gateway.use(StripeGateway(SANDBOX_KEY, api_base=server.url))
    yield Control(server.url)
    server.stop()
    gateway.forget()
    monkeypatch.undo()
    settings.cache_clear()
