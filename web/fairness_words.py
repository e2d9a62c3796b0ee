"""The report on fairness in words: the criteria, the names of their groups, shares as percent."""

from collections.abc import Mapping

from marketplace.core.errors import N_, Message
from matching.fairness import FULL, OTHERS

PERIODS: Mapping[str, Message] = {
    "month": Message(N_("Last 30 days")),
    "quarter": Message(N_("Last 90 days")),
    "all": Message(N_("Since the beginning")),
}
CRITERIA: Mapping[str, Message] = {
    "unit": Message(N_("Former unit")),
    "region": Message(N_("Region")),
    "language": Message(N_("Working languages")),
    "left": Message(N_("Years since leaving")),
    "experience": Message(N_("Work through this network")),
}
_UNSAID = Message(N_("Not stated"))
_NAMES: Mapping[str, Mapping[str, Message]] = {
    "unit": {"": _UNSAID},
    "region": {
        "0": _UNSAID,
        "1": Message(N_("Hokkaido")),
        "2": Message(N_("Tohoku")),
        "3": Message(N_("Kanto")),
        "4": Message(N_("Chubu")),
        "5": Message(N_("Kinki")),
        "6": Message(N_("Chugoku region")),
        "7": Message(N_("Shikoku")),
        "8": Message(N_("Kyushu and Okinawa")),
    },
    "language": {
        "": _UNSAID,
        "ja": Message(N_("Japanese only")),
        "more": Message(N_("Japanese and others")),
        "other": Message(N_("Without Japanese")),
    },
    "left": {
        "": _UNSAID,
        "0": Message(N_("Less than a year")),
        "1": Message(N_("1 or 2 years")),
        "2": Message(N_("3 or 4 years")),
        "3": Message(N_("5 to 9 years")),
        "4": Message(N_("10 years or more")),
    },
    "experience": {
        "new": Message(N_("No contract before the period")),
        "known": Message(N_("Had a contract before")),
    },
}
_OTHERS = Message(N_("Small groups together"))


def group(criterion: str, name: str | None) -> Message | str:
    """Return what a group is called; a unit stands for itself."""
    if name is OTHERS:
        return _OTHERS
    return _NAMES[criterion].get(name, name)


def percent(share: int | None) -> str:
    """Return basis points as whole percent, rounded down: what is under four fifths is never written as 80."""
    return "–" if share is None else f"{share * 100 // FULL}%"


def evenness(share: int | None) -> str:
    """Return a Gini coefficient with two places."""
    return "–" if share is None else f"{share / FULL:.2f}"
