"""Webhooks are signed, retried in real time, kept over a restart, and can be disturbed on purpose."""

import signal
import subprocess
import sys
import time
import urllib.error
from pathlib import Path
from typing import Any

import pytest
import stripe

from payouts.sandbox.control import Control
from payouts.sandbox.server import serve
from payouts.sandbox.world import Settings
from tests.payouts.sandbox.conftest import SECRETS, Receiver, connect
from tests.payouts.sandbox.flow import Flow


def wait_until(true: Any) -> None:
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_refused_delivery_comes_again_until_it_is_taken(
    client: stripe.StripeClient, receiver: Receiver, control: Control
) -> None:
    receiver.refusals = 2
    customer = client.v1.customers.create({"name": "a"})
    wait_until(lambda: receiver.types("platform"))

    _, signature, body = receiver.received[0]
    event = client.construct_event(body, signature, SECRETS["platform"])
    wait_until(lambda: control.dump()["deliveries_waiting"] == 0)
    assert event.data.object.id == customer.id
    assert client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_events_that_nobody_took_yet_can_be_listed_to_fill_a_gap(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    receiver.refusals = 1_000
    client.v1.customers.create({"name": "missed"})
    missed = client.v1.events.list({"delivery_success": False, "types": ["customer.created"]})
    receiver.refusals = 0
    wait_until(lambda: receiver.types("platform"))
    wait_until(lambda: not client.v1.events.list({"delivery_success": False}).data)

    taken = client.v1.events.list({"delivery_success": True})
    assert [event.id for event in taken] == [event.id for event in missed]


def test_a_forged_or_altered_payload_does_not_verify(client: stripe.StripeClient, receiver: Receiver) -> None:
    client.v1.customers.create({"name": "a"})
    wait_until(lambda: receiver.received)
    _, signature, body = receiver.received[0]

    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body, signature, SECRETS["connect"])
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body.replace(b"customer", b"costumer"), signature, SECRETS["platform"])


def test_an_endpoint_made_by_the_api_gets_the_events_that_it_enabled(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": f"{receiver.url}/own", "enabled_events": ["customer.updated"], "metadata": {"a": "b"}}
    )
    customer = client.v1.customers.create({"name": "a"})
    client.v1.customers.update(customer.id, {"name": "b"})
    wait_until(lambda: receiver.types("own"))
    client.v1.webhook_endpoints.delete(endpoint.id)
    client.v1.customers.update(customer.id, {"name": "c"})
    wait_until(lambda: receiver.types("platform").count("customer.updated") == 2)

    _, signature, body = next(found for found in receiver.received if found[0] == "own")
    assert client.construct_event(body, signature, endpoint.secret or "").type == "customer.updated"
    assert receiver.types("own") == ["customer.updated"]
    assert client.v1.webhook_endpoints.list().data == []


def test_a_connect_endpoint_hears_of_connected_accounts_only(
    client: stripe.StripeClient, receiver: Receiver, flow: Flow
) -> None:
    client.v1.webhook_endpoints.create(
        {"url": f"{receiver.url}/own", "enabled_events": ["*"], "connect": True}
    )
    client.v1.customers.create({"name": "a"})

    account = flow.payee()
    wait_until(lambda: "account.updated" in receiver.types("own"))

    assert set(receiver.types("own")) == {"account.external_account.created", "account.updated"}
    assert client.v1.events.list({"type": "account.*"}).data == []
    own = client.v1.events.list({"type": "account.*"}, {"stripe_account": account})
    assert {event.account for event in own} == {account}


