"""Whose month a package is of, with everything that follows from it: pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core.formats import JST
from payouts.statements import months


@dataclass(frozen=True, slots=True)
class Scope:
    """A company's month, or the operator's (`company` is None)."""

    company: UUID | None
    month: date

    @property
    def owner(self) -> str:
        """The company as an owner of accounts and papers; empty for the operator, who sees all of them."""
        return f"company:{self.company}" if self.company else ""

    @property
    def chain(self) -> str:
        """The audit chain of the package."""
        return self.owner or "operator"

    @property
    def rows(self) -> dict[str, Any]:
        """The scope of its database transaction: row-level security keeps other companies out."""
        return {"company": self.company} if self.company else {"operator": True}

    @property
    def span(self) -> tuple[str, date, date]:
        """Return owner, first day, and the first day after: what most queries ask with."""
        return self.owner, self.month, months.after(self.month)


def japanese(moment: datetime | None) -> str:
    """Write a moment in Japanese time as ISO 8601, empty for none."""
    return moment.astimezone(JST).isoformat() if moment else ""


def day(value: date | None) -> str:
    """Write a day as ISO 8601, empty for none."""
    return value.isoformat() if value else ""
