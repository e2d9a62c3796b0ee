from datetime import UTC, datetime

import pytest

from marketplace.contracts.document import contract_pdf
from marketplace.contracts.identity import SealIdentity, make_demo_identity
from marketplace.contracts.seal import seal
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
