"""Read the state of reconciliation: runs, the legs' counts, the identities, breaks. In the operator's scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money, yen
from payouts import chart, journal
from payouts.reconcile.kinds import AGES

PAGE = 50
LIVE = ("open", "proposed")
ENDED = ("resolved", "closed")


async def last_runs(most: int = 10) -> list[Any]:
    """Return the newest runs."""
    return list(await db.fetch("select * from reconcile_run order by id desc limit $1", most))


async def run(number: UUID) -> Any:
    """Return one run. Raises NotFound."""
    row = await db.fetchrow("select * from reconcile_run where id = $1", number)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Identity:
    """Two sums that must agree, and what of their distance is explained by breaks or by money on its way."""

    left: Money
    right: Money
    explained: Money

    @property
    def rest(self) -> Money:
        """What nothing explains."""
        return self.left - self.right - self.explained

    @property
    def holds(self) -> bool:
        """True when nothing is left unexplained."""
        return not self.rest


@dataclass(frozen=True, slots=True)
class Identities:
    """The living numbers of the operator: what Stripe lists against its balances, those against our books, client money."""

    listed: Identity
    platform: Identity
    connected: Identity
    safeguarding: chart.Safeguarding
    suspense: Money
    looked_at: datetime | None


_SUMS = """
with listed as (
  select account, currency, sum(net_amount) as net from balance_transaction group by 1, 2
), broken as (
  -- What an entry would correct is what keeps the two apart; what was only explained keeps them apart for ever.
  select c.key as name, sum(c.value::bigint) as amount from reconcile_break b, jsonb_each_text(b.corrections) c
  where b.status in ('open', 'proposed') or (b.status = 'resolved' and b.resolution = 'explanation') group by 1
)
select pa.account = '' as is_platform, count(*) as accounts, min(pa.looked_at) as looked_at,
  coalesce(sum(pa.available_amount + pa.pending_amount), 0)::bigint as there,
  coalesce(sum(listed.net), 0)::bigint as listed,
  coalesce(sum(a.balance), 0)::bigint as books,
  coalesce(sum(broken.amount), 0)::bigint as broken,
  coalesce(sum(onway.amount), 0)::bigint as on_its_way
from provider_account pa
left join listed on listed.account = pa.account and listed.currency = pa.currency
left join ledger_account a on a.id = pa.ledger_account
left join broken on broken.name = pa.ledger_name
-- Left the account at the provider and not arrived at the bank: our books move it on arrival.
left join lateral (select sum(p.amount) as amount from payout p where pa.owner <> '' and p.owner = pa.owner
  and p.status in ('in_transit', 'submitting') and p.provider_payout is not null) onway on true
where pa.looked_at is not null
group by 1
"""


async def identities() -> Identities:
    """Add everything up anew."""
    rows = {row["is_platform"]: row for row in await db.fetch(_SUMS)}
    platform, connected = rows.get(True), rows.get(False)
    looked = [row["looked_at"] for row in rows.values() if row["looked_at"]]
    there = sum(row["there"] for row in rows.values())
    listed = sum(row["listed"] for row in rows.values())
    return Identities(
        listed=Identity(yen(listed), yen(there), yen(0)),
        platform=_against_books(platform),
        connected=_against_books(connected),
        safeguarding=chart.safeguarding(await journal.balances()),
        suspense=await journal.balance(chart.stripe_suspense())
        + await journal.balance(chart.bank_suspense()),
        looked_at=min(looked) if looked else None,
    )


def _against_books(row: Any) -> Identity:
    """Return Stripe's balance against the books; breaks and payouts on their way explain a distance."""
    if row is None:
        return Identity(yen(0), yen(0), yen(0))
    return Identity(yen(row["there"]), yen(row["books"]), yen(row["broken"] - row["on_its_way"]))


_ACCOUNTS = """
select pa.account, pa.owner, pa.ledger_name, pa.ledger_account, pa.looked_at, pa.pulled_to,
  pa.available_amount + pa.pending_amount as there, coalesce(a.balance, 0) as books,
  coalesce((select sum(t.net_amount) from balance_transaction t where t.account = pa.account), 0)::bigint as listed,
  (select count(*) from balance_transaction t where t.account = pa.account) as movements,
  (select count(*) from reconcile_break b where b.provider_account = pa.account and b.status in ('open', 'proposed')) as breaks,
  count(*) over () as found
from provider_account pa left join ledger_account a on a.id = pa.ledger_account
where pa.looked_at is not null order by pa.account <> '', breaks desc, pa.account limit $1 offset $2
"""


async def accounts(*, page: int = 1) -> tuple[list[Any], int]:
    """Return one page of the provider's accounts with their sums, the platform first, and how many there are."""
    rows = await db.fetch(_ACCOUNTS, PAGE, (page - 1) * PAGE)
    return list(rows), rows[0]["found"] if rows else 0


