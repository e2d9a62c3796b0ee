"""What people write to one another about work is for those who decide about it: finance and auditors read the facts only."""

from collections.abc import Mapping
from typing import Any

from marketplace.companies.rules import MESSAGE_READERS
from marketplace.core.actor import Actor

REPEATED = ("reason", "term")
"""What events of contracts repeat of the words."""


def reads_words(by: Actor) -> bool:
    """Tell whether somebody reads the words of a contract: its alumnus, the operator, and members who deal with people."""
    return by.kind != "member" or bool(by.roles & set(MESSAGE_READERS))


def told(row: Mapping[str, Any], *words: str, by: Actor) -> dict[str, Any]:
    """Return a row as this reader may see it: the columns that hold words are empty for those who read facts only."""
    return dict(row) if reads_words(by) else {**row, **dict.fromkeys(words, "")}


def without_reasons(event: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return an event as this reader may see it: without the words that its data repeat."""
    if reads_words(by):
        return dict(event)
    return {**event, "data": {name: value for name, value in event["data"].items() if name not in REPEATED}}
