"""Stripe through its own library: one synchronous client, its calls made in threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import requests
import stripe
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from marketplace.core import db
from marketplace.core.errors import N_, Unavailable

API_VERSION = "2026-10-28.endive"
CONNECT_SECONDS, READ_SECONDS = 3.0, 20.0
AT_ONCE = 8
RETRIES = 2

Result = TypeVar("Result")


class Connection:
    """Speak to Stripe with one key; refuses to exist beside a library of another API version."""

    def __init__(self, key: str, *, api_base: str = "") -> None:
        if stripe.api_version != API_VERSION:
            raise RuntimeError(f"stripe speaks {stripe.api_version}, we were built for {API_VERSION}")
        stripe.enable_telemetry = False
        self._threads = ThreadPoolExecutor(AT_ONCE, "provider")
        bases: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), api_base.rstrip("/"))
        self.client = stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            max_network_retries=RETRIES,
            base_addresses=bases if api_base else {},
            http_client=stripe.RequestsClient(
                timeout=(CONNECT_SECONDS, READ_SECONDS), session=_session(api_base or stripe.DEFAULT_API_BASE)
            ),
        )

    async def ask(self, call: Callable[[], Any]) -> Any:
        """Make a call and return its answer as plain data. Raises Unavailable for whatever Stripe does not give."""
        try:
            return await self.call(call)
        except stripe.StripeError as error:
            raise Unavailable(
                N_("The payment provider does not answer as expected (%(code)s). Please try again later."),
                code=str(error.code or error.http_status or "connection"),
            ) from error

    async def call(self, call: Callable[[], Result], *, plain: bool = True) -> Any:
        """Make a call in a thread; raises what the library raises, and RuntimeError inside a database transaction."""
        if db.DB.current_transaction.get() is not None:
            raise RuntimeError("no network call inside a database transaction")
        found: Any = await asyncio.get_running_loop().run_in_executor(self._threads, call)
        return found.to_dict() if plain and found is not None else found


def _session(api_base: str) -> requests.Session:
    """Return connections that are kept, and know the environment's proxy: looking there takes a fifth of a call."""
    session = requests.Session()
    session.proxies.update(get_environ_proxies(api_base))
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE))
    return session
