"""A process that serves people starts only where nothing is missing and nothing can be bypassed."""

import pytest

from marketplace.core import db
from marketplace.core.settings import Settings, require_ready

NEEDED = {
    "ENISHI_SECRET_KEY", "ENISHI_BASE_URL", "DATABASE_URL", "WEB_DATABASE_URL", "WORKER_DATABASE_URL", "REDIS_URL",
    "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET", "STRIPE_THIN_WEBHOOK_SECRET",
    "SMTP_URL", "MAIL_FROM", "SEAL_CERTIFICATE", "SEAL_PASSPHRASE", "OPERATOR_NAME", "OPERATOR_EMAILS",
    "OPERATOR_ADDRESS", "OPERATOR_REGISTRATION_NUMBER",
}  # fmt: skip


def settings(**given: str) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


def test_production_names_everything_that_is_missing_at_once():
    with pytest.raises(SystemExit) as refusal:
        require_ready(settings(ENISHI_ENV="production"))

    assert all(name in str(refusal.value) for name in NEEDED)


def test_production_refuses_the_sandbox_and_the_demo(tmp_path):
    certificate = tmp_path / "seal.p12"
    certificate.write_bytes(b"x")
    complete = dict.fromkeys(NEEDED, "x") | {
        "ENISHI_ENV": "production",
        "ENISHI_SECRET_KEY": "k" * 40,
        "ENISHI_BASE_URL": "https://enishi.example",
        "STRIPE_SECRET_KEY": "sk_live_1",
        "SMTP_URL": "smtps://mail.example",
        "OPERATOR_REGISTRATION_NUMBER": "T7123456789012",
        "SEAL_CERTIFICATE": str(certificate),
    }

    require_ready(settings(**complete))
    for change in (
        {"STRIPE_API_BASE": "http://127.0.0.1:8012"},
        {"ENISHI_DEMO": "true"},
        {"STRIPE_SECRET_KEY": ""},
        {"OPERATOR_REGISTRATION_NUMBER": "7123456789012"},
    ):
        with pytest.raises(SystemExit):
            require_ready(settings(**complete | change))


def test_development_needs_nothing():
    require_ready(settings(ENISHI_ENV="development"))


async def test_a_role_that_bypasses_row_level_security_serves_nobody(database, database_urls):
    other = db.Database()
    current = db.DB
    db.DB = other
    try:
        with pytest.raises(SystemExit, match="superuser"):
            await other.serve(database_urls["owner"], size=1)
        await other.serve(database_urls["web"], size=1)
        await other.close()
    finally:
        db.DB = current
