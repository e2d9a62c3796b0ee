"""Read the books: the proof that they balance, their accounts and postings, and one account as a bank book.

Every query runs in the caller's transaction and sees what its scope may see.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money, yen
from payouts import chart, journal
from payouts.chart import CLIENT_MONEY, SAFEGUARDED, Kind, Safeguarding

PAGE = 50
DEBIT_KINDS = (Kind.ASSET, Kind.EXPENSE, Kind.SUSPENSE)
"""The left side of the books; everything else stands on the right."""


@dataclass(frozen=True, slots=True)
class Line:
    """All accounts of one purpose together; `total` is signed as in the books."""

    purpose: str
    kind: str
    accounts: int
    total: Money


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that the books hold: two sides, every posting at zero, no cached balance adrift, client money covered."""

    left: list[Line]
    right: list[Line]
    debits: Money
    credits: Money
    transfers: int
    unbalanced: int
    accounts: int
    drifts: list[journal.Drift]
    safeguarding: Safeguarding
    checked_at: datetime

    @property
    def difference(self) -> Money:
        """What the two sides lack to zero."""
        return self.debits + self.credits

    @property
    def holds(self) -> bool:
        """True when the books balance, posting by posting and account by account."""
        return not self.difference and not self.unbalanced and not self.drifts


_LINES = """
select purpose, kind, count(*) filter (where balance <> 0) as accounts, sum(balance)::bigint as total
from ledger_account group by purpose, kind order by purpose
"""
_UNBALANCED = """
select count(*) from (select from ledger_entry group by transfer_id having sum(amount) <> 0 or count(*) < 2) bad
"""


async def prove() -> Proof:
    """Add everything up anew. Needs the operator's scope."""
    rows = await db.fetch(_LINES)
    lines = [Line(row["purpose"], row["kind"], row["accounts"], yen(row["total"])) for row in rows]
    left = [line for line in lines if line.kind in DEBIT_KINDS]
    right = [line for line in lines if line.kind not in DEBIT_KINDS]
    return Proof(
        left=left,
        right=right,
        debits=_sum(left),
        credits=_sum(right),
        transfers=await db.fetchval("select count(*) from ledger_transfer"),
        unbalanced=await db.fetchval(_UNBALANCED),
        accounts=await db.fetchval("select count(*) from ledger_account"),
        drifts=await journal.recompute(),
        safeguarding=_safeguarding(lines),
        checked_at=await db.fetchval("select business_now()"),
    )


def _sum(lines: list[Line]) -> Money:
    return Money.total([line.total for line in lines], "JPY")


def _safeguarding(lines: list[Line]) -> Safeguarding:
    owed = _sum([line for line in lines if line.purpose in CLIENT_MONEY])
    return Safeguarding(-owed, _sum([line for line in lines if line.purpose in SAFEGUARDED]))


_ACCOUNTS = """
select id, name, kind, purpose, owner, balance, version, count(*) over () as found
from ledger_account
where ($1 = '' or purpose = $1) and ($2 = '' or owner = $2) and ($3 or balance <> 0)
order by purpose, abs(balance) desc, name limit $4 offset $5
"""


async def accounts(
    *, purpose: str = "", owner: str = "", empty: bool = False, page: int = 1
) -> tuple[list[Any], int]:
    """Return one page of accounts, the largest first, and how many there are; `empty` shows those at zero too."""
    rows = await db.fetch(_ACCOUNTS, purpose, owner, empty, PAGE, (page - 1) * PAGE)
    return rows, rows[0]["found"] if rows else 0


_ENTRIES = """
select e.amount, e.balance_after, t.id, t.key, t.kind, t.reference, t.happened_at, t.recorded_at
from ledger_entry e join ledger_transfer t on t.id = e.transfer_id
where e.account_id = $1 order by e.account_version desc limit $2 offset $3
"""


async def account(number: int, *, page: int = 1) -> tuple[Any, list[Any]]:
    """Return an account and one page of its entries, the newest first. Raises NotFound."""
    row = await db.fetchrow("select * from ledger_account where id = $1", number)
    if row is None:
        raise NotFound
    return row, await db.fetch(_ENTRIES, number, PAGE, (page - 1) * PAGE)


_TRANSFER_ENTRIES = """
select a.id, a.name, a.kind, a.purpose, a.owner, e.amount, e.balance_after, e.account_version
from ledger_entry e join ledger_account a on a.id = e.account_id
where e.transfer_id = $1 order by e.amount desc, a.name
"""


async def transfer(number: UUID) -> tuple[Any, list[Any]]:
    """Return a posting and its entries: together they are zero. Raises NotFound."""
    row = await db.fetchrow("select * from ledger_transfer where id = $1", number)
    if row is None:
        raise NotFound
    return row, await db.fetch(_TRANSFER_ENTRIES, number)


_TRANSFERS = """
select t.id, t.key, t.kind, t.reference, t.happened_at, t.recorded_at, count(*) over () as found,
  (select coalesce(sum(e.amount), 0)::bigint from ledger_entry e where e.transfer_id = t.id and e.amount > 0) as moved
from ledger_transfer t
where ($1 = '' or t.reference = $1) and ($2 = '' or t.kind = $2)
order by t.id desc limit $3 offset $4
"""


