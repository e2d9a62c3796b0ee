"""Lay out the operator's monthly qualified invoice for platform fees: pure, in one language at a time."""

from datetime import date
from typing import Any

from marketplace.core import formats
from payouts.statements.sheet import long_day, party, percent, rates, yen_text
from payouts.statements.words import WORDS

_HEADS = ("lines", "what", "rate", "amount", "rates", "base", "tax")


def numbered(number: int) -> str:
    """Write a platform invoice's number as people see it: `PF-000012`."""
    return f"PF-{number:06}"


def sheet(invoice: Any, locale: str) -> dict[str, Any]:
    """Return everything that the template draws, in ja or en, from a row of platform_invoice."""
    words = WORDS[locale]
    return {
        "locale": locale,
        "title": words["platform_invoice"],
        "number": numbered(invoice["number"]),
        "lead": words["lead_platform"].format(month=formats.month(invoice["month"], locale)),
        "meta": [
            {"label": words["number"], "value": numbered(invoice["number"])},
            {"label": words["month"], "value": formats.month(invoice["month"], locale)},
            {"label": words["issued_on"], "value": long_day(invoice["issued_on"], locale)},
        ],
        "seller": party(invoice["seller"], locale, words["seller"]),
        "buyer": party(invoice["buyer"], locale, words["buyer"], words["honorific_company"]),
        "total": {
            "label": words["total_platform"],
            "value": yen_text(invoice["fee_amount"] + invoice["tax_amount"]),
        },
        "words": {name: words[name] for name in _HEADS},
        "lines": [_line(line, locale) for line in invoice["lines"]],
        "rates": rates(invoice["rates"], words),
        "notes": _notes(invoice, words),
        "footer": f"{invoice['seller']['name']} · {words['platform_invoice']} {numbered(invoice['number'])}",
    }


def _line(line: dict[str, Any], locale: str) -> dict[str, str]:
    day = long_day(date.fromisoformat(line["on"]), locale)
    return {
        "what": line["title"],
        "note": WORDS[locale]["platform_line"].format(day=day),
        "rate": percent(line["rate"]),
        "amount": yen_text(line["fee"]),
    }


def _notes(invoice: Any, words: dict[str, str]) -> list[str]:
    notes = [words["rounding"]]
    if different := invoice["tax_amount"] - invoice["contract_tax_amount"]:
        notes.append(
            words["difference_platform"].format(
                agreed=yen_text(invoice["contract_tax_amount"]),
                difference=yen_text(different),
                borne=words[f"borne_{invoice['borne_by']}"],
            )
        )
    return notes
