"""What the parts of a forecast are called, and its weeks as rows of a file."""

from collections.abc import Mapping, Sequence

from marketplace.core.errors import N_
from marketplace.funds.forecast import Span
from web.csv_answer import Cell
from web.i18n import tr

PARTS: Mapping[str, str] = {
    "set_aside": N_("Already paid in"),
    "invoices": N_("Invoices to pay"),
    "tax": N_("Income tax to remit"),
    "approved": N_("Approved and owed"),
    "running": N_("Agreed, not approved yet"),
    "rewards": N_("Rewards that vest"),
    "people": N_("To the alumni"),
    "fees": N_("Fees of Enishi, with tax"),
    "platform": N_("Platform fees"),
    "success": N_("Success fees"),
    "alumnus": N_("To the person who works"),
    "fee": N_("The agent's share"),
}
TONES: Mapping[str, str] = {
    "set_aside": "c-quiet", "invoices": "c-fill", "tax": "c-third",
    "approved": "c-fill", "running": "c-quiet", "rewards": "c-third",
    "people": "c-quiet", "fees": "c-fill", "platform": "c-quiet", "success": "c-fill",
    "alumnus": "c-quiet", "fee": "c-fill",
}  # fmt: skip
"""The colour of each part in a chart."""


def weeks_as_rows(spans: Sequence[Span], kinds: Sequence[str]) -> tuple[list[str], list[list[Cell]]]:
    """Return titles and a row for each week; the last span is all that comes later."""
    titles = [N_("Week from"), *(PARTS[kind] for kind in kinds), N_("Sum"), N_("What the row holds")]
    rows: list[list[Cell]] = []
    for place, span in enumerate(spans):
        told = N_("with what is overdue") if place == 0 else ""
        told = N_("and all weeks after it") if place == len(spans) - 1 else told
        parts = [span.parts[kind].amount for kind in kinds]
        rows.append([span.begins.isoformat(), *parts, span.total.amount, tr(told) if told else None])
    return titles, rows