async def transfers(*, reference: str = "", kind: str = "", page: int = 1) -> tuple[list[Any], int]:
    """Return one page of postings, the newest first, and how many there are."""
    rows = await db.fetch(_TRANSFERS, reference, kind, PAGE, (page - 1) * PAGE)
    return rows, rows[0]["found"] if rows else 0


@dataclass(frozen=True, slots=True)
class BookLine:
    """One movement of a liability as its owner sees it: plus is more for the owner."""

    transfer: UUID
    kind: str
    key: str
    reference: str
    happened_at: datetime
    change: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class BankBook:
    """A stretch of an account: what was there, each movement, what is there; dates are Japanese days, `end` is excluded."""

    opening: Money
    lines: list[BookLine]
    closing: Money
    gained: Money
    spent: Money
    found: int


_OPENING = """
select coalesce(sum(-e.amount), 0)::bigint from ledger_entry e join ledger_account a on a.id = e.account_id
join ledger_transfer t on t.id = e.transfer_id where a.name = $1 and t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
"""
_MOVEMENTS = """
with moved as (
  select t.id, t.kind, t.key, t.reference, t.happened_at, -e.amount as change, e.account_version
  from ledger_entry e join ledger_account a on a.id = e.account_id join ledger_transfer t on t.id = e.transfer_id
  where a.name = $1 and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
    and t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo'
)
select *, sum(change) over (order by happened_at, account_version)::bigint as run, count(*) over () as found,
  (sum(change) filter (where change > 0) over ())::bigint as gained, (sum(change) filter (where change < 0) over ())::bigint as spent
from moved order by happened_at, account_version limit $4 offset $5
"""


async def bank_book(
    of: chart.Account, begin: date, end: date, *, page: int = 1, size: int | None = PAGE
) -> BankBook:
    """Return a liability account between two Japanese days as a bank book; `size` None gives every line."""
    opening = yen(await db.fetchval(_OPENING, of.name, begin))
    offset = (page - 1) * (size or 0)
    rows = await db.fetch(_MOVEMENTS, of.name, begin, end, size, offset)
    lines = [
        BookLine(
            row["id"], row["kind"], row["key"], row["reference"], row["happened_at"],
            yen(row["change"]), opening + yen(row["run"]),
        )
        for row in rows
    ]  # fmt: skip
    gained = yen(rows[0]["gained"] or 0) if rows else yen(0)
    spent = yen(rows[0]["spent"] or 0) if rows else yen(0)
    closing = yen(await db.fetchval(_OPENING, of.name, end))
    return BankBook(opening, lines, closing, gained, spent, rows[0]["found"] if rows else 0)


async def held_by_purpose(owner: str) -> dict[str, Money]:
    """Return what an owner's liabilities hold, by purpose: balance, reserved, payable, in_transit …"""
    rows = await db.fetch(
        "select purpose, sum(-balance)::bigint as held from ledger_account where owner = $1 and kind = 'liability' group by purpose",
        owner,
    )
    return {row["purpose"]: yen(row["held"]) for row in rows}


async def balances_of(accounts: list[chart.Account]) -> dict[str, Money]:
    """Return what these liability accounts hold, by name; one without postings is left out."""
    names = [account.name for account in accounts]
    rows = await db.fetch(
        "select name, -balance as held from ledger_account where name = any($1::text[])", names
    )
    return {row["name"]: yen(row["held"]) for row in rows}


_ARRIVALS = """
select date_trunc('month', t.happened_at at time zone 'Asia/Tokyo')::date as month, sum(e.amount)::bigint as amount
from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
where a.owner = $1 and a.purpose in ('in_transit', 'payable') and t.kind in ('paid', 'returned')
  and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
group by 1 order by 1
"""


async def arrivals(owner: str, since: date) -> dict[date, Money]:
    """Return what reached a person's bank, less what came back, by the first day of its Japanese month."""
    return {row["month"]: yen(row["amount"]) for row in await db.fetch(_ARRIVALS, owner, since)}


_CLIENT_DAYS = """
with days as (
  select d::date as day from generate_series(business_today() - $1::int, business_today(), interval '1 day') d
), moved as (
  select (t.happened_at at time zone 'Asia/Tokyo')::date as day, sum(-e.amount) as change
  from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
  where a.purpose = any($2::text[]) and t.happened_at >= (business_today() - $1::int)::timestamp at time zone 'Asia/Tokyo'
  group by 1
), total as (select coalesce(sum(-balance), 0) as held from ledger_account where purpose = any($2::text[]))
select days.day, (total.held - coalesce(sum(later.change), 0))::bigint as held
from days cross join total left join moved later on later.day > days.day
group by days.day, total.held order by days.day
"""


async def client_money_by_day(days: int = 30) -> dict[date, Money]:
    """Return the client money at the end of each of the last Japanese days. Needs the operator's scope."""
    rows = await db.fetch(_CLIENT_DAYS, days, [str(purpose) for purpose in CLIENT_MONEY])
    return {row["day"]: yen(row["held"]) for row in rows}
