"""The whole money flow with the unmodified library; the checked client holds every call to the contract."""

import time

import stripe

from tests.payouts.sandbox.flow import ACCOUNT, BANK, DAY, PERSON, Flow
from tests.payouts.sandbox.visitor import Visitor


def status_of(client: stripe.StripeClient, account: str) -> str:
    found = client.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]})
    assert found.configuration is not None
    return str(found.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status)  # type: ignore[union-attr]


def test_a_payee_is_onboarded_funded_and_paid(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id
    client.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}, {"stripe_account": account}
    )
    before = status_of(client, account)
    form = visitor.open(visitor.open(flow.link(account)).location or "")
    back = visitor.submit(form, **PERSON, **BANK)
    flow.top_up(100_000)
    transfer = flow.transfer(account, 50_000, transfer_group="payout_1", metadata={"op_id": "op_1"})
    flow.control.set_clock(DAY)
    payout = flow.payout(account, 50_000)
    flow.control.settle_payouts()
    paid = client.v1.payouts.retrieve(payout.id, None, {"stripe_account": account})

    assert before == "restricted"
    assert back.location == "http://127.0.0.1:9/return"
    assert status_of(client, account) == "active"
    assert paid.status == "paid"
    assert [found.id for found in client.v1.transfers.list({"transfer_group": "payout_1"})] == [transfer.id]
    assert flow.available() == 100_000 - 3_600 - 50_000
    assert flow.available(account) == 0
    assert flow.control.dump()["balances_agree"] is True


def test_transferred_money_waits_a_day_of_the_sandbox_clock(flow: Flow) -> None:
    account = flow.payee()
    flow.top_up(60_000)
    flow.transfer(account, 50_000)
    at_once = flow.available(account)

    flow.control.set_clock(DAY)

    assert at_once == 0
    assert flow.available(account) == 50_000


def test_a_payout_arrives_after_two_weekdays(client: stripe.StripeClient, flow: Flow) -> None:
    account = flow.funded()
    payout = flow.payout(account, 50_000)
    in_transit = client.v1.payouts.retrieve(payout.id, None, {"stripe_account": account})

    flow.control.set_clock(payout.arrival_date - int(time.time()) + 60)

    arrived = client.v1.payouts.retrieve(payout.id, None, {"stripe_account": account})
    assert (payout.status, in_transit.status, arrived.status) == ("pending", "in_transit", "paid")
    assert arrived.trace_id is not None


def test_a_failed_payout_returns_the_money_and_switches_the_bank_off_until_it_is_replaced(
    client: stripe.StripeClient, flow: Flow, plain: stripe.StripeClient
) -> None:
    account = flow.funded(50_000, number="1111113")
    payout = flow.payout(account, 50_000)
    flow.control.settle_payouts()
    failed = client.v1.payouts.retrieve(
        payout.id, {"expand": ["failure_balance_transaction"]}, {"stripe_account": account}
    )
    banks = client.v1.accounts.external_accounts.list(account)
    seen = client.v1.accounts.retrieve(account)
    try:
        flow.payout(account, 50_000)
    except stripe.InvalidRequestError as refusal:
        code = refusal.code
    flow.control.onboard(account, number="7654321")
    again = flow.payout(account, 50_000)
    flow.control.settle_payouts()

    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert failed.failure_balance_transaction.type == "payout_failure"  # type: ignore[union-attr]
    assert banks.data[0].status == "errored"  # type: ignore[union-attr]
    assert seen.payouts_enabled is False
    assert code == "payouts_not_allowed"
    assert client.v1.payouts.retrieve(again.id, None, {"stripe_account": account}).status == "paid"
    assert flow.available(account) == 0


def test_a_paid_payout_may_come_back_days_later(client: stripe.StripeClient, flow: Flow) -> None:
    account = flow.funded()
    payout = flow.payout(account, 50_000)
    flow.control.settle_payouts()
    looked = client.v1.payouts.retrieve(payout.id, None, {"stripe_account": account}).status

    flow.control.fail_payout(payout.id, "could_not_process")

    back = client.v1.payouts.retrieve(payout.id, None, {"stripe_account": account})
    assert (looked, back.status, back.failure_code) == ("paid", "failed", "could_not_process")
    assert flow.available(account) == 50_000


def test_a_bank_transfer_pays_a_waiting_payment_intent(client: stripe.StripeClient, flow: Flow) -> None:
    customer = client.v1.customers.create({"name": "株式会社サンプル", "metadata": {"company": "c1"}})
    instructions = client.v1.customers.funding_instructions.create(
        customer.id,
        {"currency": "jpy", "funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}},
    )
    intent = client.v1.payment_intents.create(
        {
            "amount": 80_000,
            "currency": "jpy",
            "customer": customer.id,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_options": {
                "customer_balance": {
                    "funding_type": "bank_transfer",
                    "bank_transfer": {"type": "jp_bank_transfer"},
                }
            },
            "confirm": True,
        }
    )
    flow.control.deposit(customer.id, 30_000)
    partly = client.v1.payment_intents.retrieve(intent.id)
    client.v1.test_helpers.customers.fund_cash_balance(customer.id, {"amount": 60_000, "currency": "jpy"})
    paid = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    left = client.v1.customers.cash_balance.retrieve(customer.id)

    zengin = instructions.bank_transfer.financial_addresses[0].zengin
    assert zengin is not None
    assert len(zengin.account_number or "") == 7
    assert intent.status == "requires_action"
    assert partly.next_action.display_bank_transfer_instructions.amount_remaining == 50_000  # type: ignore[union-attr]
    assert paid.status == "succeeded"
    assert paid.latest_charge.balance_transaction.fee == 1_200  # type: ignore[union-attr]
    assert left.available is not None
    assert left.available["jpy"] == 10_000
    assert flow.available() == 80_000 - 1_200


def test_a_bank_transfer_finds_its_customer_by_the_account_number(
    client: stripe.StripeClient, flow: Flow
) -> None:
    customer = client.v1.customers.create({"name": "株式会社サンプル"})
    client.v1.customers.create({"name": "株式会社べつ"})
    instructions = client.v1.customers.funding_instructions.create(
        customer.id,
        {"currency": "jpy", "funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}},
    )
    zengin = instructions.bank_transfer.financial_addresses[0].zengin
    assert zengin is not None

    flow.control.bank_transfer(zengin.account_number or "", 30_000, sender="サンプル")

    cash = client.v1.customers.cash_balance.retrieve(customer.id).available
    assert cash is not None
    assert cash["jpy"] == 30_000
