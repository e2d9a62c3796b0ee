"""A payout as its steps need it, and what the provider has made for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from payouts.lifecycle import Payout

RETURNING = "id, owner, amount, currency, attempt, transferred, rail, status"


@dataclass(frozen=True, slots=True)
class Row:
    """A payout as the steps need it."""

    id: UUID
    owner: str
    amount: Money
    attempt: int
    transferred: bool
    rail: str
    status: Payout

    @property
    def person(self) -> str:
        """The plain id of who is paid."""
        return self.owner.partition(":")[2]

    @property
    def about(self) -> str:
        """The reference that its postings and operations carry."""
        return f"payout:{self.id}"


@dataclass(frozen=True, slots=True)
class Made:
    """What the provider has made for an attempt at a payout: the id of its transfer or of its payout."""

    payout: UUID
    attempt: int
    id: str
    arrives_on: date | None = None


async def load_all(payouts: Sequence[UUID]) -> dict[UUID, Row]:
    """Return payouts by their ids, held until the transaction ends. Raises NotFound when one is missing."""
    sql = f"select {RETURNING} from payout where id = any($1::uuid[]) order by id for update"
    rows = {row["id"]: row_of(row) for row in await db.fetch(sql, payouts)}
    if len(rows) < len(set(payouts)):
        raise NotFound
    return rows


def row_of(row: Any) -> Row:
    """Read a row with the columns of RETURNING."""
    amount = Money(row["amount"], row["currency"])
    status = Payout(row["status"])
    return Row(row["id"], row["owner"], amount, row["attempt"], row["transferred"], row["rail"], status)
