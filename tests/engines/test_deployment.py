"""What a real installation starts from: the explained settings and the compose file agree with the code."""

import re
from pathlib import Path

import pytest
import yaml

from marketplace.core.settings import Settings

ROOT = Path(__file__).parents[2]
OUTSIDE_SETTINGS = {  # read by the command line, the engines or compose, not by the settings object
    "ENISHI_HOST",
    "ENISHI_PORT",
    "ENISHI_PG_BIN",
    "ENISHI_VALKEY_BIN",
    "DATABASE_PASSWORD",
    "WEB_DATABASE_PASSWORD",
    "WORKER_DATABASE_PASSWORD",
    "SEAL_FILE",
}


def named_in_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_the_example_explains_every_setting_and_no_other() -> None:
    settings = {str(field.alias) for field in Settings.model_fields.values()}

    assert named_in_example() == settings | OUTSIDE_SETTINGS


def test_the_unfilled_example_is_readable_and_production_names_what_to_fill(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in named_in_example():
        monkeypatch.delenv(name, raising=False)

    settings = Settings(_env_file=ROOT / ".env.example")  # type: ignore[call-arg]

    missing = " ".join(settings.missing_for_production())
    assert settings.production
    assert "ENISHI_SECRET_KEY" in missing
    assert "STRIPE_SECRET_KEY" in missing
    assert "ENISHI_DEMO" not in missing


def test_compose_runs_every_part_again_after_a_crash_and_uses_only_names_that_the_example_explains() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    services = yaml.safe_load(text)["services"]

    always = {name for name, service in services.items() if service["restart"] == "always"}
    healthy = {name for name, service in services.items() if "healthcheck" in service}

    assert always == {"db", "valkey", "web", "worker", "scheduler"}
    assert healthy == {"db", "valkey", "web"}
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= named_in_example()
    for name in ("migrate", "web", "worker", "scheduler"):
        assert services[name]["environment"]["ENISHI_ENV"] == "production"
        assert services[name]["command"] == ["enishi", name]
