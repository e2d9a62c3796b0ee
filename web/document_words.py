"""What documents, their standing and their story are called, as sentences to translate; and their rows in a file."""

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.core.errors import N_, Message
from marketplace.documents.criteria import KINDS
from web import i18n
from web.csv_answer import Cell

KIND_WORDS: Mapping[str, str] = {
    "contract": N_("Contract"),
    "statement": N_("Payment statement"),
    "invoice": N_("Invoice for success fees"),
    "credit_note": N_("Credit note"),
    "platform_invoice": N_("Invoice for platform fees"),
    "payment_record": N_("Payment record"),
}
OPERATORS_KINDS = ("invoice", "credit_note", "platform_invoice")
"""What the operator itself issues; the others are between a company and its alumni."""

ORDER_WORDS: Mapping[str, str] = {
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "largest": N_("Largest amount first"),
    "smallest": N_("Smallest amount first"),
    "counterparty": N_("By counterparty"),
}
STANDING: Mapping[str, tuple[str, str]] = {
    "void": (N_("Void"), "danger"),
    "uncollectible": (N_("Written off"), "warn"),
    "credited": (N_("Credited in full"), "warn"),
    "corrected": (N_("Partly credited"), "warn"),
    "cancelled": (N_("Cancelled"), "danger"),
    "disputed": (N_("Disputed"), "warn"),
    "replaced": (N_("Replaced"), "warn"),
}
RELATIONS: Mapping[str, str] = {
    "credited_by": N_("Credited by"),
    "credits": N_("Gives back a part of"),
    "void": N_("Taken back"),
    "uncollectible": N_("Written off"),
    "cancelled": N_("Cancelled"),
    "disputed": N_("Disputed by the alumnus"),
    "replaces": N_("Replaces"),
    "replaced_by": N_("Replaced by"),
}
EVENTS: Mapping[str, str] = {
    "concluded": N_("The contract was concluded"),
    "sealed": N_("The terms were sealed and delivered"),
    "cancelled": N_("The company cancelled"),
    "cancelled_by_operator": N_("The operator cancelled"),
    "withdrew": N_("The alumnus withdrew"),
    "invoice.voided": N_("The invoice was taken back"),
    "invoice.given_up": N_("The invoice was written off"),
    "invoice.credited": N_("A part was given back"),
    "invoice.paid_from_balance": N_("Paid from the balance"),
    "statement.confirmed": N_("The alumnus confirmed the statement"),
    "statement.disputed": N_("The alumnus disagreed"),
    "statement.settled": N_("The company answered"),
    "payment_record.printed": N_("The record was printed and kept"),
    "document.opened": N_("The paper was opened"),
}
TITLES = (
    N_("Kind"), N_("Number"), N_("Day of the transaction"), N_("Counterparty"), N_("Amount with tax"), N_("Currency"),
    N_("Standing"), N_("Fingerprint of the Japanese paper (SHA-256)"), N_("Fingerprint of the English paper (SHA-256)"),
)  # fmt: skip


def kinds_of(slug: str) -> list[tuple[str, str]]:
    """Return the kinds that a side has, as choices."""
    return [(kind, i18n.tr(KIND_WORDS[kind])) for kind in (KINDS if slug else OPERATORS_KINDS)]


def file_rows(
    rows: Iterable[Any], standing: Mapping[Any, str], sha256: Mapping[Any, Mapping[str, str]]
) -> list[list[Cell]]:
    """Return a row of the file for each document."""
    return [
        [
            i18n.tr(KIND_WORDS[row["kind"]]), row["number"], row["dealt_on"].isoformat(), row["counterparty"], row["amount"],
            row["currency"], i18n.tr(STANDING[said][0]) if (said := standing.get(row["document_id"])) else "",
            sha256[row["document_id"]].get("ja", ""), sha256[row["document_id"]].get("en", ""),
        ]
        for row in rows
    ]  # fmt: skip


def told(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return events as the timeline macro takes them, newest first: what, when, who and why."""
    return [
        {
            "text": Message(EVENTS[event["verb"]]),
            "status": "done",
            "at": event["happened_at"],
            "note": " · ".join(
                str(event["data"][name]) for name in ("name", "reason") if event["data"].get(name)
            ),
        }
        for event in events
        if event["verb"] in EVENTS
    ]
