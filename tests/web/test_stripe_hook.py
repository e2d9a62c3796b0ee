"""The door for Stripe's news: nothing is believed unsigned, nothing is taken twice."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from marketplace.core import db
from marketplace.core.settings import settings
from marketplace.people import sessions
from tests.web.doors import BASE, Settings
from web.app import create_app

pytestmark = pytest.mark.usefixtures("database")

SECRETS = {
    "platform": ("STRIPE_WEBHOOK_SECRET", "whsec_platform"),
    "connect": ("STRIPE_CONNECT_WEBHOOK_SECRET", "whsec_connect"),
    "thin": ("STRIPE_THIN_WEBHOOK_SECRET", "whsec_thin"),
}
PAID = {"id": "evt_1", "type": "charge.succeeded", "created": 1, "data": {"object": {"id": "ch_1"}}}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, secret in SECRETS.values():
        monkeypatch.setenv(name, secret)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
async def stripe() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Settings(), sessions))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


def signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    moment = int(at or time.time())
    proof = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={moment},v1={proof}", "content-type": "application/json"}


async def deliver(
    stripe: httpx.AsyncClient, event: dict[str, Any], source: str = "platform", **how: Any
) -> httpx.Response:
    body = json.dumps(event, indent=2).encode()
    secret = how.pop("secret", SECRETS[source][1])
    return await stripe.post(f"/hooks/stripe/{source}", content=body, headers=signed(body, secret, **how))


async def stored() -> int:
    async with db.transaction(operator=True):
        found: int = await db.fetchval("select count(*) from stripe_event")
        return found


async def test_a_signed_event_is_stored_and_its_handling_queued(stripe: httpx.AsyncClient):
    answer = await deliver(stripe, PAID)

    assert answer.status_code == 200
    async with db.transaction(operator=True):
        row = await db.fetchrow("select source, kind, object_id, handled_at from stripe_event")
        jobs = await db.fetchval("select count(*) from outbox where kind = 'stripe.event'")
    assert tuple(row or ()) == ("platform", "charge.succeeded", "ch_1", None)
    assert jobs == 1


async def test_a_repeated_event_counts_once(stripe: httpx.AsyncClient):
    answers = [await deliver(stripe, PAID) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert await stored() == 1
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from outbox where kind = 'stripe.event'") == 1


@pytest.mark.parametrize("source", SECRETS)
async def test_each_source_has_its_own_secret(stripe: httpx.AsyncClient, source: str):
    thin = {"id": f"evt_{source}", "type": "v2.core.account.updated", "related_object": {"id": "acct_1"}}
    other = next(secret for name, (_, secret) in SECRETS.items() if name != source)

    good = await deliver(stripe, thin if source == "thin" else {**PAID, "id": f"evt_{source}"}, source)
    forged = await deliver(stripe, {**PAID, "id": "evt_forged"}, source, secret=other)

    assert (good.status_code, forged.status_code) == (200, 400)
    assert await stored() == 1


@pytest.mark.parametrize("age", [3600, -3600])
async def test_an_event_signed_too_long_ago_or_in_the_future_is_refused(stripe: httpx.AsyncClient, age: int):
    answer = await deliver(stripe, PAID, at=time.time() - age)

    assert answer.status_code == 400
    assert await stored() == 0


async def test_a_changed_body_is_refused(stripe: httpx.AsyncClient):
    body = json.dumps(PAID).encode()
    headers = signed(body, "whsec_platform")

    answer = await stripe.post(
        "/hooks/stripe/platform", content=body.replace(b"ch_1", b"ch_2"), headers=headers
    )

    assert answer.status_code == 400
    assert await stored() == 0


@pytest.mark.parametrize("signature", ["", "t=,v1=", "nonsense", "t=abc,v1=abc", "t=1"])
async def test_a_body_without_a_readable_signature_is_refused(stripe: httpx.AsyncClient, signature: str):
    answer = await stripe.post(
        "/hooks/stripe/platform", content=b"{}", headers={"stripe-signature": signature}
    )

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_signed_body_that_is_no_event_is_refused(stripe: httpx.AsyncClient):
    for body in (b"", b"[]", b"{}", b"\xff\xfe", b'{"id": "evt_9"}'):
        answer = await stripe.post(
            "/hooks/stripe/platform", content=body, headers=signed(body, "whsec_platform")
        )

        assert answer.status_code == 400, body


async def test_another_door_does_not_exist(stripe: httpx.AsyncClient):
    answer = await stripe.post(
        "/hooks/stripe/elsewhere", content=b"{}", headers={"stripe-signature": "t=1,v1=1"}
    )

    assert answer.status_code in {400, 404}
    assert await stored() == 0
