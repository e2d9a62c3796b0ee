"""The calls of Stripe Invoicing: what each kind of operation sends, and how its outcome is found again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_MADE = frozenset({"invoice", "invoice_item", "credit_note"})
# Each step on an invoice, and the states in which it has been taken; a mail can only be sent again.
_STEPS: Mapping[str, frozenset[str]] = {
    "invoice_finalize": frozenset({"open", "paid", "void", "uncollectible"}),
    "invoice_send": frozenset(),
    "invoice_void": frozenset({"void"}),
    "invoice_uncollectible": frozenset({"uncollectible"}),
    "invoice_paid_out_of_band": frozenset({"paid"}),
}
KINDS = _MADE | frozenset(_STEPS)
_PER_PERCENT = 100
_LISTED = 100


def tax_rate(basis_points: int) -> Any:
    """Describe Japan's consumption tax as part of an amount: so the total is ours, however Stripe rounds the tax."""
    return {
        "display_name": "消費税",
        "percentage": basis_points / _PER_PERCENT,
        "inclusive": True,
        "country": "JP",
        "tax_type": "jct",
    }


def send(client: Any, kind: str, request: Mapping[str, Any], options: Any) -> Any:
    """Send one operation; a step on an invoice takes its id, and no metadata."""
    if kind in _MADE:
        return _resource(client, kind).create(dict(request), options)
    invoices, invoice = client.v1.invoices, request["invoice"]
    step = {
        "invoice_finalize": invoices.finalize_invoice,
        "invoice_send": invoices.send_invoice,
        "invoice_void": invoices.void_invoice,
        "invoice_uncollectible": invoices.mark_uncollectible,
        "invoice_paid_out_of_band": invoices.pay,
    }[kind]
    return step(invoice, {"paid_out_of_band": True} if step == invoices.pay else {}, options)


def find(client: Any, kind: str, params: Mapping[str, Any], op: str, since: datetime) -> Any:
    """Look for what an operation of unknown outcome has made or done; None when it did nothing."""
    if kind not in _MADE:
        found = client.v1.invoices.retrieve(params["invoice"])
        return found if found.status in _STEPS[kind] else None
    wanted: Any = {"limit": _LISTED, "created": {"gte": int(since.timestamp()) - 60}}
    wanted |= {"customer": params["customer"]} if kind == "invoice" else {"invoice": params["invoice"]}
    for one in _resource(client, kind).list(wanted).auto_paging_iter():
        if (one.to_dict().get("metadata") or {}).get("op_id") == op:
            return one
    return None


def _resource(client: Any, kind: str) -> Any:
    resources = client.v1
    return {
        "invoice": resources.invoices,
        "invoice_item": resources.invoice_items,
        "credit_note": resources.credit_notes,
    }[kind]