_TRANSACTIONS = """
select t.*, m.rule, m.transfer_id, lt.key, b.id as break_id, b.kind as break_kind, b.status as break_status, count(*) over () as found
from balance_transaction t
left join balance_match m on m.transaction_id = t.id and m.part = 'whole'
left join ledger_transfer lt on lt.id = m.transfer_id
left join lateral (select id, kind, status from reconcile_break b where b.subject = 'transaction:' || t.id
  and b.status <> 'closed' order by b.id desc limit 1) b on true
where t.account = $1 and ($2 = '' or m.rule = $2 or ($2 = 'none' and m.rule is null))
order by t.made_at desc, t.id limit $3 offset $4
"""


async def transactions(account: str, *, rule: str = "", page: int = 1) -> tuple[list[Any], int]:
    """Return one page of an account's movements with their postings; `rule` none: those without one. Raises NotFound."""
    if account and not await db.fetchval("select true from provider_account where account = $1", account):
        raise NotFound
    rows = await db.fetch(_TRANSACTIONS, account, rule, PAGE, (page - 1) * PAGE)
    return list(rows), rows[0]["found"] if rows else 0


async def rules() -> list[Any]:
    """Return how many movements each rule has matched."""
    return list(
        await db.fetch("select rule, count(*) as matched from balance_match group by rule order by 2 desc, 1")
    )


async def unmatched() -> int:
    """Return how many movements have no posting: on their way, or broken."""
    found: int = await db.fetchval(
        """select count(*) from balance_transaction t
           where not exists (select from balance_match m where m.transaction_id = t.id and m.part = 'whole')"""
    )
    return found


_AGE = "(extract(epoch from business_now() - b.happened_at) / 86400)::int"
_BREAKS = f"""
select b.*, {_AGE} as age, count(*) over () as found from reconcile_break b
where b.status = any($1::text[]) and ($2 = '' or b.kind = $2)
  and ($3 = '' or ($3 = 'nobody' and b.owner_ref = '') or b.owner_ref = $3)
  and {_AGE} >= $4 and ($5::int is null or {_AGE} < $5)
order by b.status = 'proposed' desc, b.happened_at, b.id limit $6 offset $7
"""


async def breaks(
    *,
    ended: bool = False,
    kind: str = "",
    owner: str = "",
    age: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> tuple[list[Any], int]:
    """Return one page of breaks, what waits for a second person and the oldest first, and how many there are.

    `owner` is a reference or `nobody`; `age` the number of a bucket of `kinds.AGES`. `size` None gives every row.
    """
    least, most = bucket(age)
    rows = await db.fetch(
        _BREAKS, ENDED if ended else LIVE, kind, owner, least, most, size, (page - 1) * (size or 0)
    )
    return list(rows), rows[0]["found"] if rows else 0


def bucket(age: str) -> tuple[int, int | None]:
    """Return the days from and before which a bucket reaches; everything for what is no bucket."""
    bounds = (0, *AGES, None)
    if not age.isdigit() or int(age) >= len(bounds) - 1:
        return -1_000_000, None
    number = int(age)
    return (bounds[number] or 0) if number else -1_000_000, bounds[number + 1]


_COUNTS = f"""
select b.kind, count(*) as number, sum(abs(b.difference_amount))::bigint as amount, max({_AGE}) as oldest
from reconcile_break b where b.status in ('open', 'proposed') group by b.kind order by 2 desc, 1
"""


async def counts() -> list[Any]:
    """Return the live breaks by kind: how many, how much, how old."""
    return list(await db.fetch(_COUNTS))


async def owners() -> list[Any]:
    """Return who holds live breaks."""
    return list(
        await db.fetch(
            """select distinct owner_ref, owner_name from reconcile_break
               where status in ('open', 'proposed') and owner_ref <> '' order by 2"""
        )
    )


@dataclass(frozen=True, slots=True)
class OneBreak:
    """A break with what was said, shown and found about it."""

    row: Any
    notes: list[Any]
    files: list[Any]
    transaction: Any
    line: Any
    entries: list[Any]


async def one_break(number: UUID) -> OneBreak:
    """Return a break with everything about it. Raises NotFound."""
    row = await db.fetchrow(f"select b.*, {_AGE} as age from reconcile_break b where b.id = $1", number)
    if row is None:
        raise NotFound
    kind, _, subject = row["subject"].partition(":")
    return OneBreak(
        row=row,
        notes=list(await db.fetch("select * from reconcile_note where break_id = $1 order by id", number)),
        files=list(
            await db.fetch(
                "select id, name, size, sha256, by_name, made_at from reconcile_evidence where break_id = $1 order by id",
                number,
            )
        ),
        transaction=await db.fetchrow("select * from balance_transaction where id = $1", subject)
        if kind == "transaction"
        else None,
        line=await db.fetchrow(
            "select l.*, f.name as file_name from bank_line l join bank_file f on f.id = l.file_id where l.id::text = $1",
            subject,
        )
        if kind == "line"
        else None,
        entries=list(
            await db.fetch(
                "select * from ledger_transfer where reference = $1 order by id", f"break:{number}"
            )
        ),
    )
