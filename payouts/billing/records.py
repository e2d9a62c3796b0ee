"""An invoice as its actions need it: read and locked, with what a credit note has taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from payouts.billing.terms import Amounts


@dataclass(frozen=True, slots=True)
class Invoice:
    """A row of `invoice`; `taken_off` is what credit notes took off while it was open, `given_back` all of them."""

    id: UUID
    company: str
    person: str
    reference: str
    number: int | None
    status: str
    title: str
    asked: Amounts
    taken_off: Amounts
    given_back: Amounts
    tax_bp: int
    success_on: date
    days_until_due: int
    due_on: date | None
    paid_from: str
    buyer: dict[str, Any]
    seller: dict[str, Any]
    provider_id: str | None

    @property
    def claim(self) -> str:
        """The plain id of the claim that it is for."""
        return self.reference.partition(":")[2]

    @property
    def about(self) -> str:
        """The reference that its postings and operations carry."""
        return f"invoice:{self.id}"

    @property
    def left(self) -> Amounts:
        """What is still asked for while it is open."""
        return self.asked - self.taken_off

    @property
    def creditable(self) -> Amounts:
        """What credit notes can still give back."""
        return self.asked - self.given_back

    @property
    def issued(self) -> int:
        """The number of an invoice that is finalised."""
        if self.number is None:
            raise ValueError("a draft has no number")
        return self.number


_SUMS = """coalesce(sum(fee_amount), 0)::bigint as fee_amount, coalesce(sum(tax_amount), 0)::bigint as tax_amount,
  coalesce(sum(bounty_amount), 0)::bigint as bounty_amount"""
OFF = f"""cross join lateral (
  select {_SUMS} from credit_note where invoice_id = i.id and into_account = 'receivable') c"""
"""What the credit notes of an invoice `i` have taken off while it was open, as `c`."""
GIVEN = f"cross join lateral (select {_SUMS} from credit_note where invoice_id = i.id) g"
"""What all credit notes of an invoice `i` have given back, as `g`."""

_SELECT = f"""
select i.*, c.fee_amount as off_fee, c.tax_amount as off_tax, c.bounty_amount as off_bounty,
  g.fee_amount as back_fee, g.tax_amount as back_tax, g.bounty_amount as back_bounty
from invoice i {OFF} {GIVEN}
"""


async def hold(invoice: UUID) -> Invoice:
    """Return an invoice and lock it until the transaction ends. Raises NotFound."""
    # Locked by a statement of its own: what waits for the lock sums up the notes that the other has just written.
    await db.execute("select from invoice where id = $1 for update", invoice)
    return await read(invoice)


async def read(invoice: UUID) -> Invoice:
    """Return an invoice as it stands. Raises NotFound."""
    row = await db.fetchrow(f"{_SELECT} where i.id = $1", invoice)
    if row is None:
        raise NotFound
    return _invoice(row)


async def drafts(most: int) -> Sequence[Invoice]:
    """Return the oldest drafts that nobody else holds, locked."""
    rows = await db.fetch(
        f"{_SELECT} where i.status = 'draft' order by i.id limit $1 for update of i skip locked", most
    )
    return [_invoice(row) for row in rows]


def amounts(row: Any, prefix: str = "", suffix: str = "_amount") -> Amounts:
    """Read the three parts of a document from a row."""
    parts = (Money(row[f"{prefix}{part}{suffix}"], row["currency"]) for part in ("fee", "tax", "bounty"))
    return Amounts(*parts)


def _invoice(row: Any) -> Invoice:
    return Invoice(
        id=row["id"],
        company=row["owner"].partition(":")[2],
        person=row["payee"].partition(":")[2],
        reference=row["reference"],
        number=row["number"],
        status=row["status"],
        title=row["title"],
        asked=amounts(row),
        taken_off=amounts(row, "off_", ""),
        given_back=amounts(row, "back_", ""),
        tax_bp=row["tax_bp"],
        success_on=row["success_on"],
        days_until_due=row["days_until_due"],
        due_on=row["due_on"],
        paid_from=row["paid_from"] or "",
        buyer=row["buyer"],
        seller=row["seller"],
        provider_id=row["provider_id"],
    )
