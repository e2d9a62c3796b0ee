"""Lay out a payment statement for the template of papers: pure, in one language at a time.

A purchase statement (仕入明細書, Consumption Tax Act art. 30 (9) no. 3 and its order art. 49 (4)) names its issuer, the
supplier with the registration number, the days and content, the sums and taxes per rate; the supplier confirms it.
"""

from datetime import date
from typing import Any

from marketplace.core import formats
from marketplace.core.money import Money
from payouts.statements import months
from payouts.statements.transition import share_on
from payouts.statements.words import WORDS
from payouts.tax import TRANSITION

LOCALES = ("ja", "en")
_PER_PERCENT = 100
_HEADS = ("lines", "what", "rate", "amount", "rates", "base", "tax")

Row = Any
"""A row of the database, or a dict with the same names."""


def numbered(number: int) -> str:
    """Write a statement's number as people see it: `PS-000012`."""
    return f"PS-{number:06}"


def sheet(statement: Row, lines: list[Row], locale: str) -> dict[str, Any]:
    """Return everything that the template draws, in ja or en: a row of statement and its lines."""
    words = WORDS[locale]
    kind = "statement_registered" if statement["registration"] else "statement"
    lead = "lead_registered" if statement["registration"] else "lead"
    return {
        "locale": locale,
        "title": words[kind],
        "number": numbered(statement["number"]),
        "lead": words[lead].format(month=formats.month(statement["month"], locale)),
        "meta": _meta(statement, locale),
        "seller": party(statement["issuer"], locale, words["issuer"]),
        "buyer": party(statement["payee"], locale, words["payee"], words["honorific_person"]),
        "total": {"label": words["total"], "value": yen_text(statement["net_amount"])},
        "words": {name: words[name] for name in _HEADS},
        "lines": [_line(line, locale) for line in lines],
        "sums": _sums(statement, words),
        "rates": rates(statement["rates"], words),
        "notes": _notes(statement, locale),
        "footer": f"{statement['issuer']['name']} · {words[kind]} {numbered(statement['number'])}",
    }


def stamped(data: dict[str, Any], statement: Row, chain: list[Row], locale: str) -> dict[str, Any]:
    """Return a laid-out statement as void: a stamp across it, why, and what stands in its place; `chain` has them all."""
    words = WORDS[locale]
    (void,) = (each for each in chain if each["id"] == statement["id"])
    instead = [numbered(each["number"]) for each in chain if each["made_by"] == statement["voided_by"]]
    note = words["void_note"].format(
        day=long_day(formats.in_japan(void["voided_at"]).date(), locale), reason=void["reason"], numbers=words["comma"].join(instead)
    )  # fmt: skip
    title = words["void_title"].format(title=data["title"])
    return data | {"title": title, "stamp": words["void_stamp"], "notes": [note, *data["notes"]]}


def _meta(statement: Row, locale: str) -> list[dict[str, str]]:
    words = WORDS[locale]
    rows = [
        ("number", numbered(statement["number"])),
        ("month", formats.month(statement["month"], locale)),
        ("issued_on", long_day(statement["issued_on"], locale)),
    ]
    return [{"label": words[name], "value": value} for name, value in rows]


def party(side: dict[str, Any], locale: str, label: str, honorific: str = "") -> dict[str, Any]:
    """Lay out a name with its address and registration number, as far as they are known."""
    words = WORDS[locale]
    english = side.get("name_en") or ""
    shown = english if locale == "en" and english else f"{side['name']}{honorific}"
    lines = [
        (words["in_japanese"], side["name"] if locale == "en" and english else ""),
        (words["address"], side.get("address") or ""),
        (words["registration"], side.get("registration_number") or ""),
    ]
    return {
        "label": label,
        "name": shown,
        "lines": [{"label": name, "value": value} for name, value in lines if value],
    }


def _line(line: Row, locale: str) -> dict[str, str]:
    words = WORDS[locale]
    correction = line["kind"] == "correction"
    return {
        "what": line["title"],
        "note": words[f"kind_{line['kind']}"].format(day=long_day(line["on_day"], locale)),
        "rate": percent(line["rate_bp"]) if line["rate_bp"] else words["outside"],
        "amount": yen_text(-line["withheld_amount"] if correction else line["base_amount"]),
    }


def _sums(statement: Row, words: dict[str, str]) -> list[dict[str, str]]:
    rows = [
        ("sum_work", statement["work_amount"]),
        ("sum_bounty", statement["bounty_amount"]),
        ("sum_tax", statement["tax_amount"]),
        ("sum_withheld", -statement["withheld_amount"]),
        ("sum_netted", -statement["netted_amount"]),
    ]
    shown = [*((name, amount) for name, amount in rows if amount), ("sum_net", statement["net_amount"])]
    return [{"label": words[name], "value": yen_text(amount)} for name, amount in shown]


def rates(stored: list[dict[str, int]], words: dict[str, str]) -> list[dict[str, str]]:
    """Lay out the sums per rate; what lies outside of the tax has none."""
    return [
        {
            "rate": words["taxed_at"].format(rate=percent(row["rate"]))
            if row["rate"]
            else words["not_taxed"],
            "base": yen_text(row["base"]),
            "tax": yen_text(row["tax"]) if row["rate"] else "–",
        }
        for row in stored
    ]


def _notes(statement: Row, locale: str) -> list[str]:
    words, notes = WORDS[locale], []
    taxed = any(row["rate"] for row in statement["rates"])
    if taxed:
        notes.append(words["rounding"])
    agreed = sum(row["agreed"] for row in statement["rates"])
    if different := statement["document_tax_amount"] - agreed:
        notes.append(words["difference"].format(agreed=yen_text(agreed), difference=yen_text(different)))
    if taxed and not statement["registration"]:
        share = percent(share_on(statement["month"]))
        deductible = yen_text(statement["deductible_amount"])
        notes.append(words["transition"].format(source=TRANSITION, share=share, deductible=deductible))
        notes += _cap(statement, words)
    if statement["withheld_amount"]:
        notes.append(words["withheld_note"])
    notes.append(words["silence"].format(day=_silence(statement, locale)))
    return notes


def _cap(statement: Row, words: dict[str, str]) -> list[str]:
    """Name the year's cap, and the tax above it of which nothing is deducted."""
    if statement["cap_amount"] is None:
        return []
    cap = yen_text(statement["cap_amount"])
    above = sum(row["tax"] - row.get("covered", row["tax"]) for row in statement["rates"])
    said = [words["cap"].format(cap=cap)]
    return [*said, words["above_cap"].format(above=yen_text(above))] if above else said


def _silence(statement: Row, locale: str) -> str:
    days = statement["silence_days"]
    return f"{days}日" if locale == "ja" else f"{days} days of getting it"


def long_day(day: date, locale: str) -> str:
    """Write `2026年11月23日` or `23 November 2026`."""
    if locale == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {formats.LONG_MONTHS_EN[day.month - 1]} {day.year}"


def percent(basis_points: int) -> str:
    """Write a rate: `10%`, `7.5%`."""
    return f"{basis_points / _PER_PERCENT:g}%"


def yen_text(amount: int) -> str:
    """Write yen."""
    return formats.money(Money(amount))


def file_name(statement: Row, locale: str) -> str:
    """Return the name of a statement's paper as a file."""
    return f"{numbered(statement['number'])}-{months.first_of(statement['month']):%Y-%m}-{locale}.pdf"
