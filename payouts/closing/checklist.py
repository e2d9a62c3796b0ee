"""What a close looks at: each point with its reading, its number, and whether it stands in the way. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import Message
from marketplace.core.money import Money


class Reading(StrEnum):
    """How a point stands: in order, not done yet, or wrong."""

    OK = "ok"
    WAITING = "waiting"
    BROKEN = "broken"


class Weight(StrEnum):
    """What a point that is not in order does: it stands in the way, asks for a written reason, or is only shown."""

    BLOCKS = "blocks"
    WARNS = "warns"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a checklist: what was found, what to do about it, and where (`path`, below the part's own root)."""

    key: str
    reading: Reading
    weight: Weight
    said: Message
    path: str = ""
    number: int | None = None
    amount: Money | None = None

    @property
    def blocks(self) -> bool:
        """True when the month cannot be closed because of it."""
        return self.reading is not Reading.OK and self.weight is Weight.BLOCKS

    @property
    def warns(self) -> bool:
        """True when the month is closed over it only with a written reason."""
        return self.reading is not Reading.OK and self.weight is Weight.WARNS


def blocking(items: Iterable[Item]) -> list[Item]:
    """Return what stands in the way of a close."""
    return [item for item in items if item.blocks]


def warnings(items: Iterable[Item]) -> list[Item]:
    """Return what needs a written reason to be closed over."""
    return [item for item in items if item.warns]


def refused(items: Iterable[Item], *, reason: str) -> list[str]:
    """Return the keys that refuse a close: what blocks, and without a reason what warns."""
    items = list(items)
    return [item.key for item in items if item.blocks or (item.warns and not reason)]
