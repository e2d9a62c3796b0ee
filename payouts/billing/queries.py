"""Read invoices: a company's, one with its credit notes, and what is owed by age. Each sees what its scope sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money, yen
from payouts.billing.records import OFF

PAGE = 50
AGES: Sequence[tuple[str, int, int]] = (
    ("current", -100_000, 0),
    ("to_30", 1, 30),
    ("to_60", 31, 60),
    ("to_90", 61, 90),
    ("older", 91, 100_000),
)
"""Names of ages with the first and the last day of being late."""

_COLUMNS = """i.*, i.total_amount - c.fee_amount - c.tax_amount - c.bounty_amount as left_amount,
  greatest(business_today() - i.due_on, 0) as late"""
_FROM = f"from invoice i {OFF}"


async def listed(owner: str, *, page: int = 1, whole: bool = False) -> tuple[list[Any], int]:
    """Return one page (or all) of an owner's issued invoices, the newest first, and how many there are."""
    rows = await db.fetch(
        f"""select {_COLUMNS}, count(*) over () as found {_FROM} where i.owner = $1 and i.number is not null
            order by i.number desc limit $2 offset $3""",
        owner,
        None if whole else PAGE,
        0 if whole else (page - 1) * PAGE,
    )
    return rows, rows[0]["found"] if rows else 0


@dataclass(frozen=True, slots=True)
class One:
    """An issued invoice, and its credit notes in the order of their numbers."""

    row: Any
    credit_notes: list[Any]


async def one(invoice: UUID) -> One:
    """Return an issued invoice of the scope. Raises NotFound."""
    row = await db.fetchrow(f"select {_COLUMNS} {_FROM} where i.id = $1 and i.number is not null", invoice)
    if row is None:
        raise NotFound
    notes = await db.fetch("select * from credit_note where invoice_id = $1 order by number", invoice)
    return One(row, list(notes))


async def owed(owner: str) -> Money:
    """Return what an owner's open invoices ask for together."""
    sql = f"select coalesce(sum(left_amount), 0)::bigint from (select {_COLUMNS} {_FROM} where i.owner = $1 and i.status = 'open') i"
    return yen(await db.fetchval(sql, owner))


@dataclass(frozen=True, slots=True)
class Aged:
    """What one company owes, by age in the order of AGES, and in all."""

    owner: str
    invoices: int
    parts: list[Money]
    total: Money


async def ageing() -> list[Aged]:
    """Return what each company owes by age, the largest debt first. Operator's scope."""
    today = await clock.today()
    rows = await db.fetch(
        f"select i.owner, i.due_on, left_amount from (select {_COLUMNS} {_FROM} where i.status = 'open') i"
    )
    by_owner: dict[str, list[Any]] = {}
    for row in rows:
        by_owner.setdefault(row["owner"], []).append(row)
    found = [_aged(owner, owed, today) for owner, owed in by_owner.items()]
    return sorted(found, key=lambda aged: (-aged.total.amount, aged.owner))


def _aged(owner: str, rows: Sequence[Any], today: date) -> Aged:
    parts = [
        yen(sum(row["left_amount"] for row in rows if first <= (today - row["due_on"]).days <= last))
        for _, first, last in AGES
    ]
    return Aged(owner, len(rows), parts, Money.total(parts))


async def outstanding(
    *, owner: str = "", age: str = "", whole: bool = False, page: int = 1
) -> tuple[list[Any], int]:
    """Return open invoices, the longest late first: all, of one owner, of one age; and how many. Operator's scope."""
    first, last = next(((first, last) for name, first, last in AGES if name == age), (-100_000, 100_000))
    rows = await db.fetch(
        f"""select {_COLUMNS}, count(*) over () as found {_FROM}
            where i.status = 'open' and ($1 = '' or i.owner = $1) and business_today() - i.due_on between $2 and $3
            order by i.due_on, i.number limit $4 offset $5""",
        owner,
        first,
        last,
        None if whole else PAGE,
        0 if whole else (page - 1) * PAGE,
    )
    return rows, rows[0]["found"] if rows else 0
