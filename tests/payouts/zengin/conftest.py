"""The rail is switched on, with a bank account of the operator's."""

import pytest

from tests.factories import zengin
from tests.payouts.conftest import Provider


@pytest.fixture
def rail(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Switch bank transfers on."""
    zengin.switch_on(monkeypatch)
    return provider
