"""Check before publishing that a contract for services is not employment in disguise.

One sign is a warning that can be published with its reason on record; fixed hours, direction and pay by the
hour together cannot be published as a contract for services.
"""

from dataclasses import dataclass

from marketplace.contracts import wording
from marketplace.contracts.draft import TermsDraft, WorkAnswers
from marketplace.contracts.findings import RECORDED, Finding, Level
from marketplace.contracts.signs import SIGNS, Sign, denied
from marketplace.core.errors import N_, Message

CRITERIA = Message(N_("Criteria of employee status (Ministry of Health, Labour and Welfare)"))
FIELDS = ("how", "what", "specification", "formula", "place", "title")
EMPLOYMENT = frozenset({"hours", "direction", "hourly"})
RENEWALS_TO_ASK = 3


@dataclass(frozen=True, slots=True)
class _Hint:
    sign: Sign
    field: str
    sentence: str
    words: str


def check_work(draft: TermsDraft, answers: WorkAnswers) -> list[Finding]:
    """Return findings from the free text of `draft` and from `answers`, blocking one first."""
    hints = [hint for field in FIELDS for hint in _hints(field, getattr(draft, field))]
    answered = [sign for sign in SIGNS if getattr(answers, sign.answer) is sign.shows]
    seen = {hint.sign.name for hint in hints} | {sign.name for sign in answered}
    written = {hint.sign.name for hint in hints}
    return [
        *_employment(seen, hints),
        *(_from_text(hint, getattr(draft, hint.field)) for hint in hints),
        *(_from_answer(sign) for sign in answered if sign.name not in written),
        *_renewals(answers),
    ]


def _hints(field: str, text: str) -> list[_Hint]:
    """Find each sign once per field: the first sentence that shows it and does not deny it."""
    found: dict[str, _Hint] = {}
    for sentence in wording.sentences(text):
        folded = wording.plain(sentence)
        for sign in SIGNS:
            match = sign.words.search(folded)
            if match and sign.name not in found and not denied(sign, folded, match.start()):
                source = sentence if len(sentence) == len(folded) else folded
                found[sign.name] = _Hint(sign, field, sentence, source[match.start() : match.end()].strip())
    return list(found.values())


def _employment(seen: set[str], hints: list[_Hint]) -> list[Finding]:
    if not seen >= EMPLOYMENT:
        return []
    return [
        Finding(
            "work.employment",
            hints[0].field if hints else "how",
            Level.BLOCK,
            Message(N_("This is employment")),
            Message(
                N_(
                    "Fixed hours, direction and pay by the hour together make this employment. "
                    "It cannot be published as a contract for services."
                )
            ),
            source=CRITERIA,
        )
    ]


def _from_text(hint: _Hint, text: str) -> Finding:
    better = hint.sign.better_en if hint.sentence.isascii() else hint.sign.better_ja
    return Finding(
        f"work.{hint.sign.name}",
        hint.field,
        Level.WARN,
        Message(hint.sign.title),
        Message(hint.sign.says, {"words": hint.words}),
        fix=text.replace(hint.sentence, better, 1),
        fix_label=Message(N_("Replace it with “%(text)s”"), {"text": better}),
        note=RECORDED,
        source=CRITERIA,
    )


def _from_answer(sign: Sign) -> Finding:
    return Finding(
        f"work.{sign.name}",
        sign.answer,
        Level.WARN,
        Message(sign.title),
        Message(
            N_("This answer is a sign of employment. Change the way of working, or say why it has to be so.")
        ),
        note=RECORDED,
        source=CRITERIA,
    )


def _renewals(answers: WorkAnswers) -> list[Finding]:
    if answers.renewals is None or answers.renewals < RENEWALS_TO_ASK:
        return []
    return [
        Finding(
            "work.renewals",
            "renewals",
            Level.WARN,
            Message(N_("Renewed again and again")),
            Message(
                N_(
                    "How often this work was renewed for the same person: %(count)s. "
                    "Lasting ties look like employment."
                ),
                {"count": answers.renewals},
            ),
            note=RECORDED,
            source=CRITERIA,
        )
    ]
