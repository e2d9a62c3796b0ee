"""Read notices and say them in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import Message, Name
from marketplace.core.money import Money
from marketplace.notifications.kinds import KINDS

PAGE = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is shown: translatable messages, a path and whether it was read."""

    id: UUID
    title: Message
    body: Message
    button: Message
    path: str
    created_at: datetime
    read: bool


async def notices(person: UUID, *, before: UUID | None = None, limit: int = PAGE) -> list[Notice]:
    """Return a person's notices, newest first, a page at a time (`before`: the last id of the page above)."""
    async with db.transaction(person=person):
        rows = await db.fetch(
            """select * from notification where person_id = $1 and ($2::uuid is null or id < $2)
               order by id desc limit $3""",
            person,
            before,
            limit,
        )
    return [read(dict(row)) for row in rows]


def read(row: dict[str, Any]) -> Notice:
    """Return a stored notice as messages."""
    kind = KINDS[row["kind"]]
    params = {name: restored(value) for name, value in row["params"].items()}
    title, body, button = (Message(text, params) for text in (kind.title, kind.body, kind.button))
    return Notice(row["id"], title, body, button, row["path"], row["created_at"], row["read_at"] is not None)


def restored(value: Any) -> Any:
    """Return a stored param as the value that it was."""
    if isinstance(value, dict) and "amount" in value:
        return Money(value["amount"], value["currency"])
    if isinstance(value, dict) and "name" in value:
        return Name(value["name"], value["name_en"])
    if isinstance(value, dict) and "when" in value:
        text = value["when"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return value
