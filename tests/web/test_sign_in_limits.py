"""How often one may ask for a link: counted per mail address and per place, in a real Valkey, and shut when it is gone."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from marketplace.core import db, doorbell, limits
from marketplace.core.engines import start_valkey
from marketplace.core.engines.valkey import Valkey
from marketplace.core.limits import Limit
from marketplace.people import sign_in
from tests.web.asgi_visitor import Visitor, link

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    engine = start_valkey(tmp_path_factory.mktemp("limits"))
    yield engine
    engine.stop()


@pytest.fixture(autouse=True)
def counting(valkey: Valkey) -> Iterator[None]:
    doorbell.use(valkey.url())
    doorbell.connection().flushall()
    yield
    doorbell.use("")


async def _ask(email: str, expect: int = 200, *, place: str = "203.0.113.7") -> Visitor:
    visitor = Visitor()
    visitor.client._transport = httpx.ASGITransport(visitor.client._transport.app, client=(place, 40_000))
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", expect, email=email)
    return visitor


async def test_a_mail_address_is_asked_for_six_times_an_hour_known_or_not_from_wherever():
    await link("hanako@example.jp")
    for email in ("hanako@example.jp", "nobody@example.jp"):
        for number in range(6):
            await _ask(email, place=f"203.0.113.{number}")

        refused = await _ask(email.upper(), 429, place="203.0.113.99")

        assert "Please wait a little" in refused.text
        assert 3_500 < int(refused.answer.headers["retry-after"]) <= 3_600


async def test_one_place_asks_for_sixty_addresses_and_another_place_is_not_kept_out():
    key = (sign_in.ASKS_FROM_PLACE, "203.0.113.7")
    for _ in range(59):
        assert not await limits.wait_for(key)

    await _ask("a@example.jp")
    await _ask("b@example.jp", 429)

    await _ask("b@example.jp", place="203.0.113.8")


async def test_every_address_of_an_ipv6_network_is_one_place():
    for _ in range(58):
        assert not await limits.wait_for((sign_in.ASKS_FROM_PLACE, "20010db800070001"))
    for last in ("1", "2"):
        await _ask(f"n{last}@example.jp", place=f"2001:db8:7:1::{last}")

    await _ask("last@example.jp", 429, place="2001:db8:7:1:ffff::1")
    await _ask("last@example.jp", place="2001:db8:7:2::1")


async def test_a_hundred_tries_at_once_are_counted_one_by_one():
    few = Limit("few", 10, timedelta(minutes=1))

    waits = await asyncio.gather(*(limits.wait_for((few, "x")) for _ in range(100)))

    assert sum(not wait for wait in waits) == 10


async def test_a_limit_ends_by_itself():
    short = Limit("short", 1, timedelta(seconds=2))
    assert not await limits.wait_for((short, "x"))
    assert await limits.wait_for((short, "x"))

    async with asyncio.timeout(30):
        while await limits.wait_for((short, "x")):  # noqa: ASYNC110 - the other side is Valkey's clock
            await asyncio.sleep(0.05)


async def test_no_link_is_mailed_while_nobody_counts_and_the_page_says_so(tmp_path_factory):
    await link("hanako@example.jp")
    engine = start_valkey(tmp_path_factory.mktemp("gone"))
    doorbell.use(engine.url())
    engine.stop()

    refused = await _ask("hanako@example.jp", 503)

    assert "safeguard does not answer" in refused.text
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from outbox where kind = 'mail.link'") == 0
