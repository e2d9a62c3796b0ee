"""The five legs of a company's contracts: agreed, approved, set aside, sent, arrived; and what does not agree by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Message
from marketplace.core.money import yen

READS = ("owner", "finance", "auditor")
PAGE = 50
APPROVED = frozenset({"approved", "paid", "resolved"})

# What a company may see of the ledger are its own accounts; of payouts those that hold one of its items.
COLUMNS = """
select c.id, c.title, c.status, c.concluded_at, c.approved_at, s.name as alumnus,
  c.price_amount + c.tax_amount - c.withheld_amount + c.fee_amount + c.fee_tax_amount as agreed,
  c.fee_amount + c.fee_tax_amount as fee,
  coalesce(book.reserved, 0)::bigint as reserved, coalesce(book.approved, 0)::bigint as approved,
  coalesce(book.left_over, 0)::bigint as left_over,
  coalesce(item.owed, 0)::bigint as owed, coalesce(item.net, 0)::bigint as net, item.due_on,
  coalesce(item.sent, 0)::bigint as sent, coalesce(item.arrived, 0)::bigint as arrived,
  coalesce(item.traced, 0)::bigint as traced, coalesce(item.traces, '') as traces, coalesce(item.payouts, '{}') as payouts,
  count(*) over () as found
from contract c
left join membership s on s.company_id = c.company_id and s.person_id = c.person_id
left join lateral (
  select sum(-e.amount) filter (where t.kind = 'conclude') as reserved,
    sum(e.amount) filter (where t.kind = 'approve') as approved, sum(-e.amount) as left_over
  from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
  where a.name = 'company:' || c.company_id || ':reserved:' || c.id
) book on true
left join lateral (
  select sum(i.net_amount + i.adjusted_amount + i.netted_amount) as owed, sum(i.net_amount) as net, min(i.due_on) as due_on,
    sum(i.net_amount) filter (where (p.transferred or p.rail = 'zengin') and p.status in ('in_transit', 'paid', 'settled')) as sent,
    sum(i.net_amount) filter (where p.status in ('paid', 'settled')) as arrived,
    sum(i.net_amount) filter (where p.status in ('paid', 'settled') and p.trace_id <> '') as traced,
    string_agg(distinct nullif(p.trace_id, ''), ' ') as traces,
    array_agg(distinct p.id::text) filter (where p.id is not null) as payouts
  from payable_item i left join payout p on p.id = i.payout_id where i.reference = 'contract:' || c.id
) item on true
"""
"""Contracts `c` with their legs; what follows says which and in which order."""
_LEGS = f"""{COLUMNS}
where c.company_id = $1 and ($2 = '' or c.status = $2)
  and ($5::date is null or (c.approved_at >= $5::date::timestamp at time zone 'Asia/Tokyo'
    and c.approved_at < ($5::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo'))
order by c.id desc limit $3 offset $4
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One contract with its legs in yen and what does not agree."""

    legs: Any
    differences: list[Message]

    @property
    def whole(self) -> bool:
        """True when the money has come all the way, and everything agrees."""
        return not self.differences and bool(self.legs["net"]) and self.legs["traced"] == self.legs["net"]


async def legs(*, status: str = "", page: int = 1, by: Actor) -> tuple[list[Row], int]:
    """Return one page of the company's contracts with their legs, the newest first, and how many there are."""
    by.must_have(*READS)
    return await _read(by, status, PAGE, (page - 1) * PAGE)


async def every_leg(*, status: str = "", by: Actor) -> list[Row]:
    """Return all of them for a file; that it was taken is audited."""
    by.must_have(*READS)
    rows, found = await _read(by, status, None, 0)
    async with db.transaction(**by.scope):
        await record("legs.exported", "reconciliation:legs", by=by, company=by.company, rows=found)
    return rows


async def differing(company: UUID, month: date) -> int:
    """Return how many contracts that were approved in a month have legs that do not agree. In the operator's scope."""
    rows = await db.fetch(_LEGS, company, "", None, 0, month)
    today = await clock.today()
    return sum(1 for row in rows if any(differences(row, today)))


async def _read(by: Actor, status: str, size: int | None, offset: int) -> tuple[list[Row], int]:
    async with db.transaction(**by.scope):
        rows = await db.fetch(_LEGS, by.company, status, size, offset, None)
        today = await clock.today()
    return [Row(row, list(differences(row, today))) for row in rows], rows[0]["found"] if rows else 0


def differences(row: Any, today: date) -> Iterator[Message]:
    """Name each place where two neighbouring legs do not agree."""
    if row["reserved"] != row["agreed"]:
        yield _said(N_("%(here)s was set aside for %(agreed)s that is agreed."), row, here="reserved")
    if row["status"] in APPROVED and row["left_over"]:
        yield _said(N_("%(here)s is still set aside, though the work is approved."), row, here="left_over")
    if row["approved"] == row["agreed"] and row["approved"] - row["owed"] != row["fee"]:
        yield _said(
            N_("%(here)s is owed to the alumnus, which is not what is approved less the fee."),
            row,
            here="owed",
        )
    if row["due_on"] and row["due_on"] < today and row["arrived"] != row["net"]:
        yield _said(N_("%(here)s of %(net)s has arrived, though it was due."), row, here="arrived")
    if row["traced"] != row["arrived"]:
        yield _said(N_("The bank's trace of the payment is not known yet."), row)


def _said(text: str, row: Any, here: str = "") -> Message:
    known = {"agreed": yen(row["agreed"]), "net": yen(row["net"])}
    return Message(text, known | ({"here": yen(row[here])} if here else {}))
