"""Judge the payment day: one calendar day, counted from receipt, hanging on nothing else.

Source: Freelance Act, article 4 (支払期日: a fixed day within 60 days from receipt, inspection or not).
"""

import re
from datetime import date

from marketplace.contracts import wording
from marketplace.contracts.draft import TermsDraft
from marketplace.contracts.findings import Finding, Level
from marketplace.core.errors import N_, Message

ARTICLE_4 = Message(N_("Freelance Act, article 4 (payment day)"))

TIED: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "due.inspection",
        wording.INSPECTION,
        N_("Tied to inspection"),
        N_("The payment day is a fixed day counted from receipt, not from inspection or approval."),
    ),
    (
        "due.invoice",
        wording.INVOICE,
        N_("Tied to an invoice"),
        N_("The payment day is a fixed day counted from receipt, whether an invoice has come or not."),
    ),
)
LOOSE: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "due.by_a_day",
        wording.BY_A_DAY,
        N_("Not one day but a limit"),
        N_("“By” and “within … days” do not name a day. Write the day itself."),
    ),
    (
        "due.vague",
        wording.VAGUE,
        N_("A vague day"),
        N_("“Around”, “expected” or “to be agreed” do not name a day. Write the day itself."),
    ),
)


def due_findings(
    draft: TermsDraft, suggested: date | None, why: Message | None, latest: date | None
) -> list[Finding]:
    """Judge `draft.pay_on`, and any sentence about payment that stands in another field."""
    if isinstance(draft.pay_on, date):
        own = _judge_day(draft, draft.pay_on, latest)
    else:
        own = _judge_text(draft, (draft.pay_on or "").strip(), latest)
    mended = [_with_fix(finding, suggested, why) for finding in own]
    return [*mended, *_sentences_elsewhere(draft)]


def _judge_text(draft: TermsDraft, text: str, latest: date | None) -> list[Finding]:
    if not text:
        return [_block("due.missing", N_("No payment day"), N_("Write the day on which the fee is paid."))]
    folded = wording.without_freed(text)
    found = [
        _block(rule, title, says) for rule, words, title, says in (*TIED, *LOOSE) if words.search(folded)
    ]
    days = wording.days_in(text)
    if found:
        return found
    if len(days) > 1:
        return [
            _block(
                "due.two_days",
                N_("More than one day"),
                N_("Write one payment day. A second day makes it open which one holds."),
            )
        ]
    if not days:
        says = N_("A closing rule alone does not show the day. Write the day itself, with its year.")
        if not wording.CLOSING.search(folded):
            says = N_("Write the payment day as one calendar day, with its year.")
        return [_block("due.no_day", N_("No specific day"), says)]
    return _judge_day(draft, days[0], latest)


def _judge_day(draft: TermsDraft, due: date, latest: date | None) -> list[Finding]:
    if latest is not None and due > latest:
        return [
            _block(
                "due.too_late",
                N_("Later than the law allows"),
                N_("%(due)s is too late. For this day of receipt the last lawful day is %(latest)s."),
                due=due,
                latest=latest,
            )
        ]
    if draft.receipt_on is None:
        return []
    return [
        Finding(
            "due.ok",
            "pay_on",
            Level.OK,
            Message(N_("Payment day")),
            Message(
                N_("A fixed day: day %(count)s from receipt."), {"count": (due - draft.receipt_on).days + 1}
            ),
        )
    ]


def _with_fix(finding: Finding, suggested: date | None, why: Message | None) -> Finding:
    if suggested is None or finding.level is not Level.BLOCK:
        return finding
    label = Message(N_("Make it %(day)s"), {"day": suggested})
    return Finding(
        finding.rule, finding.field, finding.level, finding.title, finding.message,
        fix=suggested.isoformat(), fix_label=label, note=why, source=finding.source,
    )  # fmt: skip


def _sentences_elsewhere(draft: TermsDraft) -> list[Finding]:
    found = []
    for name in ("what", "how", "specification", "formula"):
        for sentence in wording.sentences(getattr(draft, name)):
            folded = wording.without_freed(sentence)
            if not wording.PAYING_DAY.search(folded):
                continue
            found += [
                _block(rule, title, says, field=name)
                for rule, words, title, says in TIED
                if words.search(folded)
            ]
    return found


def _block(rule: str, title: str, text: str, *, field: str = "pay_on", **params: object) -> Finding:
    return Finding(rule, field, Level.BLOCK, Message(title), Message(text, params), source=ARTICLE_4)
