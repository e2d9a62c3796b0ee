"""A ranked person in words: who, why, what to check first, how he stands to the task."""

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.alumni.skills import vocabulary
from marketplace.core.errors import N_, Message
from marketplace.tasks.applications import YOU
from matching.reasons import localise
from web import i18n


def why(reasons: Iterable[Any]) -> list[Message]:
    """Return what speaks for somebody, in the reader's language."""
    return _of_kind(reasons, "for")


def checks(reasons: Iterable[Any]) -> list[Message]:
    """Return what to check first, in the reader's language."""
    return _of_kind(reasons, "check")


def raises(reasons: Iterable[Any]) -> list[Message]:
    """Return what would raise somebody and by how much, in the reader's language."""
    return _of_kind(reasons, "raise")


def stage(row: Mapping[str, Any]) -> Message | None:
    """Return how many of the required skills are met, or None where none is required."""
    if not row["stages"]:
        return None
    return Message(N_("%(met)s of %(asked)s required skills"), {"met": row["stage"], "asked": row["stages"]})


def _of_kind(reasons: Iterable[Any], kind: str) -> list[Message]:
    lang = i18n.locale.get()
    return [localise(reason, lang, vocabulary().vocabulary) for reason in reasons if reason["kind"] == kind]


NOT_FOR_YOU = {
    **YOU,
    "skills": N_("Too few of the required skills are on your profile at the level asked."),
}


def shut(gate: str) -> Message:
    """Return to the alumnus himself why a task is not for him at present."""
    return Message(NOT_FOR_YOU[gate])


def about(row: Mapping[str, Any]) -> Message | str:
    """Return where and when a person used to work, and what he says of himself."""
    headline = row["card"].get("headline", "")
    before = " ".join(part for part in (row["former_unit"], row["former_title"]) if part)
    if row["joined_on"] and row["left_on"]:
        text = (
            N_("%(before)s, %(joined)s–%(left)s · %(headline)s")
            if headline
            else N_("%(before)s, %(joined)s–%(left)s")
        )
        return Message(
            text,
            {
                "before": before,
                "joined": row["joined_on"].year,
                "left": row["left_on"].year,
                "headline": headline,
            },
        )
    return " · ".join(part for part in (before, headline) if part)


def standing(row: Mapping[str, Any]) -> tuple[Message, str]:
    """Return how a match stands to the task, as a word and its tone."""
    if row["applied"] in {"sent", "needs_reconfirm"}:
        return Message(N_("Has applied")), "now"
    if row["invited"] is None:
        return Message(N_("Not asked yet")), ""
    words = {
        "sent": (Message(N_("Asked, may answer until %(until)s"), {"until": row["reply_by"]}), "info"),
        "accepted": (Message(N_("Contract concluded")), "ok"),
        "declined": (Message(N_("Declined")), ""),
        "lapsed": (Message(N_("Did not answer in time")), ""),
        "withdrawn": (Message(N_("Invitation withdrawn")), ""),
    }
    return words[row["invited"]]


def skill_words(wanted: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of wanted skills in the reader's language."""
    lang = i18n.locale.get()
    return [vocabulary().vocabulary.name(skill["slug"], lang) for skill in wanted]
