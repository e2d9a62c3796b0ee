"""Invoices and credit notes at the sandbox, every call held against the library's own types."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.payouts.sandbox.flow import CARD, DAY, Flow

INVALID = stripe.InvalidRequestError
BANK = {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}}
SETTINGS = {
    "payment_method_types": ["card", "customer_balance"],
    "payment_method_options": {"customer_balance": BANK},
}


def customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create({"name": "株式会社エース", "email": "money@acme.example"}).id


def rate(client: stripe.StripeClient, *, inclusive: bool = True) -> str:
    return client.v1.tax_rates.create(
        {
            "display_name": "消費税",
            "percentage": 10,
            "inclusive": inclusive,
            "country": "JP",
            "tax_type": "jct",
        }
    ).id


def draft(client: stripe.StripeClient, payer: str, **more: Any) -> Any:
    params: Any = {
        "customer": payer,
        "collection_method": "send_invoice",
        "days_until_due": 30,
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "payment_settings": SETTINGS,
        "metadata": {"op_id": "op1"},
        **more,
    }
    return client.v1.invoices.create(params)


def item(client: stripe.StripeClient, invoice: Any, amount: int, *rates: str) -> Any:
    params: Any = {"customer": invoice.customer, "invoice": invoice.id, "amount": amount, "currency": "jpy"}
    return client.v1.invoice_items.create(params | ({"tax_rates": list(rates)} if rates else {}))


def opened(client: stripe.StripeClient, **more: Any) -> Any:
    invoice = draft(client, customer(client), **more)
    item(client, invoice, 330_000, rate(client))
    item(client, invoice, 100_000)
    return client.v1.invoices.finalize_invoice(invoice.id)


def note(client: stripe.StripeClient, invoice: Any, amount: int, **more: Any) -> Any:
    line = {"type": "custom_line_item", "description": "Refund", "quantity": 1, "unit_amount": amount}
    params: Any = {"invoice": invoice.id, "lines": [line], "memo": "left early", **more}
    return client.v1.credit_notes.create(params)


def test_an_invoice_goes_from_draft_to_open_with_a_number_a_due_date_and_an_address(
    client: stripe.StripeClient,
) -> None:
    invoice = opened(client)

    assert (invoice.status, invoice.total, invoice.amount_due) == ("open", 430_000, 430_000)
    assert [tax.amount for tax in invoice.total_taxes] == [30_000]
    assert invoice.number.endswith("-0001")
    assert abs(invoice.due_date - time.time() - 30 * DAY) < 600
    assert invoice.hosted_invoice_url


def test_tax_on_top_is_added_and_tax_inside_is_not(client: stripe.StripeClient) -> None:
    invoice = draft(client, customer(client))
    item(client, invoice, 333_339, rate(client, inclusive=False))
    item(client, invoice, 366_672, rate(client))

    found = client.v1.invoices.retrieve(invoice.id)

    assert found.total == 333_339 + 33_334 + 366_672
    assert [tax.amount for tax in found.total_taxes] == [33_334, 33_334]


def test_a_card_pays_it_on_its_page_and_the_payment_leads_back_to_it(
    client: stripe.StripeClient, flow: Flow
) -> None:
    invoice = opened(client)
    card = {name: CARD[name] for name in ("card", "expiry", "cvc")}

    shown = flow.visitor.open(invoice.hosted_invoice_url)
    declined = flow.visitor.submit(shown, **{**card, "card": "4000000000000002"})
    flow.visitor.submit(shown, **card)

    assert declined.status == 422
    found = client.v1.invoices.retrieve(invoice.id)
    payments = client.v1.invoice_payments.list({"invoice": invoice.id})
    assert (found.status, found.amount_paid, found.amount_paid_off_stripe) == ("paid", 430_000, 0)
    (payment,) = payments.data
    intent = payment.payment.payment_intent
    back = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": str(intent)}}
    )
    assert (payment.status, back.data[0].invoice) == ("paid", invoice.id)
    assert flow.available() == 430_000 - 15_480


def test_a_bank_transfer_to_the_virtual_account_pays_it(client: stripe.StripeClient, flow: Flow) -> None:
    invoice = opened(client)

    flow.control.deposit(invoice.customer, 430_000)

    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    assert flow.available() == 423_550


def test_paid_elsewhere_it_brings_no_money_and_waits_for_none(
    client: stripe.StripeClient, flow: Flow
) -> None:
    invoice = opened(client)

    paid = client.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})
    flow.control.deposit(invoice.customer, 430_000)

    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 430_000)
    assert flow.available() == 0


def test_it_tells_of_each_step(client: stripe.StripeClient, flow: Flow) -> None:
    late, dropped = opened(client, days_until_due=5), opened(client)
    client.v1.invoices.send_invoice(late.id)
    client.v1.invoices.void_invoice(dropped.id)
    flow.control.set_clock(6 * DAY)
    client.v1.invoices.mark_uncollectible(late.id)
    paid = opened(client)
    client.v1.invoices.pay(paid.id, {"paid_out_of_band": True})
    note(client, paid, 50_000, out_of_band_amount=50_000)

    told = {event.type for event in client.v1.events.list({"limit": 100})}

    steps = ("finalized", "sent", "overdue", "voided", "marked_uncollectible", "paid")
    assert {f"invoice.{step}" for step in steps} | {"credit_note.created"} <= told


def test_a_credit_note_on_an_open_invoice_asks_for_less_and_on_nothing_more_it_is_paid(
    client: stripe.StripeClient, flow: Flow
) -> None:
    invoice = opened(client)

    first = note(client, invoice, 130_000)
    left = client.v1.invoices.retrieve(invoice.id)
    flow.control.deposit(invoice.customer, 300_000)

    assert (first.type, first.total) == ("pre_payment", 130_000)
    assert (left.status, left.amount_remaining, left.total) == ("open", 300_000, 430_000)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    whole = opened(client)
    note(client, whole, 430_000)
    assert client.v1.invoices.retrieve(whole.id).status == "paid"


def test_a_credit_note_on_a_paid_invoice_says_that_it_is_settled_elsewhere(
    client: stripe.StripeClient, flow: Flow
) -> None:
    invoice = opened(client)
    flow.control.deposit(invoice.customer, 430_000)

    made = note(client, invoice, 265_000, out_of_band_amount=265_000)

    assert (made.type, made.post_payment_amount, made.status) == ("post_payment", 265_000, "issued")
    assert client.v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 265_000


Wrong = Callable[[stripe.StripeClient], Any]
WRONG: dict[str, Wrong] = {
    "an invoice for nobody": lambda c: draft(c, "cus_none"),
    "to be sent without a due date": lambda c: draft(c, customer(c), days_until_due=0, due_date=1),
    "a due date in the past": lambda c: c.v1.invoices.create(
        {"customer": customer(c), "collection_method": "send_invoice", "due_date": 1}
    ),
    "no due date at all": lambda c: c.v1.invoices.create(
        {"customer": customer(c), "collection_method": "send_invoice"}
    ),
    "a due date on one that is charged by itself": lambda c: c.v1.invoices.create(
        {"customer": customer(c), "days_until_due": 3}
    ),
    "a line on an open invoice": lambda c: item(c, opened(c), 5),
    "a line for another customer": lambda c: c.v1.invoice_items.create(
        {"customer": customer(c), "invoice": draft(c, customer(c)).id, "amount": 5, "currency": "jpy"}
    ),
    "a line with an unknown tax rate": lambda c: item(c, draft(c, customer(c)), 5, "txr_none"),
    "finalising nothing": lambda c: c.v1.invoices.finalize_invoice(draft(c, customer(c)).id),
    "finalising twice": lambda c: c.v1.invoices.finalize_invoice(opened(c).id),
    "sending a draft": lambda c: c.v1.invoices.send_invoice(draft(c, customer(c)).id),
    "voiding a draft": lambda c: c.v1.invoices.void_invoice(draft(c, customer(c)).id),
    "voiding what is paid": lambda c: c.v1.invoices.void_invoice(
        c.v1.invoices.pay(opened(c).id, {"paid_out_of_band": True}).id
    ),
    "giving up what is void": lambda c: c.v1.invoices.mark_uncollectible(
        c.v1.invoices.void_invoice(opened(c).id).id
    ),
    "paying what is void": lambda c: c.v1.invoices.pay(
        c.v1.invoices.void_invoice(opened(c).id).id, {"paid_out_of_band": True}
    ),
    "paying twice": lambda c: c.v1.invoices.pay(
        c.v1.invoices.pay(opened(c).id, {"paid_out_of_band": True}).id, {"paid_out_of_band": True}
    ),
    "a credit note on a draft": lambda c: note(c, draft(c, customer(c)), 5),
    "a credit note above what is asked": lambda c: note(c, opened(c), 430_001),
    "a credit note of nothing": lambda c: note(c, opened(c), 0),
    "money outside for an open invoice": lambda c: note(c, opened(c), 5, out_of_band_amount=5),
    "nobody says where a paid one's credit goes": lambda c: note(
        c, c.v1.invoices.pay(opened(c).id, {"paid_out_of_band": True}), 5
    ),
    "a tax of more than all": lambda c: c.v1.tax_rates.create(
        {"display_name": "x", "percentage": 101, "inclusive": True}
    ),
    "an unknown parameter": lambda c: draft(c, customer(c), colour="red"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses(plain: stripe.StripeClient, name: str) -> None:
    with pytest.raises(INVALID) as refused:
        WRONG[name](plain)

    assert refused.value.http_status == 400
