"""The five legs of contracts: agreed, approved, set aside, sent, arrived."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Message
from marketplace.funds.leg_rows import ITEMS, Leg, Row, late, said, sent

APPROVED = frozenset({"approved", "paid", "resolved"})

# What a company may see of the ledger are its own accounts.
COLUMNS = f"""
select c.id, c.title, c.status, c.concluded_at, coalesce(s.name, '') as alumnus,
  c.price_amount + c.tax_amount - c.withheld_amount + c.fee_amount + c.fee_tax_amount as agreed,
  c.fee_amount + c.fee_tax_amount as fee,
  coalesce(book.reserved, 0)::bigint as reserved, coalesce(book.approved, 0)::bigint as approved,
  coalesce(book.left_over, 0)::bigint as left_over, item.*
from contract c
left join membership s on s.company_id = c.company_id and s.person_id = c.person_id
left join lateral (
  select sum(-e.amount) filter (where t.kind = 'conclude') as reserved,
    sum(e.amount) filter (where t.kind = 'approve') as approved, sum(-e.amount) as left_over
  from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
  where a.name = 'company:' || c.company_id || ':reserved:' || c.id
) book on true
cross join lateral ({ITEMS} 'contract:' || c.id) item
"""
"""Contracts `c` with their legs; what follows says which and in which order."""
_LEGS = f"{COLUMNS} where c.id = any($1::uuid[])"
_OF_MONTH = f"""{COLUMNS}
where c.company_id = $1 and c.approved_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
  and c.approved_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo'
"""


async def rows(contracts: Sequence[UUID], today: date) -> dict[UUID, Row]:
    """Return contracts that the scope sees with their legs."""
    return {row["id"]: _row(row, today) for row in await db.fetch(_LEGS, list(contracts))}


async def differing(company: UUID, month: date, today: date) -> int:
    """Return how many contracts that were approved in a month have legs that do not agree. In the operator's scope."""
    return sum(1 for row in await db.fetch(_OF_MONTH, company, month) if any(differences(row, today)))


def _row(row: Any, today: date) -> Row:
    number = str(row["id"])
    return Row(
        kind="contract", id=number, title=row["title"], who=row["alumnus"], on=day_of(row["concluded_at"]), status=row["status"],
        legs=(
            Leg(row["agreed"], agrees=False, proof="terms", number=number),
            Leg(row["approved"], row["approved"] == row["agreed"], "contract", number),
            Leg(row["reserved"], row["reserved"] == row["agreed"]),
            *sent(row),
        ),
        differences=tuple(differences(row, today)), traces=row["traces"],
    )  # fmt: skip


def differences(row: Any, today: date) -> Iterator[Message]:
    """Name each place where two neighbouring legs do not agree."""
    if row["reserved"] != row["agreed"]:
        yield said(
            N_("%(here)s was set aside for %(agreed)s that is agreed."),
            here=row["reserved"],
            agreed=row["agreed"],
        )
    if row["status"] in APPROVED and row["left_over"]:
        yield said(N_("%(here)s is still set aside, though the work is approved."), here=row["left_over"])
    if row["approved"] == row["agreed"] and row["approved"] - row["owed"] != row["fee"]:
        yield said(
            N_("%(here)s is owed to the alumnus, which is not what is approved less the fee."),
            here=row["owed"],
        )
    yield from late(row, today)
