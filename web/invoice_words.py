"""What invoices are called on pages: their state, how they were paid, their age."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marketplace.core.errors import N_, Message, NotFound
from payouts.billing.sheet import LOCALES, numbered
from web.states import state

LATE = Message(N_("Late"))
WAYS: Mapping[str, str] = {
    "card": N_("Card"),
    "bank": N_("Bank transfer"),
    "balance": N_("Your balance"),
}
AGES: Mapping[str, str] = {
    "current": N_("Not due yet"),
    "to_30": N_("1 to 30 days late"),
    "to_60": N_("31 to 60 days"),
    "to_90": N_("61 to 90 days"),
    "older": N_("More than 90 days"),
}
STEPS: Mapping[str, str] = {
    "invoice": N_("Invoice made"),
    "invoice_item": N_("Line added"),
    "invoice_finalize": N_("Finalised"),
    "invoice_send": N_("Mailed"),
    "invoice_void": N_("Voided"),
    "invoice_uncollectible": N_("Marked uncollectible"),
    "invoice_paid_out_of_band": N_("Marked as paid from the balance"),
    "credit_note": N_("Credit note made"),
}


def state_of(row: Any) -> Message:
    """Say the state; an open invoice past its day is late."""
    return LATE if row["status"] == "open" and row["late"] else state("invoice", row["status"]).label


def number_of(row: Any) -> str:
    """Write an invoice's number."""
    return numbered("invoice", row["number"])


def stops_on(row: Any, grace: int) -> date:
    """Return the day from which the company can publish nothing new, if nobody pays."""
    due: date = row["due_on"]
    return due + timedelta(days=grace + 1)


PAPER = re.compile(rf"(?:invoice|credit_note-([1-9][0-9]{{0,11}}))-({'|'.join(LOCALES)})\.pdf")


def paper(name: str) -> tuple[str, int | None]:
    """Return the language of a paper by its name in addresses, and the number of a credit note. Raises NotFound."""
    found = PAPER.fullmatch(name)
    if found is None:
        raise NotFound
    return found[2], int(found[1]) if found[1] else None


def note_number(row: Any) -> str:
    """Write a credit note's number."""
    return numbered("credit_note", row["number"])
