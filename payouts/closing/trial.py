"""The trial balance of a month: every account's opening, both sides of the month, and closing; and that it sums to zero.

A closed month's never changes: nothing can be dated into it or before it. Needs the operator's scope.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.money import Money, yen
from payouts.statements import months

_LINES = """
select a.name, a.kind, a.purpose, a.owner, a.currency,
  coalesce(sum(e.amount) filter (where t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'), 0)::bigint as opening,
  coalesce(sum(e.amount) filter (where e.amount > 0 and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'), 0)::bigint as debit,
  coalesce(-sum(e.amount) filter (where e.amount < 0 and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'), 0)::bigint as credit,
  sum(e.amount)::bigint as closing
from ledger_entry e join ledger_transfer t on t.id = e.transfer_id join ledger_account a on a.id = e.account_id
where t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo' and ($1 = '' or a.owner = $1)
group by a.id order by a.purpose, a.name
"""


async def lines(owner: str, month: date) -> list[Any]:
    """Return each account's line: `name kind purpose owner currency opening debit credit closing`, signed as in the books.

    For a company (`company:<id>`) its own accounts.
    """
    return await db.fetch(_LINES, owner, month, months.after(month))


@dataclass(frozen=True, slots=True)
class Sums:
    """A month's books in numbers; `unbalanced` counts postings whose sides differ, `suspense` is what waits in it."""

    accounts: int
    postings: int
    debit: Money
    credit: Money
    closing: Money
    unbalanced: int
    suspense: Money
    in_transit: Money
    in_transit_accounts: int

    @property
    def holds(self) -> bool:
        """Every posting of the month balances, and the whole ledger sums to zero at its end."""
        return not self.closing and not self.unbalanced and self.debit == self.credit


_LEDGER = """
with entry as (
  select e.transfer_id, e.account_id, e.amount, t.happened_at >= $1::date::timestamp at time zone 'Asia/Tokyo' as within
  from ledger_entry e join ledger_transfer t on t.id = e.transfer_id
  where t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
), account as (
  select a.id, a.purpose, sum(x.amount) as closing from entry x join ledger_account a on a.id = x.account_id group by a.id
), posting as (
  select sum(amount) as total, count(*) as entries, sum(amount) filter (where amount > 0) as debit,
    -sum(amount) filter (where amount < 0) as credit
  from entry where within group by transfer_id
)
select (select count(*) from account where closing <> 0) as accounts, (select count(*) from posting) as postings,
  (select coalesce(sum(debit), 0) from posting)::bigint as debit, (select coalesce(sum(credit), 0) from posting)::bigint as credit,
  (select coalesce(sum(closing), 0) from account)::bigint as closing,
  (select count(*) from posting where total <> 0 or entries < 2) as unbalanced,
  (select coalesce(sum(closing), 0) from account where purpose = 'suspense')::bigint as suspense,
  (select coalesce(-sum(closing), 0) from account where purpose = 'in_transit')::bigint as in_transit,
  (select count(*) from account where purpose = 'in_transit' and closing <> 0) as in_transit_accounts
"""


async def sums(month: date) -> Sums:
    """Add the ledger up to the end of a month."""
    row = await db.fetchrow(_LEDGER, month, months.after(month))
    assert row is not None
    return Sums(
        row["accounts"], row["postings"], yen(row["debit"]), yen(row["credit"]), yen(row["closing"]), row["unbalanced"],
        yen(row["suspense"]), yen(row["in_transit"]), row["in_transit_accounts"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Journal:
    """A company's postings of a month: both sides, counterparts included, and its accounts against their entries."""

    postings: int
    debit: Money
    credit: Money
    unbalanced: int
    adrift: int

    @property
    def holds(self) -> bool:
        """Debits are credits, posting by posting, and no account differs from its entries."""
        return self.debit == self.credit and not self.unbalanced and not self.adrift


_JOURNAL = """
with own as (
  select distinct e.transfer_id from ledger_entry e join ledger_transfer t on t.id = e.transfer_id
  where e.owner = $1 and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
    and t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo'
), posting as (
  select sum(e.amount) as total, count(*) as entries, sum(e.amount) filter (where e.amount > 0) as debit,
    -sum(e.amount) filter (where e.amount < 0) as credit
  from own join ledger_entry e on e.transfer_id = own.transfer_id group by own.transfer_id
)
select count(*) as postings, coalesce(sum(debit), 0)::bigint as debit, coalesce(sum(credit), 0)::bigint as credit,
  count(*) filter (where total <> 0 or entries < 2) as unbalanced,
  (select count(*) from (select from ledger_account a left join ledger_entry e on e.account_id = a.id where a.owner = $1
     group by a.id having a.balance <> coalesce(sum(e.amount), 0)) drift) as adrift
from posting
"""


async def journal(owner: str, month: date) -> Journal:
    """Add up a company's journal of a month."""
    row = await db.fetchrow(_JOURNAL, owner, month, months.after(month))
    assert row is not None
    return Journal(row["postings"], yen(row["debit"]), yen(row["credit"]), row["unbalanced"], row["adrift"])
