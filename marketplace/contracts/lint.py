"""The terms lint: what the law does not let a company publish, field by field, while it is being typed.

The rules are those of the Freelance Act (フリーランス・事業者間取引適正化等法), in force since 2024-11-01.
"""

from datetime import date

from marketplace.contracts import wording
from marketplace.contracts.draft import TermsDraft
from marketplace.contracts.duelint import due_findings
from marketplace.contracts.findings import RECORDED, Finding, Level
from marketplace.contracts.rightslint import what_findings
from marketplace.core.errors import N_, Message

ARTICLE_3 = Message(N_("Freelance Act, article 3 (stating the terms)"))
ARTICLE_5 = Message(N_("Freelance Act, article 5 (prohibited acts)"))
ORDINANCE_BASE = Message(N_("Freelance Act, article 3; rules on common terms agreed beforehand"))

FREE_TEXT = ("what", "specification", "rights", "how", "formula")


def lint(
    draft: TermsDraft,
    *,
    issued_on: date,
    suggested_due: date | None = None,
    suggested_why: Message | None = None,
    latest_due: date | None = None,
) -> list[Finding]:
    """Return every finding on `draft`, in the order of the form.

    `issued_on` is the business day on which the terms would be issued. `suggested_due` (with its reason) is
    offered as the fix of a wrong payment day; `latest_due` is the last lawful day, if it is known.
    """
    return [
        *_title(draft),
        *what_findings(draft),
        *_receipt(draft, issued_on),
        *_place(draft),
        *due_findings(draft, suggested_due, suggested_why, latest_due),
        *_fee(draft),
        *_base_contract(draft, issued_on),
        *_elsewhere(draft),
    ]


def _title(draft: TermsDraft) -> list[Finding]:
    if draft.title.strip():
        return []
    return [
        Finding(
            "title.missing",
            "title",
            Level.BLOCK,
            Message(N_("No title")),
            Message(N_("Give the task a title that says what is to be done.")),
            source=ARTICLE_3,
        )
    ]


def _receipt(draft: TermsDraft, issued_on: date) -> list[Finding]:
    period = draft.starts_at is not None and draft.ends_at is not None
    if draft.receipt_on is None and not period:
        return [
            _block(
                "receipt.missing",
                "receipt_on",
                N_("No day of receipt"),
                N_("Say on which day the work is handed in, or from when to when the service is given."),
            )
        ]
    findings = []
    if draft.starts_at is not None and draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        findings.append(
            _block(
                "receipt.reversed",
                "ends_at",
                N_("The period ends before it starts"),
                N_("The end comes after the start."),
            )
        )
    findings += _issued_late(draft, issued_on)
    if not findings:
        findings.append(
            Finding(
                "receipt.ok",
                "receipt_on",
                Level.OK,
                Message(N_("Day of receipt")),
                Message(N_("The 60 days for the payment are counted from this day.")),
            )
        )
    return findings


def _issued_late(draft: TermsDraft, issued_on: date) -> list[Finding]:
    began = draft.work_starts_on or (draft.starts_at.date() if draft.starts_at else None)
    if began is not None and began < issued_on:
        return [
            _block(
                "issue.after_start",
                "work_starts_on" if draft.work_starts_on else "starts_at",
                N_("The work began before the terms were given"),
                N_(
                    "The terms are given on %(issued)s, but the work begins on %(began)s. "
                    "Terms come first; choose a later start."
                ),
                issued=issued_on,
                began=began,
            )
        ]
    if draft.receipt_on is not None and draft.receipt_on < issued_on:
        return [
            _block(
                "receipt.past",
                "receipt_on",
                N_("The day of receipt has passed"),
                N_("The work would be received on %(receipt)s, before the terms are given on %(issued)s."),
                receipt=draft.receipt_on,
                issued=issued_on,
            )
        ]
    return []


def _place(draft: TermsDraft) -> list[Finding]:
    if draft.online or draft.place.strip():
        return []
    return [
        _block(
            "place.missing",
            "place",
            N_("No place"),
            N_("Say where the work is handed in or done, or that it is online."),
        )
    ]


def _fee(draft: TermsDraft) -> list[Finding]:
    formula = draft.formula.strip()
    if draft.price is not None and draft.price.amount > 0:
        return []
    if draft.price is not None:
        return [
            _block(
                "fee.not_positive", "price", N_("The fee is not above zero"), N_("Write a fee above zero.")
            )
        ]
    if not formula:
        return [
            _block(
                "fee.missing",
                "price",
                N_("No fee"),
                N_("Write the fee without tax, or the formula from which it follows without further talks."),
            )
        ]
    if wording.VAGUE.search(wording.plain(formula)) or not any(sign.isdigit() for sign in formula):
        return [
            _block(
                "fee.open",
                "formula",
                N_("The formula leaves the fee open"),
                N_("A formula names unit prices and quantities; “to be discussed” is not a formula."),
            )
        ]
    return []


def _base_contract(draft: TermsDraft, issued_on: date) -> list[Finding]:
    texts = wording.plain(" ".join(getattr(draft, name) for name in FREE_TEXT))
    speaks_of_it = any(
        words in texts
        for words in ("基本契約", "基本取引契約", "master agreement", "framework agreement", "base contract")
    )
    if speaks_of_it and not draft.base_contract.strip():
        return [
            _block(
                "base.not_linked",
                "base_contract",
                N_("The base contract is not linked"),
                N_(
                    "The text relies on a base contract. "
                    "Link it, so that both sides see the same common terms."
                ),
                source=ORDINANCE_BASE,
            )
        ]
    last_day = max((day for day in (draft.receipt_on, issued_on) if day), default=issued_on)
    if draft.base_contract.strip() and draft.base_contract_ends_on and draft.base_contract_ends_on < last_day:
        return [
            _block(
                "base.expired",
                "base_contract",
                N_("The base contract has run out"),
                N_("The linked base contract ends on %(ends)s, before the work is received."),
                source=ORDINANCE_BASE,
                ends=draft.base_contract_ends_on,
            )
        ]
    return []


def _elsewhere(draft: TermsDraft) -> list[Finding]:
    """Read the free text for conditions that undo the terms: costs on the alumnus, cuts, endless rework."""
    found = []
    for name in FREE_TEXT:
        for sentence in wording.sentences(getattr(draft, name)):
            folded = wording.plain(sentence)
            if wording.COSTS_ON_ALUMNUS.search(folded):
                found.append(
                    _block(
                        "fee.netted",
                        name,
                        N_("A cost is taken off the fee"),
                        N_("Transfer fees and other costs are never taken off the fee: “%(words)s”."),
                        source=ARTICLE_5,
                        words=sentence,
                    )
                )
            if wording.REDUCTION.search(folded):
                found.append(
                    _block(
                        "fee.reduced",
                        name,
                        N_("The fee can be lowered later"),
                        N_("The agreed fee is not lowered without fault of the alumnus: “%(words)s”."),
                        source=ARTICLE_5,
                        words=sentence,
                    )
                )
            if wording.ENDLESS.search(folded):
                found.append(
                    Finding(
                        "change.endless",
                        name,
                        Level.WARN,
                        Message(N_("Rework without limit")),
                        Message(
                            N_("Changes without limit and without pay can be an unfair redo: “%(words)s”."),
                            {"words": sentence},
                        ),
                        note=RECORDED,
                        source=ARTICLE_5,
                    )
                )
    return found


def _block(
    rule: str, field: str, title: str, text: str, *, source: Message = ARTICLE_3, **params: object
) -> Finding:
    return Finding(rule, field, Level.BLOCK, Message(title), Message(text, params), source=source)
