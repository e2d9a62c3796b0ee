from datetime import UTC, datetime

import pytest

from marketplace.contracts.document import contract_pdf
from marketplace.contracts.identity import SealIdentity, make_demo_identity
from marketplace.contracts.seal import seal
from marketplace.core.settings import settings
from tests.contracts.sample import terms

SEALED_AT = datetime(2026, 11, 20, 5, 33, tzinfo=UTC)


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> SealIdentity:
    return make_demo_identity(tmp_path_factory.mktemp("seal"), name="縁結び株式会社", made_at=SEALED_AT)


@pytest.fixture(scope="session")
def pdf() -> bytes:
    return contract_pdf(terms())


@pytest.fixture(scope="session")
def sealed(pdf: bytes, identity: SealIdentity) -> bytes:
    return seal(pdf, identity, sealed_at=SEALED_AT)


@pytest.fixture
def seal_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the demo identity be made in a folder of the tests."""
    folder = tmp_path_factory.getbasetemp() / "enishi-data"
    monkeypatch.setattr(settings(), "__dict__", {**settings().__dict__, "data": folder})
