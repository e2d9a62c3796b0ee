"""The whole house on one machine: engines, sandbox, mail catcher, web, two workers, scheduler, under one supervisor."""

import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.core.engines import Engine, data_directory, start_postgres, start_valkey
from marketplace.core.programs import Program

DATABASE = "enishi"
MADE_UP_NUMBER = "T4010001012345"
"""The demonstration's operator has a number, too: a qualified invoice is none without it."""

NOTE = "house.json"
REACHED_BY = (
    "DATABASE_URL",
    "WEB_DATABASE_URL",
    "WORKER_DATABASE_URL",
    "REDIS_URL",
    "STRIPE_API_BASE",
    "SMTP_URL",
    "ENISHI_BASE_URL",
    "ENISHI_DEMO",
)
# Secrets of the sandbox only: they sign play money between two processes on this machine.
SANDBOX_SECRETS = {
    "STRIPE_WEBHOOK_SECRET": "whsec_sandbox_platform",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_sandbox_connect",
    "STRIPE_THIN_WEBHOOK_SECRET": "whsec_sandbox_thin",
}


@dataclass(frozen=True, slots=True)
class House:
    """What runs where: the engines of ours that run, and the environment that every program gets."""

    data: Path
    engines: tuple[Engine, ...]
    environment: dict[str, str]

    @property
    def base_url(self) -> str:
        return self.environment["ENISHI_BASE_URL"]

    @property
    def sandboxed(self) -> bool:
        """True while no real Stripe key is set: then the sandbox is part of the house."""
        return not self.environment.get("STRIPE_SECRET_KEY")


def raise_engines(given: Mapping[str, str], *, demo: bool) -> House:
    """Start the engines that no URL names and return the environment that points every program at its parts.

    Ports come from ENISHI_PORT (8000), ENISHI_SANDBOX_PORT (8012) and ENISHI_SMTP_PORT (8025).
    """
    data = data_directory(given)
    environment = {**given, "ENISHI_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    engines: list[Engine] = []
    if not given.get("DATABASE_URL"):
        postgres = start_postgres(data)
        engines.append(postgres)
        environment["DATABASE_URL"] = postgres.dsn("postgres", DATABASE)
        environment["WEB_DATABASE_URL"] = postgres.dsn("enishi_web", DATABASE)
        environment["WORKER_DATABASE_URL"] = postgres.dsn("enishi_worker", DATABASE)
    if not given.get("REDIS_URL"):
        valkey = start_valkey(data)
        engines.append(valkey)
        environment["REDIS_URL"] = valkey.url()
    environment.setdefault("ENISHI_BASE_URL", f"http://localhost:{given.get('ENISHI_PORT', '8000')}")
    environment.setdefault("SMTP_URL", f"smtp://127.0.0.1:{given.get('ENISHI_SMTP_PORT', '8025')}")
    if demo:
        environment["ENISHI_DEMO"] = "true"
        # One invoice of the demo world is late, and the story moves the clock: nobody's publishing shall stop by that.
        environment.setdefault("ENISHI_INVOICE_GRACE_DAYS", "60")
        environment.setdefault("OPERATOR_REGISTRATION_NUMBER", MADE_UP_NUMBER)
    if not given.get("STRIPE_SECRET_KEY"):
        environment["STRIPE_API_BASE"] = f"http://127.0.0.1:{given.get('ENISHI_SANDBOX_PORT', '8012')}"
        environment.update(SANDBOX_SECRETS)
    _remember(data, environment)
    return House(data, tuple(engines), environment)


def _remember(data: Path, environment: Mapping[str, str]) -> None:
    """Note for other commands how to reach this house; readable by its owner only."""
    note = data / NOTE
    note.touch(mode=0o600)
    note.write_text(json.dumps({name: environment[name] for name in REACHED_BY if name in environment}))


def running(given: Mapping[str, str]) -> dict[str, str]:
    """Return how to reach the house that runs on this data directory; nothing where the environment says it."""
    note = data_directory(given) / NOTE
    if given.get("DATABASE_URL") or not note.exists():
        return {}
    return {name: str(value) for name, value in json.loads(note.read_text()).items()}


def programs(house: House) -> list[Program]:
    """Return every program of the house in the order of their start."""
    found = [*_outside_world(house), _ours(house, "web", ready=f"{_local(house)}/health")]
    found += [_ours(house, "worker", name=f"worker-{number}") for number in (1, 2)]
    return [*found, _ours(house, "scheduler")]


def _outside_world(house: House) -> list[Program]:
    """The parts that stand in for the world outside: mail and Stripe."""
    catcher = urlsplit(house.environment["SMTP_URL"])
    mail = Program(
        name="mail",
        argv=_python(
            "marketplace.notifications.catcher",
            "--port",
            str(catcher.port),
            "--data",
            str(house.data / "mail"),
        ),
        environment=house.environment,
        ready=lambda: _listens(catcher.port or 25),
    )
    if not house.sandboxed:
        return [mail]
    base = urlsplit(house.environment["STRIPE_API_BASE"])
    hooks = [
        part
        for name in ("platform", "connect", "thin")
        for part in (
            f"--{name}-hook",
            f"{_local(house)}/hooks/stripe/{name}",
            SANDBOX_SECRETS[_secret_name(name)],
        )
    ]
    sandbox = Program(
        name="sandbox",
        argv=_python(
            "payouts.sandbox", "--port", str(base.port), "--data", str(house.data / "sandbox"), *hooks
        ),
        environment=house.environment,
        ready=f"{house.environment['STRIPE_API_BASE']}/_sandbox/health",
    )
    return [mail, sandbox]


def _secret_name(hook: str) -> str:
    return "STRIPE_WEBHOOK_SECRET" if hook == "platform" else f"STRIPE_{hook.upper()}_WEBHOOK_SECRET"


def _ours(house: House, command: str, *, name: str = "", ready: str | None = None) -> Program:
    return Program(
        name=name or command, argv=_python("web.cli", command), environment=house.environment, ready=ready
    )


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _local(house: House) -> str:
    """The site by its loopback address, whatever name it has outside."""
    return f"http://127.0.0.1:{house.environment.get('ENISHI_PORT', '8000')}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def inherited() -> dict[str, str]:
    """Return our own environment as a plain dict."""
    return dict(os.environ)
