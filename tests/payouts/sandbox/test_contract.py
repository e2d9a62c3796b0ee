"""The sandbox speaks no parameter that Stripe does not know, and the contract notices when it would."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from payouts.sandbox.operation import Operation
from payouts.sandbox.routes import OPERATIONS
from payouts.sandbox.world import API_VERSION
from tests.payouts.sandbox import contract
from tests.payouts.sandbox.flow import Flow


def test_the_sandbox_speaks_the_version_that_the_installed_library_sends() -> None:
    assert stripe._api_version._ApiVersion.CURRENT == API_VERSION


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}"
)
def test_every_operation_is_one_of_the_librarys_and_takes_only_its_parameters(operation: Operation) -> None:
    declared = contract.find(operation.method, operation.path)

    known = set(known_names(declared.params))
    assert set(operation.spec) - {"expand"} <= known | {"expand"}


def known_names(schema: contract.Schema) -> Iterator[str]:
    """Name the members of a hash, through its choices and references."""
    if "$ref" in schema:
        yield from contract._of_class(schema["$ref"]).contents["properties"]
    for choice in schema.get("anyOf", []):
        yield from known_names(choice)


def test_the_contract_notices_unknown_missing_and_misshapen_parameters() -> None:
    url = "http://127.0.0.1/v1/transfers"
    good = "amount=1&currency=jpy&destination=acct_1&metadata[op_id]=x&expand[0]=destination_payment"

    assert contract.request_violations("post", url, good) == []
    assert contract.request_violations("post", url, good + "&colour=red") != []
    assert contract.request_violations("post", url, good.replace("amount=1", "amount=1.5")) != []
    assert contract.request_violations("post", url, "amount=1&currency=jpy") != []
    assert (
        contract.request_violations(
            "post",
            "http://127.0.0.1/v1/payment_intents",
            "amount=100&currency=jpy&payment_method_types[0]=card",
        )
        != []
    )


def test_the_contract_notices_unknown_missing_and_misshapen_members(
    client: stripe.StripeClient, flow: Flow
) -> None:
    flow.top_up()
    body = flow.transfer(flow.payee(), 1_000).to_dict()
    path = f"/v1/transfers/{body['id']}"

    def broken(**changed: Any) -> list[str]:
        return contract.answer_violations("GET", path, {**body, **changed})

    assert broken() == []
    assert broken(colour="red") != []
    assert broken(amount="1000") != []
    assert (
        broken(reversals={"object": "list", "data": [{"id": "trr_1"}], "has_more": False, "url": "/"}) != []
    )
    assert contract.answer_violations("GET", path, {"id": body["id"]}) != []


def test_lists_come_in_pages_newest_first_with_time_and_other_filters(client: stripe.StripeClient) -> None:
    made = [
        client.v1.customers.create({"name": str(number), "email": f"{number % 2}@example.com"})
        for number in range(7)
    ]
    ids = [customer.id for customer in reversed(made)]

    page = client.v1.customers.list({"limit": 3})
    second = client.v1.customers.list({"limit": 3, "starting_after": page.data[-1].id})
    before = client.v1.customers.list({"limit": 2, "ending_before": second.data[0].id})
    everything = list(client.v1.customers.list({"limit": 2}).auto_paging_iter())
    odd = client.v1.customers.list({"email": "1@example.com"})
    future = client.v1.customers.list({"created": {"gt": made[-1].created}})
    past = client.v1.customers.list({"created": {"gte": made[0].created, "lte": made[-1].created}})

    assert [customer.id for customer in page] == ids[:3]
    assert page.has_more is True
    assert [customer.id for customer in second] == ids[3:6]
    assert [customer.id for customer in before] == ids[1:3]
    assert [customer.id for customer in everything] == ids
    assert len(odd.data) == 3
    assert (len(future.data), len(past.data)) == (0, 7)


def test_metadata_is_merged_removed_and_cleared(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    changed = client.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    cleared = client.v1.customers.update(customer.id, {"metadata": ""})

    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}  # type: ignore[union-attr]
    assert cleared.metadata.to_dict() == {}  # type: ignore[union-attr]


def test_objects_are_expanded_four_levels_deep(client: stripe.StripeClient, flow: Flow) -> None:
    flow.top_up()
    transfer = flow.transfer(flow.payee(), 1_000)

    listed = client.v1.transfers.list({"expand": ["data.destination_payment.balance_transaction"]})

    transaction: Any = listed.data[0].destination_payment.balance_transaction  # type: ignore[union-attr]
    assert listed.data[0].id == transfer.id
    assert (transaction.object, transaction.net) == ("balance_transaction", 1_000)


def test_what_is_still_empty_stays_empty_when_it_is_expanded(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "a"})
    options: Any = {
        "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}}
    }

    intent = client.v1.payment_intents.create(
        {
            "amount": 1_000,
            "currency": "jpy",
            "customer": customer.id,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_options": options,
            "confirm": True,
            "expand": ["latest_charge.balance_transaction"],
        }
    )

    assert (intent.status, intent.latest_charge) == ("requires_action", None)


def test_an_account_link_no_longer_takes_configurations(plain: stripe.StripeClient, flow: Flow) -> None:
    onboarding = {"refresh_url": "http://127.0.0.1:9/", "configurations": ["recipient"]}
    use_case: Any = {"type": "account_onboarding", "account_onboarding": onboarding}

    with pytest.raises(stripe.InvalidRequestError) as caught:
        plain.v2.core.account_links.create({"account": flow.account(), "use_case": use_case})

    assert caught.value.code == "parameter_unknown"
