"""Whatever happens in whatever order, the books are the plain model's to the yen and every invariant holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace import verify
from marketplace.core.settings import SANDBOX_KEY, settings
from payouts import gateway
from payouts.gateway.stripe_gateway import StripeGateway
from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import Settings
from tests.stories.machine import Machine

pytestmark = pytest.mark.usefixtures("database")

STEPS = 150


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


@pytest.mark.parametrize("seed", [1, 20261123, 777])
async def test_random_lives_of_contracts_and_payouts_keep_the_books(seed: int, control: Control):
    machine = Machine(seed, control)
    await machine.begin()

    for number in range(STEPS):
        await machine.step()

        assert await machine.books() == machine.model, (seed, number, machine.log[-5:])
        if number % 10 == 9:
            broken = {verdict.rule: verdict.broken for verdict in await verify.check() if verdict.broken}
            assert broken == {}, (seed, number, machine.log)

    states = {deal.state for deal in machine.deals}
    assert len(states) >= 3, machine.log
    assert machine.cashier.ways >= {"started", "paid"}, machine.log
