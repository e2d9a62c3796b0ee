"""What statements are called on pages and in files: their numbers, their lines, their sums."""

from collections.abc import Mapping
from typing import Any

from marketplace.core.errors import N_, NotFound
from marketplace.core.formats import LONG_MONTHS_EN
from payouts.statements.platform_sheet import numbered as platform_numbered
from payouts.statements.sheet import numbered, percent
from web import i18n
from web.csv_answer import Cell
from web.states import state

__all__ = ["KINDS", "numbered", "percent", "platform_numbered"]

KINDS: Mapping[str, str] = {
    "fee": N_("Approved work"),
    "compensation": N_("Compensation, outside of consumption tax"),
    "bounty": N_("Referral bounty, tax included"),
    "correction": N_("Correction of tax withheld"),
}
FILTERS: Mapping[str, str] = {
    "": N_("Every one"),
    "sent": N_("Waiting"),
    "disputed": N_("Disputed"),
    "confirmed": N_("Confirmed"),
    "deemed": N_("Confirmed by silence"),
    "void": N_("Void"),
}
TITLES = (
    N_("Number"), N_("Month"), N_("Alumnus"), N_("Registration number"), N_("State"), N_("Day"), N_("What"), N_("What for"),
    N_("Tax rate"), N_("Amount"), N_("Tax agreed"), N_("Withheld"), N_("Set off"), N_("Payment amount"), N_("Reference"),
)  # fmt: skip
REGISTER = (
    N_("Day"), N_("Alumnus"), N_("Task"), N_("Kind of work"), N_("Fact"), N_("Fee"), N_("Consumption tax"), N_("Withheld"), N_("Paid"),
)  # fmt: skip
FACTS: Mapping[str, str] = {"paid": N_("Reached the bank"), "returned": N_("Came back: correction")}


def month_name(number: int) -> str:
    """Return the name of a month from its number (1 to 12)."""
    return f"{number}月" if i18n.locale.get() == "ja" else LONG_MONTHS_EN[number - 1]


def paper_of(name: str) -> tuple[str, bool]:
    """Return the language of a statement's paper by its name, and whether it is the stamped one (`void-ja.pdf`). Raises NotFound."""
    return locale_of(name.removeprefix("void-")), name.startswith("void-")


def locale_of(name: str) -> str:
    """Return the language of a paper by its name in addresses (`ja.pdf`). Raises NotFound."""
    locale, dot, kind = name.partition(".")
    if (dot, kind) != (".", "pdf"):
        raise NotFound
    return locale


def file_rows(rows: list[Any], lines: list[Any]) -> list[list[Cell]]:
    """Return a row of the file for each line of a month's statements."""
    by_number = {row["number"]: row for row in rows}
    return [_file_row(by_number[line["number"]], line) for line in lines]


def _file_row(row: Any, line: Any) -> list[Cell]:
    return [
        numbered(row["number"]), f"{row['month']:%Y-%m}", row["payee"]["name"], row["registration"],
        i18n.tr(state("statement", row["status"]).label), line["on_day"].isoformat(), i18n.tr(KINDS[line["kind"]]), line["title"],
        percent(line["rate_bp"]) if line["rate_bp"] else "", line["base_amount"], line["tax_amount"], line["withheld_amount"],
        line["netted_amount"], line["net_amount"], line["reference"],
    ]  # fmt: skip
