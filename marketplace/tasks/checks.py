"""What stands between a brief and its publication: bounds, completeness, the terms lint, the way of working."""

from collections.abc import Iterable
from datetime import date, datetime

from marketplace.contracts.findings import Finding, Level
from marketplace.contracts.lint import lint
from marketplace.contracts.misclassification import check_work
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money, yen
from marketplace.tasks.brief import Brief
from matching.vocabulary import LANGUAGE_NAMES
from payouts.tax_category import CATEGORIES

MOST_PRICE = yen(10_000_000)
MOST_SEATS = 50
MOST_SKILLS = 12
LONGEST_AHEAD_DAYS = 2 * 365
TAX_CATEGORIES = tuple(dict.fromkeys(rule.category for rule in CATEGORIES))
TAX_RATES = (1000, 800)
_LENGTHS = {
    "title": 120,
    "what": 10_000,
    "how": 10_000,
    "rights": 2_000,
    "specification": 2_000,
    "reason": 2_000,
    "quantity": 300,
    "place": 300,
    "pay_words": 200,
}
_TOO_LONG = N_("Please write at most %(most)s characters; these are %(given)s.")
_BETWEEN = N_("Please write a number from %(least)s to %(most)s.")
_MISSING = N_("Please fill this in.")
_CHOOSE = N_("Please choose one of the offered answers.")


def out_of_bounds(brief: Brief) -> dict[str, Message]:
    """Return what cannot even be kept as a draft, by field: the limits of the storage and of good sense."""
    wrong = {
        name: Message(_TOO_LONG, {"most": most, "given": len(getattr(brief, name))})
        for name, most in _LENGTHS.items()
        if len(getattr(brief, name)) > most
    }
    if not Money.zero(brief.price.currency) <= brief.price <= MOST_PRICE:
        wrong["price"] = Message(
            N_("Please write an amount from %(least)s to %(most)s."), {"least": yen(1), "most": MOST_PRICE}
        )
    for name, least, most in (
        ("seats", 1, MOST_SEATS),
        ("least_met", 1, MOST_SKILLS),
        ("inspection_days", 1, 30),
        ("hours_estimate", 0, 1000),
    ):
        if not least <= getattr(brief, name) <= most:
            wrong[name] = Message(_BETWEEN, {"least": least, "most": most})
    wrong |= _wrong_choices(brief) | _wrong_skills(brief) | _wrong_window(brief)
    return wrong


def _wrong_choices(brief: Brief) -> dict[str, Message]:
    holds = {
        "tax_category": brief.tax_category in {"", *TAX_CATEGORIES},
        "tax_bp": brief.tax_bp in TAX_RATES,
        "mode": brief.mode in {"offer", "apply"},
        "languages": set(brief.languages) <= set(LANGUAGE_NAMES),
        "nice_languages": set(brief.nice_languages) <= set(LANGUAGE_NAMES),
        "prefecture": brief.prefecture is None or 1 <= brief.prefecture <= 47,  # noqa: PLR2004 - JIS X 0401
    }
    return {name: Message(_CHOOSE) for name, right in holds.items() if not right}


def _wrong_skills(brief: Brief) -> dict[str, Message]:
    if len(brief.musts) + len(brief.nices) > MOST_SKILLS:
        return {"musts": Message(N_("Please name at most %(most)s skills."), {"most": MOST_SKILLS})}
    skills = [wanted.skill for wanted in (*brief.musts, *brief.nices)]
    if len(skills) != len(set(skills)):
        return {"nices": Message(N_("Each skill is asked for once: either required or nice to have."))}
    return {}


def _wrong_window(brief: Brief) -> dict[str, Message]:
    start, end = brief.window_starts_at, brief.window_ends_at
    if (start is None) != (end is None):
        return {"window_ends_at": Message(N_("A window has a start and an end."))}
    if start is not None and end is not None and end <= start:
        return {"window_ends_at": Message(N_("The window ends before it starts."))}
    return {}


def incomplete(brief: Brief, *, now: datetime, today: date) -> dict[str, Message]:
    """Return what is missing or past, by field, before the brief can be published."""
    wrong = {
        name: Message(_MISSING)
        for name in ("title", "what", "rights", "tax_category")
        if not getattr(brief, name).strip()
    }
    if brief.price.amount <= 0:
        wrong["price"] = Message(N_("Write a fee above zero."))
    if not brief.online and brief.prefecture is None:
        wrong["prefecture"] = Message(_MISSING)
    return wrong | _wrong_time(brief, now, today)


def _wrong_time(brief: Brief, now: datetime, today: date) -> dict[str, Message]:
    field = "window_starts_at" if brief.window_starts_at else "starts_on" if brief.starts_on else "deliver_on"
    received, ends = brief.received_on, brief.offer_ends_at
    if received is None or ends is None:
        return {field: Message(N_("Say when: a window of time, or the day of delivery."))}
    if brief.starts_on and brief.starts_on > received:
        return {"starts_on": Message(N_("The work starts before it is delivered."))}
    if ends <= now:
        return {field: Message(N_("This is in the past, or begins too soon: people need time to answer."))}
    if (received - today).days > LONGEST_AHEAD_DAYS:
        return {field: Message(N_("This is too far ahead: at most two years."))}
    return {}


def findings(brief: Brief, *, rule: str, issued_on: date) -> list[Finding]:
    """Return what the terms lint and the check of the way of working say, in the order of the form."""
    suggested = brief.suggested_pay_on(rule)
    why = Message(RULES[rule]) if suggested else None
    draft = brief.terms_draft(rule)
    named = [
        _renamed(finding, brief)
        for finding in lint(
            draft, issued_on=issued_on, suggested_due=suggested, suggested_why=why, latest_due=suggested
        )
    ]
    return [*named, *check_work(draft, brief.work_answers())]


RULES = {
    "day60": N_("The 60th day from receipt, or the bank day before it."),
    "month_close_next_month_end": N_(
        "Closed at the end of the month of receipt, paid at the end of the next, or the bank day before it."
    ),
}

_FIELDS = {
    "pay_on": "pay_words",
    "receipt_on": "deliver_on",
    "starts_at": "window_starts_at",
    "ends_at": "window_ends_at",
    "work_starts_on": "starts_on",
    "formula": "price",
    "base_contract": "what",
}


def _renamed(finding: Finding, brief: Brief) -> Finding:
    """Point a finding at the field of our form."""
    name = _FIELDS.get(finding.field, finding.field)
    if name == "deliver_on" and brief.window_starts_at is not None:
        name = "window_starts_at"
    return Finding(
        finding.rule, name, finding.level, finding.title, finding.message,
        finding.fix, finding.fix_label, finding.note, finding.source,
    )  # fmt: skip


def blocks(found: Iterable[Finding]) -> dict[str, Message]:
    """Return the findings that stop publication as refusals by field."""
    stopping: dict[str, Message] = {}
    for finding in found:
        if finding.level is Level.BLOCK:
            stopping.setdefault(finding.field, finding.message)
    return stopping
