"""Prices and delays are settings; each shows in the balance."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stripe

from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import DAY, JST, Settings, arrival
from tests.payouts.sandbox.conftest import connect


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[stripe.StripeClient, Control]]:
    """Run a sandbox whose cards settle after four days and whose disputes cost ¥1,300."""
    server = serve(0, tmp_path, Settings(card_available_after_days=4, dispute_fee=1_300))
    yield connect(server.url), Control(server.url)
    server.stop()


def pay(client: stripe.StripeClient, amount: int) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {"amount": amount, "currency": "jpy", "confirm": True, "payment_method": "pm_card_visa"}
    )


def balance(client: stripe.StripeClient) -> tuple[int, int]:
    found = client.v1.balance.retrieve()
    return found.available[0].amount, found.pending[0].amount


def test_a_card_payment_is_pending_until_it_settles(slow: tuple[stripe.StripeClient, Control]) -> None:
    client, control = slow
    pay(client, 10_000)
    at_once = balance(client)
    control.set_clock(4 * DAY - 60)
    shortly_before = balance(client)
    control.set_clock(4 * DAY)

    assert at_once == shortly_before == (0, 9_640)
    assert balance(client) == (9_640, 0)


def test_a_transfer_drawn_on_a_pending_charge_settles_with_it(
    slow: tuple[stripe.StripeClient, Control],
) -> None:
    client, control = slow
    account = client.v2.core.accounts.create(
        {
            "identity": {"country": "jp", "entity_type": "individual"},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
        }
    ).id
    control.onboard(account)
    charge = pay(client, 10_000).latest_charge
    assert isinstance(charge, str)
    client.v1.transfers.create(
        {"amount": 9_000, "currency": "jpy", "destination": account, "source_transaction": charge}
    )
    before = balance(client)
    control.set_clock(4 * DAY)

    assert before == (0, 640)
    assert balance(client) == (640, 0)
    assert client.v1.balance.retrieve(None, {"stripe_account": account}).available[0].amount == 9_000


def test_a_dispute_costs_its_fee(slow: tuple[stripe.StripeClient, Control]) -> None:
    client, control = slow
    charge = pay(client, 10_000).latest_charge
    assert isinstance(charge, str)

    dispute = control.open_dispute(charge)

    line = dispute["balance_transactions"][0]
    assert (line["amount"], line["fee"], line["net"]) == (-10_000, 1_300, -11_300)
    assert line["reporting_category"] == "dispute"


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("2026-11-23T10:00", "2026-11-25"),
        ("2026-11-26T10:00", "2026-11-30"),
        ("2026-11-27T10:00", "2026-12-01"),
        ("2026-11-28T10:00", "2026-12-01"),
        # Half past midnight on Monday in Japan is still Sunday in UTC.
        ("2026-11-30T00:30", "2026-12-02"),
    ],
)
def test_a_payout_skips_the_weekend_of_japan(sent: str, arrives: str) -> None:
    moment = datetime.fromisoformat(sent).replace(tzinfo=JST).timestamp()

    assert datetime.fromtimestamp(arrival(int(moment), 2), UTC).isoformat()[:10] == arrives


def test_the_clock_is_real_time_plus_its_offset(slow: tuple[stripe.StripeClient, Control]) -> None:
    client, control = slow
    control.set_clock(-3_600)

    made = client.v1.customers.create({"name": "a"})

    assert abs(made.created - (time.time() - 3_600)) < 60
