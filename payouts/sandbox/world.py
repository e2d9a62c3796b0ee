"""What an operation works with: the store, the settings, the time, and who is asking."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from payouts.sandbox.store import Store

API_VERSION = "2026-10-28.endive"
CURRENCY = "jpy"
JST = timezone(timedelta(hours=9))
DAY = 86_400
_SATURDAY = 5


@dataclass(frozen=True)
class Hook:
    """A webhook receiver given at the start, with its secret: kind is platform, connect or thin."""

    kind: str
    url: str
    secret: str


@dataclass(frozen=True)
class Settings:
    """Prices and delays of the sandbox; rates in basis points, delays as named.

    The rates are stated constants near Stripe's Japanese price list (card 3.6 %, bank transfer 1.5 %).
    """

    public_url: str = ""
    card_fee_bp: int = 360
    bank_fee_bp: int = 150
    dispute_fee: int = 0
    card_available_after_days: int = 0
    transfer_delay_seconds: int = DAY
    payout_weekdays: int = 2
    link_seconds: int = 600
    hooks: tuple[Hook, ...] = field(default=())


@dataclass(frozen=True)
class World:
    """One call's view: ``now`` is sandbox time in seconds, ``account`` is '' for the platform."""

    store: Store
    settings: Settings
    now: int
    account: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None

    def within(self, account: str) -> "World":
        """Look at the same world as another account."""
        return replace(self, account=account)

    def schedule(self, at: int, action: str, object_id: str) -> None:
        """Note something that happens by itself at sandbox time ``at``."""
        self.store.schedule(at, action, object_id)


def new_id(prefix: str) -> str:
    """Make an unguessable id such as ``tr_1f0c…``."""
    return f"{prefix}_{secrets.token_hex(12)}"


def moment(seconds: int) -> str:
    """Write a time as the v2 API does: RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def arrival(now: int, weekdays: int) -> int:
    """Return midnight UTC (09:00 in Japan) of the day that is ``weekdays`` weekdays after today in Japan."""
    day: date = datetime.fromtimestamp(now, JST).date()
    while weekdays > 0:
        day += timedelta(days=1)
        weekdays -= day.weekday() < _SATURDAY
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def public(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out the members that only the sandbox may see: their names begin with an underscore."""
    return {name: value for name, value in body.items() if not name.startswith("_")}
