"""Read bank transfer files: the list, and one with its transfers and what was told of it. Operator's scope."""

from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound

PAGE = 50

_LIST = """
select f.id, f.number, f.status, f.pay_on, f.row_count, f.amount, f.made_by, f.made_at, f.checked_by, f.downloaded_at,
  (select count(*) from transfer_row r where r.file_id = f.id and r.status = 'sent') as untold,
  (select count(*) from transfer_row r where r.file_id = f.id and r.status in ('failed', 'returned')) as back,
  count(*) over () as found
from transfer_file f order by f.number desc limit $1 offset $2
"""
_ROWS = """
select r.*, p.due_on, p.hold_reason, a.bank_name, a.branch_name, a.kind, a.last_digits, count(*) over () as found
from transfer_row r join payout p on p.id = r.payout_id join bank_account a on a.id = r.account_id
where r.file_id = $1 order by r.position limit $2 offset $3
"""


async def listed(*, page: int) -> tuple[list[Any], int]:
    """Return one page of files, the newest first, and how many there are."""
    rows = await db.fetch(_LIST, PAGE, (page - 1) * PAGE)
    return list(rows), rows[0]["found"] if rows else 0


async def one(file: UUID) -> Any:
    """Return a file with the counts and sums of its transfers by state, without its bytes. Raises NotFound."""
    row = await db.fetchrow(
        """select f.id, f.number, f.status, f.pay_on, f.row_count, f.amount, f.currency, f.sha256, f.made_ref, f.made_by,
             f.made_at, f.checked_by, f.checked_at, f.downloaded_by, f.downloaded_at, f.ended_by, f.ended_at,
             coalesce((select min(p.due_on) from transfer_row r join payout p on p.id = r.payout_id where r.file_id = f.id), f.pay_on) as due_on
           from transfer_file f where f.id = $1""",
        file,
    )
    if row is None:
        raise NotFound
    return row


async def sums(file: UUID) -> dict[str, tuple[int, int]]:
    """Return how many transfers of a file are in each state, and their yen."""
    rows = await db.fetch(
        "select status, count(*) as n, sum(amount)::bigint as amount from transfer_row where file_id = $1 group by 1",
        file,
    )
    return {row["status"]: (row["n"], row["amount"]) for row in rows}


async def rows(file: UUID, *, page: int = 1, size: int | None = PAGE) -> tuple[list[Any], int]:
    """Return one page of a file's transfers in their places, or all of them, and how many there are."""
    found = await db.fetch(_ROWS, file, size, (page - 1) * (size or 0))
    return list(found), found[0]["found"] if found else 0


async def told(file: UUID) -> list[Any]:
    """Return what was told of a file, the newest first, with how many of its transfers are still to be applied."""
    return list(
        await db.fetch(
            """select t.*, (select count(*) from jsonb_object_keys(t.told)) as number,
                 (select count(*) from transfer_row r where r.file_id = t.file_id and t.told ? r.position::text
                    and r.status = 'sent') as left_over
               from transfer_result t where t.file_id = $1 order by t.id desc limit 50""",
            file,
        )
    )
