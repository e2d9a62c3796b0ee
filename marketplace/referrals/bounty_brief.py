"""What a company has written about a bounty, all but its money; any part may still be missing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.contracts.draft import TermsDraft, WorkAnswers
from marketplace.contracts.findings import Level
from marketplace.contracts.misclassification import check_work
from marketplace.core.errors import N_, Message
from marketplace.referrals.policy_facts import Kind
from marketplace.referrals.policy_rules import BLOCKED_SECTORS

LONGEST_OPEN_DAYS = 366
SECTORS = ("", *BLOCKED_SECTORS)
_LENGTHS = {
    "title": 120,
    "what": 10_000,
    "wanted": 2000,
    "place": 300,
    "success_event": 500,
    "evidence_wanted": 500,
}
_MUSTS: Mapping[str, tuple[str, ...]] = {
    "gig": ("title", "what", "wanted"),
    "business": ("title", "what", "wanted", "success_event", "evidence_wanted"),
    "hire": ("title", "what", "wanted", "place"),
}


@dataclass(frozen=True, slots=True)
class Brief:
    """The kind, the words, the place and the days of a bounty."""

    kind: Kind
    title: str = ""
    what: str = ""
    wanted: str = ""
    place: str = ""
    country: str = "JP"
    sector: str = ""
    task_id: UUID | None = None
    success_event: str = ""
    evidence_wanted: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    closes_on: date | None = None

    @property
    def is_employment(self) -> bool:
        """Whether a gig is employment in disguise by its answers and its words: then it is a hire."""
        if self.kind != "gig":
            return False
        known = {item.name for item in fields(WorkAnswers)}
        answers = WorkAnswers(**{name: value for name, value in self.answers.items() if name in known})
        draft = TermsDraft(title=self.title, what=self.what, how=self.wanted, place=self.place)
        return any(finding.level is Level.BLOCK for finding in check_work(draft, answers))


def unfit(brief: Brief) -> dict[str, Message]:
    """Return what cannot even be kept as a draft, by field."""
    wrong = {
        name: Message(
            N_("Please write at most %(most)s characters; these are %(given)s."),
            {"most": most, "given": len(getattr(brief, name))},
        )
        for name, most in _LENGTHS.items()
        if len(getattr(brief, name)) > most
    }
    if brief.sector not in SECTORS:
        wrong["sector"] = Message(N_("Please choose one of the offered answers."))
    if len(brief.country) != 2 or not brief.country.isascii() or not brief.country.isupper():  # noqa: PLR2004 - ISO 3166
        wrong["country"] = Message(N_("Please choose one of the offered answers."))
    return wrong


def incomplete(brief: Brief, *, today: date) -> dict[str, Message]:
    """Return what is missing or past before the bounty can be published, by field."""
    wrong = {
        name: Message(N_("Please fill this in."))
        for name in _MUSTS[brief.kind]
        if not getattr(brief, name).strip()
    }
    if brief.closes_on is None:
        wrong["closes_on"] = Message(N_("Please fill this in."))
    elif not 0 < (brief.closes_on - today).days <= LONGEST_OPEN_DAYS:
        wrong["closes_on"] = Message(N_("Choose a day from tomorrow on, within a year."))
    return wrong


_PLAIN = tuple(item.name for item in fields(Brief) if item.name != "answers")


def from_row(row: Mapping[str, Any]) -> Brief:
    """Return the brief of a row of `bounty`."""
    return Brief(**{name: row[name] for name in _PLAIN}, answers=row["misclassification"].get("answers", {}))


def columns(brief: Brief) -> dict[str, Any]:
    """Return the columns of `bounty` that hold the brief."""
    plain = {name: getattr(brief, name) for name in _PLAIN}
    return {**plain, "misclassification": {"answers": dict(brief.answers)}}
