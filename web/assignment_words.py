"""A proposal for many seats in words: how a line stands, why a seat stays empty, its columns as a file."""

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.core.errors import N_, Message
from web import i18n, match_words

WHYS: Mapping[str, Message] = {
    "nobody": Message(N_("Nobody who may be asked fits.")),
    "too_few": Message(N_("Fewer people fit than there are seats.")),
    "taken": Message(N_("Whoever fits is needed for another task.")),
    "team": Message(N_("The team could not be filled whole, so nobody of it is proposed.")),
    "changed": Message(N_("The task has changed meanwhile.")),
}
CHANGES: Mapping[str, tuple[Message, str]] = {
    "new": (Message(N_("Would be asked newly")), "now"),
    "asked": (Message(N_("Asked already")), "info"),
    "beside": (Message(N_("Asked already, not proposed")), ""),
}
RESULTS: Mapping[str, tuple[Message, str]] = {
    "sent": (Message(N_("Invitation sent")), "ok"),
    "changed": (Message(N_("Not sent: the terms have changed")), "warn"),
    "ended": (Message(N_("Not sent: the task takes nobody now")), "warn"),
    "filled": (Message(N_("Not sent: the seat is taken")), "warn"),
    "team": (Message(N_("Not sent: the team is not whole any more")), "warn"),
    "asked": (Message(N_("Not sent: asked meanwhile")), "warn"),
    "gate": (Message(N_("Not sent: cannot be asked any more")), "warn"),
    "stopped": (Message(N_("Not sent: stopped")), "warn"),
}
LEFT_OUT = (Message(N_("Left out")), "")


def standing(row: Mapping[str, Any], status: str) -> tuple[Message, str]:
    """Return how a line of a proposal stands, as a word and its tone."""
    if row["result"]:
        return RESULTS[row["result"]]
    if row["change"] == "new" and not row["chosen"]:
        return LEFT_OUT
    if row["change"] == "new" and status == "cancelled":
        return RESULTS["stopped"]
    return CHANGES[row["change"]]


TITLES = (
    N_("Task"),
    N_("Person"),
    N_("State"),
    N_("Place in the ranking"),
    N_("Required skills met"),
    N_("Required skills"),
    N_("Points"),
    N_("Why"),
    N_("Check first"),
)


def cells(rows: Iterable[Mapping[str, Any]], status: str) -> Iterable[list[str | int | None]]:
    """Yield the lines of a proposal's file under `TITLES`, in the reader's language."""
    for row in rows:
        said, checks = match_words.why(row["reasons"]), match_words.checks(row["reasons"])
        yield [
            row["title"],
            row["card"].get("name") or row["name"],
            i18n.tr(standing(row, status)[0]),
            row["rank"],
            row["met"],
            row["stages"],
            row["score"],
            " / ".join(i18n.tr(each) for each in said),
            " / ".join(i18n.tr(each) for each in checks),
        ]
