"""Read payment statements: a month of a company, one with its lines, an alumnus's own. Each sees what its scope sees."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class Month:
    """A company's statements of a month together."""

    month: date
    statements: int
    unsent: int
    open: int
    disputed: int
    agreed: int
    net: int
    withheld: int


_MONTHS = """
select month, count(*) as statements, count(*) filter (where status = 'made') as unsent,
  count(*) filter (where status = 'sent') as open, count(*) filter (where status = 'disputed') as disputed,
  count(*) filter (where status in ('confirmed', 'deemed', 'settled')) as agreed,
  sum(net_amount)::bigint as net, sum(withheld_amount)::bigint as withheld
from statement where payer = $1 and status <> 'void' group by month order by month desc limit 120
"""


async def months_of(company: str) -> list[Month]:
    """Return the months of a company that have statements, the newest first."""
    return [Month(**dict(row)) for row in await db.fetch(_MONTHS, f"company:{company}")]


async def of_month(
    company: str, month: date, *, status: str = "", page: int = 1, whole: bool = False
) -> tuple[list[Any], int]:
    """Return one page of a company's statements of a month by number, or the `whole` of the living, and how many there are."""
    rows = await db.fetch(
        """select *, count(*) over () as found from statement where payer = $1 and month = $2 and ($3 = '' or status = $3)
             and not (status = 'void' and $6) order by number limit $4 offset $5""",
        f"company:{company}", month, status, None if whole else PAGE, (page - 1) * PAGE, whole,
    )  # fmt: skip
    return rows, rows[0]["found"] if rows else 0


async def of_person(person: str, *, page: int = 1) -> tuple[list[Any], int]:
    """Return one page of the statements that were sent to a person, the newest first, and how many there are."""
    rows = await db.fetch(
        """select *, count(*) over () as found from statement where owner = $1 and sent_at is not null
           order by month desc, id desc limit $2 offset $3""",
        f"person:{person}", PAGE, (page - 1) * PAGE,
    )  # fmt: skip
    return rows, rows[0]["found"] if rows else 0


@dataclass(frozen=True, slots=True)
class One:
    """A statement with its lines, and those that it replaces or is replaced by."""

    row: Any
    lines: list[Any]
    chain: list[Any]


async def one(statement: UUID) -> One:
    """Return a statement that the scope may see. Raises NotFound."""
    row = await db.fetchrow("select * from statement where id = $1", statement)
    if row is None:
        raise NotFound
    return One(row, await lines_of([statement]), await chain(statement))


_CHAIN = """
with recursive chain (id, made_by, voided_by) as (
  select id, made_by, voided_by from statement where id = $1
  union
  select s.id, s.made_by, s.voided_by from statement s join chain c on s.made_by = c.voided_by or s.voided_by = c.made_by
)
select s.id, s.number, s.status, s.issued_on, s.sent_at, s.net_amount, s.voided_by, s.made_by, x.reason, x.by_name, x.made_at as voided_at
from chain c join statement s on s.id = c.id left join statement_correction x on x.id = s.voided_by order by s.number
"""


async def chain(statement: UUID) -> list[Any]:
    """Return a statement with those that it replaces and is replaced by, by number: one row when it was never corrected."""
    return await db.fetch(_CHAIN, statement)


async def lines_of(statements: list[UUID]) -> list[Any]:
    """Return the lines of statements, in their order."""
    return await db.fetch(
        """select l.*, s.number from statement_line l join statement s on s.id = l.statement_id
           where l.statement_id = any($1::uuid[]) order by s.number, l.position""",
        statements,
    )


@dataclass(frozen=True, slots=True)
class Tie:
    """A month's statements against what the payments know: what was owed for its approvals, and what is in no statement."""

    items: int
    owed: int
    stated: int
    unstated: int

    @property
    def holds(self) -> bool:
        """Everything that was approved is stated, to the yen."""
        return not self.unstated and self.owed == self.stated


_TIE = """
with item as (
  select i.id, i.base_amount + i.tax_amount - i.netted_amount as owed from payable_item i
  where i.payer = $1 and i.created_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
    and i.created_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo'
)
select count(*) as items, coalesce(sum(item.owed), 0)::bigint as owed,
  coalesce(sum(l.base_amount + l.tax_amount - l.netted_amount), 0)::bigint as stated,
  count(*) filter (where l.item_id is null) as unstated
from item left join statement_line l on l.item_id = item.id and l.kind <> 'correction' and not l.void
"""


async def tie(company: str, month: date) -> Tie:
    """Compare a month's statements with its approvals, before withholding (which is corrected on the way)."""
    row = await db.fetchrow(_TIE, f"company:{company}", month)
    assert row is not None
    return Tie(**dict(row))
