"""The same key gives the same answer, exactly once, through every fault of the network."""

import threading
from typing import Any

import pytest
import stripe

from payouts.sandbox.control import Control
from payouts.sandbox.server import Server
from tests.payouts.sandbox.conftest import connect
from tests.payouts.sandbox.flow import DAY, Flow

CUSTOMER: Any = {"name": "株式会社サンプル"}


def key(name: str) -> Any:
    return {"idempotency_key": name}


def customers(client: stripe.StripeClient) -> int:
    return len(client.v1.customers.list({"limit": 100}).data)


def test_the_same_key_and_request_is_replayed_and_done_once(client: stripe.StripeClient) -> None:
    first = client.v1.customers.create(CUSTOMER, key("k"))
    second = client.v1.customers.create(CUSTOMER, key("k"))

    assert first.id == second.id
    assert "idempotent-replayed" not in {name.lower() for name in first.last_response.headers}  # type: ignore[union-attr]
    assert second.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[union-attr]
    assert customers(client) == 1


def test_the_same_key_with_other_parameters_or_another_address_is_an_error(
    client: stripe.StripeClient,
) -> None:
    client.v1.customers.create(CUSTOMER, key("k"))

    with pytest.raises(stripe.IdempotencyError) as other:
        client.v1.customers.create({"name": "別会社"}, key("k"))
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create({"payment_intent": "pi_x"}, key("k"))

    assert other.value.http_status == 400


def test_keys_of_two_accounts_do_not_meet(client: stripe.StripeClient, flow: Flow) -> None:
    one, two = flow.funded(), flow.funded()

    payouts = [
        client.v1.payouts.create(
            {"amount": 50_000, "currency": "jpy"}, {"stripe_account": account, "idempotency_key": "k"}
        )
        for account in (one, two)
    ]

    assert payouts[0].id != payouts[1].id


def test_a_refusal_after_execution_began_is_replayed_even_when_it_would_succeed_now(flow: Flow) -> None:
    account = flow.payee()
    with pytest.raises(stripe.InvalidRequestError) as first:
        flow.transfer(account, 1_000, key="k")
    flow.top_up()

    with pytest.raises(stripe.InvalidRequestError) as second:
        flow.transfer(account, 1_000, key="k")

    assert {first.value.code, second.value.code} == {"balance_insufficient"}
    assert second.value.headers["Idempotent-Replayed"] == "true"
    assert flow.transfer(account, 1_000, key="k:2").amount == 1_000


def test_a_validation_error_is_not_stored_under_the_key(plain: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        plain.raw_request("post", "/v1/customers", colour="red", idempotency_key="k")

    assert plain.v1.customers.create(CUSTOMER, key("k")).name == CUSTOMER["name"]


def test_a_key_is_forgotten_a_day_later_by_the_sandbox_clock_or_on_demand(
    client: stripe.StripeClient, control: Control
) -> None:
    first = client.v1.customers.create(CUSTOMER, key("k"))
    control.set_clock(DAY - 60)
    before = client.v1.customers.create(CUSTOMER, key("k"))
    control.set_clock(DAY + 60)
    after = client.v1.customers.create(CUSTOMER, key("k"))
    forgotten = control.forget_keys()

    assert before.id == first.id
    assert after.id != first.id
    assert forgotten > 0
    assert client.v1.customers.create(CUSTOMER, key("k")).id not in {first.id, after.id}


def test_two_requests_with_one_key_at_the_same_time_are_not_both_executed(
    server: Server, client: stripe.StripeClient, control: Control
) -> None:
    control.add_fault("slow", path="/v1/customers", seconds=2)
    slow = threading.Thread(target=lambda: connect(server.url).v1.customers.create(CUSTOMER, key("k")))
    slow.start()
    while control.faults():
        pass

    with pytest.raises(stripe.APIError) as caught:
        client.v1.customers.create(CUSTOMER, key("k"))
    slow.join()

    assert caught.value.http_status == 409
    assert caught.value.error.code == "idempotency_key_in_use"  # type: ignore[union-attr]
    assert customers(client) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "lock_timeout", "error_before"])
def test_a_retry_of_the_library_survives_one_fault_and_does_the_thing_once(
    server: Server, client: stripe.StripeClient, control: Control, kind: str
) -> None:
    control.add_fault(kind, method="POST", path="/v1/customers")

    made = connect(server.url, max_network_retries=2).v1.customers.create(CUSTOMER, key("k"))

    assert control.faults() == []
    assert [customer.id for customer in client.v1.customers.list()] == [made.id]


def test_a_500_stored_after_execution_poisons_its_key_though_the_thing_was_done(
    plain: stripe.StripeClient, control: Control
) -> None:
    control.add_fault("error_after", path="/v1/customers")

    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            plain.v1.customers.create(CUSTOMER, key("k"))

    assert caught.value.http_status == 500
    assert caught.value.headers["Idempotent-Replayed"] == "true"
    assert customers(plain) == 1


def test_a_429_is_its_own_error_and_leaves_nothing(plain: stripe.StripeClient, control: Control) -> None:
    control.add_fault("rate_limit", count=2, path="/v1/customers", method="POST")

    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            plain.v1.customers.create(CUSTOMER, key("k"))

    assert plain.v1.customers.create(CUSTOMER, key("k")).name == CUSTOMER["name"]
    assert customers(plain) == 1


def test_a_402_is_stored_and_nothing_was_done(plain: stripe.StripeClient, control: Control) -> None:
    control.add_fault("payment_required", path="/v1/customers")

    for _ in range(2):
        with pytest.raises(stripe.CardError):
            plain.v1.customers.create(CUSTOMER, key("k"))

    assert customers(plain) == 0


def test_faults_can_be_taken_back_and_meet_only_their_calls(
    plain: stripe.StripeClient, control: Control
) -> None:
    control.add_fault("rate_limit", path="/v1/refunds*", count=5)
    created = plain.v1.customers.create(CUSTOMER)
    waiting = control.faults()
    control.clear_faults()

    assert created.id.startswith("cus_")
    assert waiting[0]["count"] == 5
    assert plain.v1.refunds.list().data == []


def test_a_v2_failure_is_executed_again_under_the_same_key(plain: stripe.StripeClient, flow: Flow) -> None:
    link: Any = {
        "account": "acct_later",
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {"refresh_url": "http://127.0.0.1:9/"},
        },
    }
    failures = []
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            plain.v2.core.account_links.create(link, key("k"))
        failures.append(caught.value.request_id)

    assert failures[0] != failures[1]
    assert "Idempotent-Replayed" not in caught.value.headers
