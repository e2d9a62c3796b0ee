"""What every move of the referral machine needs: the seed's dice, the model, the cast and the log."""

from collections.abc import Awaitable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from marketplace.core.actor import Actor
from marketplace.core.errors import Failure
from payouts.sandbox.control import Control
from tests.factories import tasks
from tests.stories.cashier import Cashier
from tests.stories.referral_facts import Ref
from tests.stories.referral_model import World


class Player:
    """Holds the real thing's people and the model of it."""

    def __init__(self, seed: int, control: Control) -> None:
        self.rng = Random(seed)
        self.world = World()
        self.log: list[str] = []
        self.cashier = Cashier(control, self.rng, self.world.books, self.log)
        self.control = control
        self.firms: list[tasks.Firm] = []
        self.people: list[Actor] = []
        self.operators: list[Actor] = []
        self.first: date
        self.tries: dict[tuple[int, int], int] = {}
        self.licence = 0
        self.seen: set[str] = set()

    async def _refused(self, failure: type[Failure], action: Awaitable[Any]) -> None:
        with pytest.raises(failure):
            await action
        self._note(f"refused: {failure.__name__}")

    def _owner(self, ref: Ref) -> Actor:
        return self.firms[ref.offer.firm].owner

    def _date(self, day: int) -> date:
        return self.first + timedelta(days=day)

    def _note(self, what: str) -> None:
        self.log.append(what)
        self.seen.add(
            what.split(":", maxsplit=1)[0].split(" ", maxsplit=1)[0] if what.startswith("refer ") else what
        )
