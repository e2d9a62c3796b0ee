"""The legs of a month's platform fees: agreed in the contracts, invoiced, and taken from what the company has prepaid."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Message
from marketplace.funds.leg_rows import Leg, Row, said
from payouts.statements.platform_sheet import numbered

# A company sees its own accounts: what left its reserve at an approval less what the alumnus is owed for it is the fee.
_LEGS = """
select p.id, p.number, p.month, p.borne_by, p.fee_amount + p.tax_amount as invoiced,
  p.tax_amount - p.contract_tax_amount as rounding, line.agreed, line.taken + coalesce(rounded.amount, 0)::bigint as taken
from platform_invoice p
cross join lateral (
  select coalesce(sum((l ->> 'fee')::bigint + (l ->> 'tax')::bigint), 0)::bigint as agreed,
    coalesce(sum(book.amount - item.owed), 0)::bigint as taken
  from jsonb_array_elements(p.lines) l
  cross join lateral (
    select coalesce(sum(e.amount), 0)::bigint as amount from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
    where t.key = l ->> 'key' and e.owner = p.owner
  ) book
  cross join lateral (
    select coalesce(sum(i.base_amount + i.tax_amount - i.withheld_amount), 0)::bigint as owed from payable_item i
    where i.reference = l ->> 'reference' and i.part = substring(l ->> 'key' from '[^:]+$')
  ) item
) line
left join lateral (
  select sum(e.amount) as amount from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
  where t.key = 'platform_invoice:' || split_part(p.owner, ':', 2) || ':' || to_char(p.month, 'YYYY-MM') and e.owner = p.owner
) rounded on true
where p.id = any($1::uuid[])
"""


async def rows(invoices: Sequence[UUID], _today: date) -> dict[UUID, Row]:
    """Return months of platform fees that the scope sees, by their invoices, with their legs."""
    return {row["id"]: _row(row) for row in await db.fetch(_LEGS, list(invoices))}


def _row(row: Any) -> Row:
    number = str(row["id"])
    owed = _owed(row)
    return Row(
        kind="fee", id=number, title=numbered(row["number"]), who="", on=row["month"], status="",
        legs=(
            Leg(row["agreed"]), Leg(row["invoiced"], row["invoiced"] == row["agreed"] + row["rounding"], "platform", number),
            Leg(row["taken"], row["taken"] == owed), Leg(None), Leg(None),
        ),
        differences=tuple(differences(row, owed)),
    )  # fmt: skip


def _owed(row: Any) -> int:
    """Return what the company bears of an invoice: the operator bears a rounding that found no balance."""
    bearer_is_operator = row["borne_by"] == "operator"
    return int(row["invoiced"] - (row["rounding"] if bearer_is_operator else 0))


def differences(row: Any, owed: int) -> Iterator[Message]:
    """Name where the contracts, the invoice and what was taken do not agree."""
    if row["invoiced"] != row["agreed"] + row["rounding"]:
        yield said(
            N_("%(here)s is invoiced for %(agreed)s that is agreed."),
            here=row["invoiced"],
            agreed=row["agreed"],
        )
    if row["taken"] != owed:
        yield said(
            N_("%(here)s was taken from your money for %(asked)s that the invoice asks for."), here=row["taken"], asked=owed
        )  # fmt: skip
