"""What Stripe refuses, the sandbox refuses in the same words: wrong requests through the real library."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import stripe

from tests.payouts.sandbox.conftest import connect

V1 = "/v1/"
GOOD_TRANSFER = {"amount": 100, "currency": "jpy"}
INVALID = stripe.InvalidRequestError
CARD_INTENT = {"amount": 1_000, "currency": "jpy", "automatic_payment_methods": {"enabled": True}}
BANK_OPTIONS = {
    "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}}
}
SESSION = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/ok",
    "line_items": [
        {"price_data": {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "x"}}, "quantity": 1}
    ],
}


@dataclass(frozen=True)
class Wrong:
    """A wrong request and the refusal that it must meet."""

    promise: str
    send: Callable[[stripe.StripeClient], Any]
    error: type[stripe.StripeError]
    status: int
    code: str | None = None
    param: str | None = None


def post(path: str, params: dict[str, Any], **options: Any) -> Callable[[stripe.StripeClient], Any]:
    return lambda client: client.raw_request("post", V1 + path, **params, **options)


def get(path: str, **options: Any) -> Callable[[stripe.StripeClient], Any]:
    return lambda client: client.raw_request("get", V1 + path, **options)


def transfer(**changed: Any) -> Callable[[stripe.StripeClient], Any]:
    params = {**GOOD_TRANSFER, "destination": "acct_none", **changed}
    return post("transfers", {name: value for name, value in params.items() if value is not None})


def session(**changed: Any) -> Callable[[stripe.StripeClient], Any]:
    params = {**SESSION, **changed}
    return post("checkout/sessions", {name: value for name, value in params.items() if value is not None})


PARAMETERS = [
    Wrong("an unknown parameter", transfer(colour="red"), INVALID, 400, "parameter_unknown", "colour"),
    Wrong(
        "a transfer without currency", transfer(currency=None), INVALID, 400, "parameter_missing", "currency"
    ),
    Wrong("a transfer without destination", transfer(destination=None), INVALID, 400, "parameter_missing"),
    Wrong("an empty destination", transfer(destination=""), INVALID, 400, "parameter_invalid_empty"),
    Wrong("an amount in words", transfer(amount="many"), INVALID, 400, "parameter_invalid_integer", "amount"),
    Wrong("an amount with a point", transfer(amount="10.5"), INVALID, 400, "parameter_invalid_integer"),
    Wrong("an amount of zero", transfer(amount=0), INVALID, 400, "parameter_invalid_integer", "amount"),
    Wrong("a negative amount", transfer(amount=-5), INVALID, 400, "parameter_invalid_integer", "amount"),
    Wrong("an amount beyond the maximum", transfer(amount=100_000_000), INVALID, 400, "amount_too_large"),
    Wrong("a currency that is none", transfer(currency="zzz"), INVALID, 400, None, "currency"),
    Wrong("a currency other than yen", transfer(currency="usd"), INVALID, 400, None, "currency"),
    Wrong("a destination that does not exist", transfer(), INVALID, 400, "resource_missing", "destination"),
    Wrong("an unknown source type", transfer(source_type="gold"), INVALID, 400, None, "source_type"),
    Wrong("metadata that is no hash", transfer(metadata="x"), INVALID, 400, None, "metadata"),
    Wrong("metadata with a long key", transfer(metadata={"k" * 41: "v"}), INVALID, 400),
    Wrong("metadata with a long value", transfer(metadata={"k": "v" * 501}), INVALID, 400),
    Wrong("metadata with 51 keys", transfer(metadata={f"k{n}": "v" for n in range(51)}), INVALID, 400),
    Wrong("a limit over 100", get("transfers?limit=101"), INVALID, 400, "parameter_invalid_integer", "limit"),
    Wrong("a limit of zero", get("transfers?limit=0"), INVALID, 400, "parameter_invalid_integer", "limit"),
    Wrong(
        "a cursor that does not exist", get("transfers?starting_after=tr_x"), INVALID, 400, "resource_missing"
    ),
    Wrong("an unknown bound of created", get("events?created[after]=1"), INVALID, 400, "parameter_unknown"),
    Wrong("an unknown payout status", get("payouts?status=lost"), INVALID, 400, None, "status"),
    Wrong(
        "an instant payout in Japan", post("payouts", {**GOOD_TRANSFER, "method": "instant"}), INVALID, 400
    ),
    Wrong(
        "payment_method_types on a payment intent",
        post("payment_intents", {**CARD_INTENT, "payment_method_types": ["card"]}),
        INVALID,
        400,
        "payment_method_types_no_longer_supported",
        "payment_method_types",
    ),
    Wrong(
        "payment_method_types on a Checkout session",
        session(payment_method_types=["card"]),
        INVALID,
        400,
        "payment_method_types_no_longer_supported",
    ),
    Wrong(
        "a charge under ¥50",
        post("payment_intents", {**CARD_INTENT, "amount": 49}),
        INVALID,
        400,
        "amount_too_small",
        "amount",
    ),
    Wrong(
        "a session without lines", session(line_items=None), INVALID, 400, "parameter_missing", "line_items"
    ),
    Wrong("a session in another mode", session(mode="subscription"), INVALID, 400, None, "mode"),
    Wrong("a success address that is none", session(success_url="ok"), INVALID, 400, "url_invalid"),
    Wrong(
        "a line without a name",
        session(line_items=[{"price_data": {"currency": "jpy", "unit_amount": 500, "product_data": {}}}]),
        INVALID,
        400,
        "parameter_missing",
        "line_items[0][price_data][product_data]",
    ),
    Wrong(
        "a session under ¥50",
        session(
            line_items=[{"price_data": {"currency": "jpy", "unit_amount": 49, "product_data": {"name": "x"}}}]
        ),
        INVALID,
        400,
        "amount_too_small",
    ),
    Wrong(
        "a bank transfer payment without customer",
        post(
            "payment_intents",
            {"amount": 500, "currency": "jpy", "confirm": "true", "payment_method_options": BANK_OPTIONS},
        ),
        INVALID,
        400,
        "parameter_missing",
        "customer",
    ),
    Wrong(
        "a confirmation without payment method",
        post("payment_intents", {**CARD_INTENT, "confirm": "true"}),
        INVALID,
        400,
        "payment_intent_unexpected_state",
    ),
    Wrong("a boolean that is none", post("payment_intents", {**CARD_INTENT, "confirm": "yes"}), INVALID, 400),
    Wrong(
        "a hash in place of a boolean",
        post("payment_intents", {**CARD_INTENT, "confirm": {"a": "b"}}),
        INVALID,
        400,
    ),
    Wrong(
        "a hash in place of a text", transfer(transfer_group={"a": "b"}), INVALID, 400, None, "transfer_group"
    ),
    Wrong(
        "a time beyond all time",
        get(f"events?created[gt]={10**30}"),
        INVALID,
        400,
        "parameter_invalid_integer",
    ),
    Wrong(
        "a session that ends in ten minutes",
        session(expires_at=int(time.time()) + 600),
        INVALID,
        400,
        None,
        "expires_at",
    ),
    Wrong("a refund of nothing in particular", post("refunds", {}), INVALID, 400, "parameter_missing"),
    Wrong(
        "a refund of an unknown payment",
        post("refunds", {"payment_intent": "pi_x"}),
        INVALID,
        400,
        "resource_missing",
    ),
    Wrong(
        "a webhook endpoint outside this machine",
        post("webhook_endpoints", {"url": "https://example.com/hook", "enabled_events": ["*"]}),
        INVALID,
        400,
        "url_invalid",
    ),
    Wrong(
        "a webhook endpoint of another version",
        post(
            "webhook_endpoints",
            {"url": "http://127.0.0.1:9/", "enabled_events": ["*"], "api_version": "2024-06-20"},
        ),
        INVALID,
        400,
        None,
        "api_version",
    ),
]
OBJECTS = [
    Wrong(f"an unknown {noun}", get(path), INVALID, 404, "resource_missing", "id")
    for noun, path in (
        ("transfer", "transfers/tr_x"),
        ("payout", "payouts/po_x"),
        ("charge", "charges/ch_x"),
        ("customer", "customers/cus_x"),
        ("dispute", "disputes/dp_x"),
        ("event", "events/evt_x"),
        ("account", "accounts/acct_x"),
    )
]
PROTOCOL = [
    Wrong("an address that is none", get("unicorns"), INVALID, 404),
    Wrong("a method that the address lacks", post("balance", {}), INVALID, 404),
    Wrong("an expansion of nothing", get("balance?expand[0]=colour"), INVALID, 400, None, "expand[0]"),
    Wrong(
        "an expansion five levels deep", get("transfers?expand[0]=data.a.b.c.d"), INVALID, 400, None, "expand"
    ),
    Wrong(
        "an account of somebody else",
        get("balance", stripe_account="acct_x"),
        stripe.PermissionError,
        403,
        "account_invalid",
    ),
    Wrong(
        "another API version",
        get("balance", stripe_version="2024-06-20"),
        INVALID,
        400,
        "invalid_api_version",
    ),
    Wrong("a key of 256 characters", post("customers", {}, idempotency_key="k" * 256), INVALID, 400),
]


@pytest.mark.parametrize("wrong", [*PARAMETERS, *OBJECTS, *PROTOCOL], ids=lambda wrong: wrong.promise)
def test_it_refuses(plain: stripe.StripeClient, wrong: Wrong) -> None:
    with pytest.raises(wrong.error) as caught:
        wrong.send(plain)

    refusal = caught.value
    # The library fills ``code`` for some classes only; the error object always has it.
    assert refusal.error is not None
    assert (refusal.http_status, refusal.error.code) == (wrong.status, wrong.code)
    assert refusal.request_id is not None
    if wrong.param is not None:
        assert refusal.param == wrong.param  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["sk_live_real", "rk_live_real", "pk_test_public", "rk_test_x", "nonsense"])
def test_only_a_secret_test_key_is_let_in(plain: stripe.StripeClient, server: Any, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        connect(server.url, key=key).v1.balance.retrieve()

    assert caught.value.http_status == 401


def test_a_v2_body_with_an_unknown_member_or_another_country_is_refused(plain: stripe.StripeClient) -> None:
    with pytest.raises(INVALID) as unknown:
        plain.raw_request("post", "/v2/core/accounts", colour="red")
    with pytest.raises(INVALID) as abroad:
        plain.v2.core.accounts.create({"identity": {"country": "us", "entity_type": "individual"}})

    assert unknown.value.code == "parameter_unknown"
    assert abroad.value.http_status == 400
