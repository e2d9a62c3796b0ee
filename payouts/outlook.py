"""Read what the money is going to do and has done: what falls due by day, what months have cost and earned.

Needs the operator's scope: the caller has shown whose figures it reads. Amounts are whole yen; days are Japan's.
"""

from datetime import date
from typing import Any

from marketplace.core import db
from payouts.billing.records import OFF

_DUE = """
with open as (
  select i.* from payable_item i where i.payout_id is null
  union all
  select i.* from payout p join payable_item i on i.payout_id = p.id where p.status not in ('paid', 'settled')
)
select due_on, sum(net_amount)::bigint as amount, sum(withheld_amount + adjusted_amount)::bigint as withheld
from open where $1 = '' or payer = $1 group by due_on order by due_on
"""
_INVOICED = f"""
select i.due_on, sum(i.total_amount - c.fee_amount - c.tax_amount - c.bounty_amount)::bigint as amount
from invoice i {OFF} where i.status = 'open' and i.owner = $1 group by i.due_on order by i.due_on
"""
_SPENT = """
select date_trunc('month', t.happened_at at time zone 'Asia/Tokyo')::date as month,
  -coalesce(sum(e.amount) filter (where a.purpose in ('payable', 'awaiting', 'unvested')), 0)::bigint as people,
  -coalesce(sum(e.amount) filter (where a.purpose in ('revenue', 'tax')), 0)::bigint as fees
from (select distinct transfer_id from ledger_entry where owner = $1) own
join ledger_transfer t on t.id = own.transfer_id and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
group by 1 order by 1
"""
_EARNED = """
select date_trunc('month', t.happened_at at time zone 'Asia/Tokyo')::date as month,
  -coalesce(sum(e.amount) filter (where a.name = 'revenue:platform_fee'), 0)::bigint as platform,
  -coalesce(sum(e.amount) filter (where a.name = 'revenue:success_fee'), 0)::bigint as success
from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
where a.purpose = 'revenue' and t.happened_at >= $1::date::timestamp at time zone 'Asia/Tokyo'
group by 1 order by 1
"""


async def due(payer: str = "") -> list[Any]:
    """Return what is owed to people and not in their banks, by due date: amount, and what is withheld on top."""
    return await db.fetch(_DUE, payer)


async def invoiced(owner: str) -> list[Any]:
    """Return what an owner's open invoices still ask for, by due date."""
    return await db.fetch(_INVOICED, owner)


async def spent(owner: str, since: date) -> list[Any]:
    """Return what an owner's money became by month: owed to people, and the operator's fees with their tax.

    It is read from the other side of the owner's postings; corrections count in the month in which they were made.
    """
    return await db.fetch(_SPENT, owner, since)


async def earned(since: date) -> list[Any]:
    """Return the operator's fees by month, without tax and less what was credited."""
    return await db.fetch(_EARNED, since)
