"""What a check of the wording found: one finding per rule and field."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, Message


class Level(StrEnum):
    """`block` stops publication, `warn` is recorded with a reason, `ok` says that a field is complete."""

    BLOCK = "block"
    WARN = "warn"
    OK = "ok"


RECORDED = Message(N_("You can publish it as it is. The reason is kept on record."))


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict on one field: `title` in a few words, `message` in a sentence, and what would mend it.

    `fix` is the new text of `field`; `fix_label` names the button that puts it there. Values in message
    parameters are dates, Money and plain text: whoever shows the message formats them for the reader.
    """

    rule: str
    field: str
    level: Level
    title: Message
    message: Message
    fix: str | None = None
    fix_label: Message | None = None
    note: Message | None = None
    source: Message | None = None