def test_an_onboarding_is_told_by_thin_events_of_requirements_and_capabilities(
    client: stripe.StripeClient, receiver: Receiver, flow: Flow
) -> None:
    capability = "v2.core.account[configuration.recipient].capability_status_updated"
    account = flow.payee()
    wait_until(lambda: len(receiver.types("thin")) == 4)

    notices = [
        client.parse_event_notification(body, signature, SECRETS["thin"])
        for path, signature, body in receiver.received
        if path == "thin"
    ]
    told: list[Any] = [notice.fetch_event() for notice in notices if notice.type == capability]
    assert receiver.types("thin")[:2] == ["v2.core.account.created", "v2.core.account[requirements].updated"]
    assert [event.data.updated_capability for event in told] == [
        "stripe_balance.stripe_transfers",
        "stripe_balance.payouts",
    ]
    assert {event.related_object.id for event in told} == {account}


def test_duplicates_drops_and_delays_happen_on_demand(
    client: stripe.StripeClient, receiver: Receiver, control: Control
) -> None:
    control.add_fault("duplicate", event="customer.created", times=3)
    client.v1.customers.create({"name": "a"})
    wait_until(lambda: receiver.types("platform").count("customer.created") == 3)
    control.add_fault("drop", event="customer.*")
    control.add_fault("delay", event="customer.updated", seconds=0.3)
    customer = client.v1.customers.create({"name": "dropped"})
    wait_until(lambda: len(control.faults()) == 1)
    client.v1.customers.update(customer.id, {"name": "b"})
    wait_until(lambda: "customer.updated" in receiver.types("platform"))

    bodies = {body for _, _, body in receiver.received if b"customer.created" in body}
    assert len(bodies) == 1
    assert receiver.types("platform").count("customer.created") == 3


def test_reordered_deliveries_all_arrive(
    client: stripe.StripeClient, receiver: Receiver, control: Control
) -> None:
    control.add_fault("reorder", event="customer.created", seconds=2, count=12)

    made = [client.v1.customers.create({"name": str(number)}).id for number in range(12)]
    wait_until(lambda: len(receiver.types("platform")) == 12)

    got = [
        client.construct_event(body, mark, SECRETS["platform"]).data.object.id
        for _, mark, body in receiver.received
    ]
    assert got != made
    assert sorted(got) == sorted(made)


def test_queue_clock_and_keys_survive_a_restart(
    tmp_path: Path, receiver: Receiver, settings: Settings
) -> None:
    receiver.refusals = 1_000
    first = serve(0, tmp_path, settings)
    customer = connect(first.url).v1.customers.create({"name": "a"}, {"idempotency_key": "k"})
    Control(first.url).set_clock(7_200)
    first.stop()
    receiver.refusals = 0

    second = serve(0, tmp_path, settings)
    again = connect(second.url).v1.customers.create({"name": "a"}, {"idempotency_key": "k"})
    wait_until(lambda: receiver.types("platform") == ["customer.created"])
    offset = Control(second.url).clock()["offset_seconds"]
    second.stop()

    assert again.id == customer.id
    assert offset == 7_200


def start(data: Path, **environment: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "payouts.sandbox", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    return process, process.stdout.readline().rpartition(" ")[2].strip()


def test_what_was_answered_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    process, url = start(tmp_path)
    client = connect(url)
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(20)]
    process.send_signal(signal.SIGKILL)
    process.communicate()

    process, url = start(tmp_path)
    kept = [customer.id for customer in connect(url).v1.customers.list({"limit": 100})]
    process.terminate()
    process.communicate()

    assert sorted(kept) == sorted(made)
    assert process.returncode == 0


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
def test_it_does_not_start_beside_a_live_key(tmp_path: Path, key: str) -> None:
    process, _ = start(tmp_path, STRIPE_SECRET_KEY=key)
    _, said = process.communicate()

    assert process.returncode == 2
    assert "live key" in said


def test_a_lever_that_does_not_exist_is_refused(control: Control) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        control.fail_payout("po_x")

    assert caught.value.code == 400


def test_a_reset_forgets_everything(client: stripe.StripeClient, flow: Flow, control: Control) -> None:
    flow.funded()

    control.reset()

    assert control.dump()["balances"] == {}
    assert client.v1.transfers.list().data == []
    assert control.clock()["offset_seconds"] == 0
