"""Lay out an invoice or a credit note for its template: pure, in one language at a time.

A qualified invoice (適格請求書, Consumption Tax Act art. 57-4) names its issuer with the registration number, the day of the
supply, what it was, the total and the tax for each rate, and the recipient; a credit note (適格返還請求書) also the day of
the supply that it gives back. The bounty stands outside the tax: it is collected for the referrer (立替・預り).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core import formats
from marketplace.core.errors import Message
from marketplace.core.i18n import sayer
from payouts.billing.terms import Amounts
from payouts.billing.words import WORDS

LOCALES = ("ja", "en")
_PER_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says; `due_on` is of an invoice, `invoice` and `reason` (a message, or free text) of a credit note."""

    kind: str
    number: int
    issued_on: date
    success_on: date
    title: str
    amounts: Amounts
    tax_bp: int
    seller: dict[str, Any]
    buyer: dict[str, Any]
    due_on: date | None = None
    invoice: int | None = None
    reason: str = ""


def sheet(paper: Paper, locale: str) -> dict[str, Any]:
    """Return everything that the template draws, in ja or en."""
    words = WORDS[locale]
    credit = paper.kind == "credit_note"
    return {
        "locale": locale,
        "title": words[paper.kind],
        "number": numbered(paper.kind, paper.number),
        "lead": words["lead_credit_note" if credit else "lead_invoice"],
        "meta": _meta(paper, locale),
        "seller": _party(paper.seller, locale, words["seller"]),
        "buyer": _party(paper.buyer, locale, words["buyer"]),
        "total": {
            "label": words["total_credit_note" if credit else "total_invoice"],
            "value": formats.money(paper.amounts.total),
        },
        "words": {name: words[name] for name in ("lines", "what", "rate", "amount", "rates", "base", "tax")},
        "lines": _lines(paper, words),
        "rates": _rates(paper, words),
        "notes": _notes(paper, words, sayer(locale)),
        "footer": f"{paper.seller['name']} · {words[paper.kind]} {numbered(paper.kind, paper.number)}",
    }


def numbered(kind: str, number: int) -> str:
    """Write a number as people see it: `INV-000012`, `CN-000003`."""
    return f"{'CN' if kind == 'credit_note' else 'INV'}-{number:06}"


def _meta(paper: Paper, locale: str) -> list[dict[str, str]]:
    words = WORDS[locale]
    rows = [
        ("number", numbered(paper.kind, paper.number)),
        ("issued_on", _day(paper.issued_on, locale)),
        ("success_on", _day(paper.success_on, locale)),
    ]
    if paper.due_on is not None:
        rows.append(("due_on", _day(paper.due_on, locale)))
    if paper.invoice is not None:
        rows.append(("of_invoice", numbered("invoice", paper.invoice)))
    return [{"label": words[name], "value": value} for name, value in rows]


def _day(day: date, locale: str) -> str:
    if locale == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {formats.LONG_MONTHS_EN[day.month - 1]} {day.year}"


def _party(party: dict[str, Any], locale: str, label: str) -> dict[str, Any]:
    words = WORDS[locale]
    english = party.get("name_en") or ""
    name = (
        english
        if locale == "en" and english
        else f"{party['name']}{words['honorific'] if label == words['buyer'] else ''}"
    )
    lines = [
        (words["address"], party.get("address") or ""),
        (words["registration"], party.get("registration_number") or ""),
    ]
    if locale == "en" and english:
        lines.insert(0, (words["in_japanese"], party["name"]))
    return {
        "label": label,
        "name": name,
        "lines": [{"label": name, "value": value} for name, value in lines if value],
    }


def _lines(paper: Paper, words: dict[str, str]) -> list[dict[str, str]]:
    parts = paper.amounts
    lines = [
        {
            "what": paper.title,
            "note": words["fee_note"],
            "rate": _percent(paper.tax_bp),
            "amount": formats.money(parts.fee),
        },
        {
            "what": words["tax_of_fee"],
            "note": "",
            "rate": "",
            "amount": formats.money(parts.tax),
        },
    ]
    if parts.bounty:
        lines.append(
            {
                "what": words["bounty"],
                "note": words["bounty_note"],
                "rate": words["outside"],
                "amount": formats.money(parts.bounty),
            }
        )
    return lines


def _rates(paper: Paper, words: dict[str, str]) -> list[dict[str, str]]:
    parts = paper.amounts
    taxed = words["taxed_at"].format(rate=_percent(paper.tax_bp))
    rows = [{"rate": taxed, "base": formats.money(parts.fee), "tax": formats.money(parts.tax)}]
    if parts.bounty:
        rows.append({"rate": words["not_taxed"], "base": formats.money(parts.bounty), "tax": "–"})
    return rows


def _notes(paper: Paper, words: dict[str, str], say: Callable[[Message], str]) -> list[str]:
    notes = [words["rounding"]]
    if paper.reason:
        notes.append(f"{words['reason']}: {say(Message(paper.reason))}")
    if paper.kind == "invoice":
        notes.append(words["how_to_pay"])
    return notes


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, _PER_PERCENT)
    return f"{whole}%" if not rest else f"{basis_points / _PER_PERCENT:g}%"
