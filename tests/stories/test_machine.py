"""Whatever happens in whatever order, the books are the plain model's to the yen and every invariant holds."""

import pytest

from marketplace import verify
from tests.stories.machine import Machine

pytestmark = pytest.mark.usefixtures("database")

STEPS = 40


@pytest.mark.parametrize("seed", [1, 20261123, 777])
async def test_random_lives_of_contracts_keep_the_books(seed):
    machine = Machine(seed)
    await machine.begin()

    for number in range(STEPS):
        await machine.step()

        assert await machine.books() == machine.model, (seed, number, machine.log[-5:])
        if number % 5 == 4:
            broken = {verdict.rule: verdict.broken for verdict in await verify.check() if verdict.broken}
            assert broken == {}, (seed, number, machine.log)

    states = {deal.state for deal in machine.deals}
    assert len(states) >= 3, machine.log
