"""What a document is looked for by: its day, amount, counterparty, kind and number, alone or together. Pure.

Source of the three that must be there, of ranges for the first two and of any two together: enforcement rules of the
Electronic Books Act, art. 2 (6) 5 and art. 4 (1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core.errors import N_, Invalid, Message

KINDS = ("contract", "statement", "invoice", "credit_note", "platform_invoice", "payment_record")


@dataclass(frozen=True, slots=True)
class Order:
    """Columns by which documents are listed; the last one tells equals apart."""

    columns: tuple[str, ...]
    down: bool

    @property
    def sql(self) -> str:
        """Write it as an `order by`."""
        return ", ".join(f"{column}{' desc' if self.down else ''}" for column in self.columns)


ORDERS = {
    "newest": Order(("dealt_on", "document_id"), down=True),
    "oldest": Order(("dealt_on", "document_id"), down=False),
    "largest": Order(("amount", "document_id"), down=True),
    "smallest": Order(("amount", "document_id"), down=False),
    "counterparty": Order(("counterparty_key", "dealt_on", "document_id"), down=False),
}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked for; whatever is None or empty is not asked. Bounds belong to their range; amounts include tax, in yen."""

    first: date | None = None
    last: date | None = None
    least: int | None = None
    most: int | None = None
    counterparty: str = ""
    number: str = ""
    kind: str = ""
    order: str = "newest"

    def check(self) -> None:
        """Raise Invalid with each field that cannot be meant so."""
        wrong = dict(self._wrong())
        if wrong:
            raise Invalid(fields=wrong)

    def _wrong(self) -> Iterator[tuple[str, Message]]:
        if self.first and self.last and self.last < self.first:
            yield "last", Message(N_("The last day is before the first. Please exchange them."))
        if self.least is not None and self.most is not None and self.most < self.least:
            yield "most", Message(N_("The largest amount is below the smallest. Please exchange them."))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked, so that every document is found."""
        return self == Criteria(order=self.order)

    @property
    def stored(self) -> dict[str, Any]:
        """Return it as JSON keeps it: what is asked only."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in pairs
            if value not in (None, "")
        }


def conditions(wanted: Criteria, parties: list[str] | None) -> Iterator[tuple[str, Any]]:
    """Yield each condition with its value, `{}` where the value's number goes.

    `parties` are the names in which the counterparty was found; None when they are too many to be named one by one.
    """
    if wanted.first:
        yield "dealt_on >= {}::date", wanted.first
    if wanted.last:
        yield "dealt_on <= {}::date", wanted.last
    if wanted.least is not None:
        yield "amount >= {}::bigint", wanted.least
    if wanted.most is not None:
        yield "amount <= {}::bigint", wanted.most
    if wanted.counterparty and parties is None:
        yield "strpos(counterparty_key, document_key({})) > 0", wanted.counterparty
    elif wanted.counterparty:
        yield "counterparty_key = any({}::text[])", parties
    if wanted.kind:
        yield "kind = {}", wanted.kind


def behind(order: Order, values: tuple[date | int | str | UUID, ...]) -> Iterator[tuple[str, Any]]:
    """Yield, with its values, the parts of the comparison that begins a page behind a row."""
    types = {"dealt_on": "date", "document_id": "uuid", "amount": "bigint", "counterparty_key": "text"}
    for column, value in zip(order.columns, values, strict=True):
        yield f"{{}}::{types[column]}", value
