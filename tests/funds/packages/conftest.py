"""Closing packages: built once for the tests that only read or tamper with them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from marketplace.core.settings import settings
from marketplace.funds import package
from tests.conftest import empty
from tests.factories.contracts import Scene
from tests.funds.packages.closed_months import busy, over


@dataclass(frozen=True)
class Packages:
    """Two companies' packages of one month, and the operator's."""

    month: date
    one: Scene
    other: Scene
    ours: Path
    theirs: Path
    operators: Path


@pytest.fixture(scope="module")
async def packages(
    _pool: None, owner: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Packages]:
    """Build all three; the test may read the database behind them, too."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("packages")
        patch.setattr(settings(), "__dict__", {**settings().__dict__, "data": folder})
        await empty(owner)
        one, other = await busy(), await busy()
        month = await over(one, other)
        built = [await package.build(who, month, 1) for who in (one.company, other.company, None)]
        yield Packages(month, one, other, *(each.path for each in built))
