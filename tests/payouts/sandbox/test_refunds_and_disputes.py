"""Money that goes back: refunds, reversals, disputes; what every movement leaves behind."""

import time

import stripe
from stripe.events._event_classes import get_v2_event_class

from payouts.sandbox.control import Control
from tests.payouts.sandbox import contract
from tests.payouts.sandbox.conftest import SECRETS, Receiver
from tests.payouts.sandbox.flow import PERSON, Flow

OBJECTS = {
    "account": "stripe._account/Account",
    "balance": "stripe._balance/Balance",
    "bank_account": "stripe._bank_account/BankAccount",
    "cash_balance": "stripe._cash_balance/CashBalance",
    "charge": "stripe._charge/Charge",
    "checkout.session": "stripe.checkout._session/Session",
    "customer": "stripe._customer/Customer",
    "customer_cash_balance_transaction": (
        "stripe._customer_cash_balance_transaction/CustomerCashBalanceTransaction"
    ),
    "dispute": "stripe._dispute/Dispute",
    "payment_intent": "stripe._payment_intent/PaymentIntent",
    "payout": "stripe._payout/Payout",
    "refund": "stripe._refund/Refund",
    "transfer": "stripe._transfer/Transfer",
}


def test_unapplied_cash_goes_back_to_the_sender(client: stripe.StripeClient, flow: Flow) -> None:
    customer = client.v1.customers.create({"name": "株式会社サンプル"})
    flow.control.deposit(customer.id, 30_000)

    refund = client.v1.refunds.create(
        {"origin": "customer_balance", "customer": customer.id, "currency": "jpy", "amount": 10_000}
    )

    listed = client.v1.customers.cash_balance_transactions.list(customer.id)
    assert refund.status == "succeeded"
    assert [movement.net_amount for movement in listed] == [-10_000, 30_000]


def test_a_payment_is_refunded_in_part_and_then_in_full(client: stripe.StripeClient, flow: Flow) -> None:
    intent = flow.top_up(100_000)
    flow.top_up(10_000)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 40_000, "metadata": {"op_id": "r1"}})
    client.v1.refunds.create({"payment_intent": intent.id, "reason": "requested_by_customer"})

    charge = client.v1.charges.retrieve(intent.latest_charge)
    refunds = client.v1.refunds.list({"payment_intent": intent.id})
    assert charge.refunded is True
    assert [refund.amount for refund in refunds] == [60_000, 40_000]
    assert flow.available() == 10_000 - 360 - 3_600


def test_a_reversal_brings_money_of_a_transfer_back(client: stripe.StripeClient, flow: Flow) -> None:
    account = flow.funded(50_000)
    transfer = client.v1.transfers.list({"destination": account}).data[0]

    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 20_000})

    again = client.v1.transfers.retrieve(transfer.id)
    assert (again.amount_reversed, again.reversed) == (20_000, False)
    assert reversal.transfer == transfer.id
    assert flow.available(account) == 30_000


def test_a_transfer_drawn_on_a_charge_needs_no_available_balance_and_is_capped_by_it(
    client: stripe.StripeClient, flow: Flow
) -> None:
    account = flow.payee()
    intent = flow.top_up(100_000)

    first = flow.transfer(account, 100_000, source_transaction=intent.latest_charge)
    try:
        flow.transfer(account, 1, source_transaction=intent.latest_charge)
    except stripe.InvalidRequestError as problem:
        refusal = problem

    assert first.source_transaction == intent.latest_charge
    assert refusal.param == "amount"
    assert flow.available() == -3_600


def test_a_lost_and_a_won_dispute_move_the_platform_balance(client: stripe.StripeClient, flow: Flow) -> None:
    lost, won = flow.top_up(10_000), flow.top_up(20_000, card="4000000000000259")
    first = flow.control.open_dispute(lost.latest_charge)
    second = flow.control.open_dispute(won.latest_charge, reason="product_not_received")
    during = flow.available()
    client.v1.disputes.update(second["id"], {"evidence": {"product_description": "案件"}, "submit": True})
    under_review = client.v1.disputes.retrieve(second["id"]).status
    flow.control.win_dispute(second["id"])
    client.v1.disputes.close(first["id"])

    assert under_review == "under_review"
    assert during == -(360 + 720)
    assert flow.available() == 20_000 - 360 - 720
    assert {found.status for found in client.v1.disputes.list()} == {"won", "lost"}


def test_every_balance_transaction_has_net_category_and_source(
    client: stripe.StripeClient, flow: Flow
) -> None:
    account = flow.funded(50_000)
    flow.payout(account, 50_000)

    platform = client.v1.balance_transactions.list({"expand": ["data.source"]})
    connected = client.v1.balance_transactions.list(None, {"stripe_account": account})
    seen = [(line.type, line.reporting_category, line.net) for line in [*connected, *platform]]

    assert seen == [
        ("payout", "payout", -50_000),
        ("payment", "charge", 50_000),
        ("transfer", "transfer", -50_000),
        ("charge", "charge", 96_400),
    ]
    assert platform.data[0].source.object == "transfer"  # type: ignore[union-attr]


def wait_for(receiver: Receiver, hook: str, kind: str) -> None:
    for _ in range(100):
        if kind in receiver.types(hook):
            return
        time.sleep(0.05)
    raise AssertionError((kind, receiver.types(hook)))


def test_every_event_is_signed_typed_and_kept_and_its_object_fulfils_the_contract(
    client: stripe.StripeClient, flow: Flow, receiver: Receiver, control: Control
) -> None:
    visited = flow.account()
    flow.visitor.submit(flow.visitor.open(flow.visitor.open(flow.link(visited)).location or ""), **PERSON)
    account = flow.funded(50_000, number="1111116")
    flow.payout(account, 50_000)
    control.settle_payouts()
    dispute = control.open_dispute(flow.top_up(1_000).latest_charge)
    control.win_dispute(dispute["id"])
    wait_for(receiver, "connect", "payout.failed")
    wait_for(receiver, "platform", "charge.dispute.funds_reinstated")
    wait_for(receiver, "thin", "v2.core.account_link.returned")
    wait_for(receiver, "thin", "v2.core.account[configuration.recipient].capability_status_updated")

    for hook, signature, body in receiver.received:
        if hook == "thin":
            notice = client.parse_event_notification(body, signature, SECRETS[hook])
            kept = client.v2.core.events.retrieve(notice.id)
            kind = get_v2_event_class(notice.type)
            assert contract.object_violations(f"{kind.__module__}/{kind.__name__}", kept.to_dict()) == []
            if hasattr(notice, "fetch_related_object"):
                assert notice.fetch_related_object().id in {account, visited}
            continue
        event = client.construct_event(body, signature, SECRETS[hook])
        options: stripe.RequestOptions = {"stripe_account": event.account} if hook == "connect" else {}
        thing = event.data.object.to_dict()
        assert contract.object_violations(OBJECTS[thing["object"]], thing) == []
        assert client.v1.events.retrieve(event.id, None, options).type == event.type
    assert "transfer.created" in receiver.types("platform")
    assert "payout.failed" not in receiver.types("platform")
