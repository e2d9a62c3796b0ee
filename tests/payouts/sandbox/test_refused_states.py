"""What depends on the state of things: onboarding, balances, what was already given back or decided."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from payouts.sandbox.server import Server
from tests.payouts.sandbox.conftest import connect
from tests.payouts.sandbox.flow import Flow

INVALID = stripe.InvalidRequestError


def test_an_account_that_is_not_onboarded_gets_no_transfer(client: stripe.StripeClient, flow: Flow) -> None:
    account = flow.account()
    flow.top_up()

    with pytest.raises(INVALID) as caught:
        flow.transfer(account, 1_000)

    assert caught.value.code == "insufficient_capabilities_for_transfer"


def test_a_restricted_account_gets_no_transfer_until_the_bar_is_lifted(flow: Flow) -> None:
    account = flow.payee()
    flow.top_up()
    flow.control.restrict(account)

    with pytest.raises(INVALID) as caught:
        flow.transfer(account, 1_000)
    flow.control.restrict(account, restricted=False)

    assert caught.value.code == "insufficient_capabilities_for_transfer"
    assert flow.transfer(account, 1_000).amount == 1_000


def test_a_transfer_beyond_the_available_balance_is_refused(flow: Flow) -> None:
    account = flow.payee()
    flow.top_up(10_000)

    with pytest.raises(INVALID) as caught:
        flow.transfer(account, 9_641)

    assert caught.value.code == "balance_insufficient"
    assert flow.transfer(account, 9_640).amount == 9_640


def test_a_payout_beyond_the_available_balance_is_refused(flow: Flow) -> None:
    account = flow.funded(50_000)

    with pytest.raises(INVALID) as caught:
        flow.payout(account, 50_001)

    assert caught.value.code == "balance_insufficient"


def test_a_payout_without_bank_account_is_refused(flow: Flow) -> None:
    with pytest.raises(INVALID, match="external accounts"):
        flow.payout(flow.account(), 1_000)


def test_a_refund_beyond_the_payment_and_a_second_full_one_are_refused(
    client: stripe.StripeClient, flow: Flow
) -> None:
    intent = flow.top_up(10_000)
    flow.top_up(10_000)

    with pytest.raises(INVALID) as beyond:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 10_001})
    client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(INVALID) as second:
        client.v1.refunds.create({"payment_intent": intent.id})

    assert beyond.value.param == "amount"
    assert second.value.code == "charge_already_refunded"


def test_a_reversal_beyond_the_transfer_or_the_payees_balance_is_refused(
    client: stripe.StripeClient, flow: Flow
) -> None:
    account = flow.funded(50_000)
    transfer = client.v1.transfers.list({"destination": account}).data[0]

    with pytest.raises(INVALID) as beyond:
        client.v1.transfers.reversals.create(transfer.id, {"amount": 50_001})
    flow.payout(account, 50_000)
    with pytest.raises(INVALID) as uncovered:
        client.v1.transfers.reversals.create(transfer.id)

    assert beyond.value.param == "amount"
    assert uncovered.value.code == "balance_insufficient"


def test_a_declined_card_is_a_card_error_and_leaves_the_attempt_on_the_books(
    plain: stripe.StripeClient,
) -> None:
    intent = plain.v1.payment_intents.create({"amount": 1_000, "currency": "jpy"})

    with pytest.raises(stripe.CardError) as caught:
        plain.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})

    after = plain.v1.payment_intents.retrieve(intent.id)
    assert (caught.value.code, caught.value.error.decline_code) == ("card_declined", "generic_decline")  # type: ignore[union-attr]
    assert after.status == "requires_payment_method"
    assert after.latest_charge is not None
    assert (
        plain.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    )


def test_a_paid_intent_can_be_neither_confirmed_nor_canceled(plain: stripe.StripeClient, flow: Flow) -> None:
    intent = flow.top_up()

    with pytest.raises(INVALID) as confirmed:
        plain.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(INVALID) as canceled:
        plain.v1.payment_intents.cancel(intent.id)

    assert {confirmed.value.code, canceled.value.code} == {"payment_intent_unexpected_state"}


def test_a_bank_payment_cannot_be_disputed(plain: stripe.StripeClient, flow: Flow) -> None:
    account = flow.funded()
    payment = plain.v1.charges.list(None, {"stripe_account": account}).data[0]

    with pytest.raises(INVALID):
        plain.v1.disputes.close(payment.id)


def test_a_login_link_needs_a_finished_onboarding(plain: stripe.StripeClient, flow: Flow) -> None:
    account = flow.account()

    with pytest.raises(INVALID, match="onboarding"):
        plain.v1.accounts.login_links.create(account)


def test_parallel_transfers_never_overdraw_the_platform(server: Server, flow: Flow) -> None:
    account = flow.payee()
    flow.top_up(10_000)

    def send(number: int) -> str:
        try:
            connect(server.url).v1.transfers.create(
                {
                    "amount": 1_000,
                    "currency": "jpy",
                    "destination": account,
                    "metadata": {"op_id": str(number)},
                }
            )
        except INVALID as refusal:
            return str(refusal.code)
        return "sent"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(send, range(16)))

    assert outcomes.count("sent") == 9
    assert outcomes.count("balance_insufficient") == 7
    assert flow.available() == 640
