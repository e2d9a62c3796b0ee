"""Settings: one frozen object from the environment; production refuses to start with the full list of what is missing."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 32
SANDBOX_KEY = "sk_test_enishi_sandbox"


class Settings(BaseSettings):
    """Everything that a deployment decides. Names are the environment's; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    env: Literal["development", "test", "production"] = Field("development", alias="ENISHI_ENV")
    demo: bool = Field(default=False, alias="ENISHI_DEMO")
    data: Path = Field(Path(".data"), alias="ENISHI_DATA")
    base_url: str = Field("http://localhost:8000", alias="ENISHI_BASE_URL")
    secret_key: SecretStr = Field(SecretStr(""), alias="ENISHI_SECRET_KEY")

    database_url: str = Field("", alias="DATABASE_URL")
    web_database_url: str = Field("", alias="WEB_DATABASE_URL")
    worker_database_url: str = Field("", alias="WORKER_DATABASE_URL")
    redis_url: str = Field("", alias="REDIS_URL")

    stripe_secret_key: SecretStr = Field(SecretStr(""), alias="STRIPE_SECRET_KEY")
    stripe_webhook_secret: SecretStr = Field(SecretStr(""), alias="STRIPE_WEBHOOK_SECRET")
    stripe_connect_webhook_secret: SecretStr = Field(SecretStr(""), alias="STRIPE_CONNECT_WEBHOOK_SECRET")
    stripe_thin_webhook_secret: SecretStr = Field(SecretStr(""), alias="STRIPE_THIN_WEBHOOK_SECRET")
    stripe_api_base: str = Field("", alias="STRIPE_API_BASE")
    operator_bears_topup_fee: bool = Field(default=False, alias="ENISHI_OPERATOR_BEARS_TOPUP_FEE")
    payout_limit: int = Field(1_000_000, alias="ENISHI_PAYOUT_LIMIT", gt=0)
    break_limit: int = Field(10_000, alias="ENISHI_BREAK_LIMIT", ge=0)
    zengin_rail: bool = Field(default=False, alias="ENISHI_ZENGIN_RAIL")
    zengin_client_code: str = Field("", alias="ENISHI_ZENGIN_CLIENT_CODE", pattern=r"^([0-9]{1,10})?$")
    zengin_name: str = Field("", alias="ENISHI_ZENGIN_NAME")
    zengin_account: str = Field(
        "", alias="ENISHI_ZENGIN_ACCOUNT", pattern=r"^([0-9]{4}-[0-9]{3}-[129]-[0-9]{7})?$"
    )
    zengin_newline: bool = Field(default=True, alias="ENISHI_ZENGIN_NEWLINE")
    zengin_cutoff_hour: int = Field(15, alias="ENISHI_ZENGIN_CUTOFF_HOUR", ge=0, le=24)
    bank_change_hours: int = Field(24, alias="ENISHI_BANK_CHANGE_HOURS", ge=0, le=240)
    agency_fee_bp: int = Field(3500, alias="ENISHI_AGENCY_FEE_BP", ge=0, le=10_000)
    agency_margin_bp: int = Field(3582, alias="ENISHI_AGENCY_MARGIN_BP", ge=0, le=9_000)
    settle_days: int = Field(10, alias="ENISHI_SETTLE_DAYS", gt=0)

    calendar_loopback: bool = Field(default=False, alias="ENISHI_CALENDAR_LOOPBACK")

    smtp_url: str = Field("smtp://127.0.0.1:8025", alias="SMTP_URL")
    mail_from: str = Field("Enishi <no-reply@enishi.example>", alias="MAIL_FROM")
    seal_certificate: Path | None = Field(None, alias="SEAL_CERTIFICATE")
    seal_passphrase: SecretStr = Field(SecretStr(""), alias="SEAL_PASSPHRASE")
    operator_name: str = Field("縁結び株式会社", alias="OPERATOR_NAME")
    operator_name_en: str = Field("Enmusubi Inc.", alias="OPERATOR_NAME_EN")
    operator_address: str = Field("東京都千代田区丸の内1-1-1", alias="OPERATOR_ADDRESS")
    operator_emails: str = Field("", alias="OPERATOR_EMAILS")
    operator_registration_number: str = Field("", alias="OPERATOR_REGISTRATION_NUMBER")
    invoice_grace_days: int = Field(14, alias="ENISHI_INVOICE_GRACE_DAYS", ge=0)
    statement_silence_days: int = Field(7, alias="ENISHI_STATEMENT_SILENCE_DAYS", ge=1, le=60)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def sandbox(self) -> bool:
        """True while Stripe is our local sandbox: no real key is set."""
        return self.stripe_secret_key.get_secret_value() in {"", SANDBOX_KEY}

    @property
    def stripe_key(self) -> str:
        return self.stripe_secret_key.get_secret_value() or SANDBOX_KEY

    @property
    def secret(self) -> bytes:
        """The key that signs tokens; development has a fixed one, production must bring its own."""
        return (self.secret_key.get_secret_value() or "enishi development key, never for production").encode()

    def missing_for_production(self) -> list[str]:
        """Name every setting that production lacks or must not have; an empty list means ready."""
        needed = {
            "ENISHI_SECRET_KEY (32 characters or more)": len(self.secret_key.get_secret_value())
            >= SECRET_LENGTH,
            "ENISHI_BASE_URL (https://…)": self.base_url.startswith("https://"),
            "DATABASE_URL (the owner's, for migrations)": bool(self.database_url),
            "WEB_DATABASE_URL (login role enishi_web)": bool(self.web_database_url),
            "WORKER_DATABASE_URL (login role enishi_worker)": bool(self.worker_database_url),
            "REDIS_URL": bool(self.redis_url),
            "STRIPE_SECRET_KEY (production never runs on the sandbox)": not self.sandbox,
            "STRIPE_WEBHOOK_SECRET": bool(self.stripe_webhook_secret.get_secret_value()),
            "STRIPE_CONNECT_WEBHOOK_SECRET": bool(self.stripe_connect_webhook_secret.get_secret_value()),
            "STRIPE_THIN_WEBHOOK_SECRET": bool(self.stripe_thin_webhook_secret.get_secret_value()),
            "STRIPE_API_BASE (must be empty: it points to a sandbox)": not self.stripe_api_base,
            "SMTP_URL": "SMTP_URL" in self.given and not self.smtp_url.startswith("smtp://127."),
            "MAIL_FROM": "MAIL_FROM" in self.given,
            "SEAL_CERTIFICATE (a file)": self.seal_certificate is not None
            and self.seal_certificate.is_file(),
            "SEAL_PASSPHRASE": bool(self.seal_passphrase.get_secret_value()),
            "OPERATOR_NAME": "OPERATOR_NAME" in self.given,
            "OPERATOR_ADDRESS": "OPERATOR_ADDRESS" in self.given,
            "OPERATOR_REGISTRATION_NUMBER (T and 13 digits: invoices state it)": re.fullmatch(
                r"T[0-9]{13}", self.operator_registration_number
            )
            is not None,
            "OPERATOR_EMAILS": bool(self.operator_emails),
            "ENISHI_DEMO (must be off)": not self.demo,
            "ENISHI_ZENGIN_CLIENT_CODE, _NAME, _ACCOUNT (with ENISHI_ZENGIN_RAIL)": not self.zengin_rail
            or all((self.zengin_client_code, self.zengin_name, self.zengin_account)),
            "ENISHI_CALENDAR_LOOPBACK (must be off)": not self.calendar_loopback,
        }
        return [name for name, ready in needed.items() if not ready]

    @property
    def given(self) -> set[str]:
        """Return the environment names that were set, rather than left at their defaults."""
        fields = type(self).model_fields
        return {str(fields[name].alias) for name in self.model_fields_set}


@cache
def settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()


def require_ready(current: Settings) -> None:
    """Stop a production process that lacks anything, naming all of it at once."""
    if current.production and (missing := current.missing_for_production()):
        raise SystemExit(
            "ENISHI_ENV=production cannot start. Missing or wrong:\n" + "\n".join(f"  - {m}" for m in missing)
        )
