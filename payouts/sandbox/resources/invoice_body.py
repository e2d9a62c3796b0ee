"""The shape of an invoice, its lines and its payment, and the sums over them."""

from typing import Any

from payouts.sandbox.params import merge_metadata
from payouts.sandbox.resources import tax_rates
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, DAY, World, new_id


def new(world: World, customer: Json, params: Json) -> Json:
    """Return a draft without lines."""
    return {
        "id": new_id("in"),
        "object": "invoice",
        "account_country": "JP",
        "account_name": "Sandbox",
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": params.get("auto_advance", False),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_reason": "manual",
        "collection_method": params.get("collection_method", "charge_automatically"),
        "created": world.now,
        "currency": CURRENCY,
        "custom_fields": params.get("custom_fields"),
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_tax_rates": [],
        "description": params.get("description"),
        "discounts": [],
        "due_date": params.get("due_date"),
        "footer": params.get("footer"),
        "hosted_invoice_url": None,
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": ""},
        "livemode": False,
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "number": None,
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
            **params.get("payment_settings", {}),
        },
        "period_end": world.now,
        "period_start": world.now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        "subtotal": 0,
        "total": 0,
        "total_taxes": [],
        "_days_until_due": params.get("days_until_due"),
    }


def line(world: World, item: Json) -> Json:
    """Return the line of an invoice that an invoice item makes."""
    taxes = [tax(rate, item["amount"]) for rate in item["tax_rates"]]
    included = sum(one["amount"] for one in taxes if one["tax_behavior"] == "inclusive")
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": item["amount"],
        "currency": CURRENCY,
        "description": item["description"],
        "discountable": True,
        "discounts": [],
        "invoice": item["invoice"],
        "livemode": False,
        "metadata": item["metadata"],
        "period": {"end": world.now, "start": world.now},
        "quantity": 1,
        "quantity_decimal": "1",
        "subtotal": item["amount"] - included,
        "taxes": taxes,
    }


def tax(rate: Json, yen: int) -> Json:
    """Return what one rate makes of an amount."""
    due = tax_rates.included(rate, yen)
    return {
        "amount": due,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "not_available",
        "taxable_amount": yen - due if rate["inclusive"] else yen,
        "type": "tax_rate_details",
    }


def sum_up(invoice: Json, lines: list[Json]) -> None:
    """Put the lines on the invoice with the sums over them."""
    taxes = [one for each in lines for one in each["taxes"]]
    on_top = sum(one["amount"] for one in taxes if one["tax_behavior"] == "exclusive")
    total = sum(each["amount"] for each in lines) + on_top
    invoice["lines"] |= {"data": lines, "url": f"/v1/invoices/{invoice['id']}/lines"}
    invoice |= {
        "amount_due": total,
        "amount_remaining": total,
        "subtotal": total - on_top,
        "total": total,
        "total_taxes": taxes,
    }


def numbered(world: World, invoice: Json, prefix: str) -> Json:
    """Return what changes on an invoice when it is finalised."""
    known = world.store.matching("invoice", customer=invoice["customer"])
    count = 1 + sum(other["number"] is not None for other in known)
    days: Any = invoice["_days_until_due"]
    return {
        "due_date": world.now + days * DAY if days is not None else invoice["due_date"],
        "hosted_invoice_url": f"{world.settings.public_url}/invoices/{invoice['id']}",
        "invoice_pdf": f"{world.settings.public_url}/invoices/{invoice['id']}",
        "number": f"{prefix}-{count:04}",
        "status": "open",
    }


def payment(world: World, invoice: Json, intent: str) -> Json:
    """Return the payment that an open invoice waits for."""
    return {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_remaining"],
        "created": world.now,
        "currency": CURRENCY,
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
        "_intent": intent,
    }
