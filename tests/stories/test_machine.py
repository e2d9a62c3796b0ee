"""Whatever happens in whatever order, the books are the plain model's to the yen and every invariant holds."""

import pytest

from marketplace import verify
from payouts.sandbox.control import Control
from tests.stories.machine import Machine

pytestmark = pytest.mark.usefixtures("database")

STEPS = 150


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
