"""Match the bank's lines to postings on the operator's bank accounts, and name what is left."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from marketplace.core import db
from marketplace.core.clock import JST
from payouts.reconcile import found
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind

DAYS = 5
"""How far a line may lie from its posting: over a weekend with holidays."""
MOST_FEE = 1_000
"""A difference up to this many yen on near days is likely a bank's fee on the same movement."""

# The nearest day first; a line and a posting are used once each, by their two unique keys.
_MATCH = """
insert into bank_match (line_id, transfer_id, account_id, rule)
select l.id, t.id, a.id, $1
from bank_line l join ledger_account a on a.name = l.account and a.currency = l.currency
  join ledger_entry e on e.account_id = a.id and e.amount = l.amount join ledger_transfer t on t.id = e.transfer_id
where t.kind <> 'break'
  and abs(l.day - (t.happened_at at time zone 'Asia/Tokyo')::date) <= $2
  and not exists (select from bank_match m where m.line_id = l.id)
  and not exists (select from bank_match m where m.transfer_id = t.id and m.account_id = a.id)
  and ($1 <> 'bank_reference' or {named})
order by abs(l.day - (t.happened_at at time zone 'Asia/Tokyo')::date), l.day, l.id, t.id
on conflict do nothing
"""
# A line names a posting when it carries the end of its key, or of what it is about, as our own files write it.
_NAMED = """strpos(upper(l.reference || ' ' || l.description), upper(right(nullif(split_part(t.key, ':', 2), ''), 10))) > 0
  or strpos(upper(l.reference || ' ' || l.description), upper(right(nullif(split_part(t.reference, ':', 2), ''), 10))) > 0"""

# A bank debits a transfer file as one line, the whole of it or what arrived; what it gives back comes as lines of its own.
_FILE_DEBITS = """
select distinct on (f.id) f.id, l.id as line_id, l.amount = -f.amount as whole
from transfer_file f
cross join lateral (select coalesce(sum(r.amount) filter (where r.status in ('paid', 'returned')), 0)::bigint as paid,
    count(*) filter (where r.status in ('paid', 'returned')) as n
  from transfer_row r where r.file_id = f.id) arrived
join bank_line l on l.account = 'bank:client' and l.amount in (-f.amount, -arrived.paid) and abs(l.day - f.pay_on) <= $1
where f.status in ('settled', 'partly_returned') and arrived.n > 0
  and not exists (select from bank_match m where m.line_id = l.id)
  and exists (select from transfer_row r join ledger_transfer t on t.key = 'paid:' || r.payout_id || ':' || r.attempt
    where r.file_id = f.id and not exists (select from bank_match m where m.transfer_id = t.id))
order by f.id, l.amount, abs(l.day - f.pay_on), l.id
"""
_OF_FILE = """
insert into bank_match (line_id, transfer_id, account_id, rule)
select $2, t.id, a.id, $3 from transfer_row r join ledger_transfer t on t.key = 'paid:' || r.payout_id || ':' || r.attempt
  join ledger_account a on a.name = 'bank:client'
where r.file_id = $1 and not exists (select from bank_match m where m.line_id = $2) on conflict do nothing
"""
_BACK_OF_FILE = """
insert into bank_match (line_id, transfer_id, account_id, rule)
select distinct on (t.id) l.id, t.id, a.id, 'bank_transfer_back'
from transfer_row r join ledger_transfer t on t.key = 'failed:' || r.payout_id || ':' || r.attempt
  join ledger_account a on a.name = 'bank:client'
  join bank_line l on l.account = a.name and l.amount = r.amount and l.day between r.pay_on and r.pay_on + $1::int
where r.status = 'failed' and not exists (select from bank_match m where m.line_id = l.id or m.transfer_id = t.id)
  -- Only where the whole file was debited does something come back of what never arrived.
  and exists (select from transfer_row o join ledger_transfer p on p.key = 'paid:' || o.payout_id || ':' || o.attempt
    join bank_match m on m.transfer_id = p.id join bank_line d on d.id = m.line_id join transfer_file f on f.id = o.file_id
    where o.file_id = r.file_id and d.amount = -f.amount)
order by t.id, l.day, l.id on conflict do nothing
"""
BACK_DAYS = 14
"""Within so many days of the day of payment a bank gives back what it could not deliver."""


async def _match_files() -> int:
    """Give the line that debits a transfer file to every posting of it, and what came back to what failed."""
    matched = 0
    for file in await db.fetch(_FILE_DEBITS, DAYS):
        matched += bool(await db.execute(_OF_FILE, file["id"], file["line_id"], "bank_transfer_file"))
    return matched + await db.execute(_BACK_OF_FILE, BACK_DAYS)


_LINES_LEFT = f"""
select l.id, l.account, l.day, l.amount, l.currency, l.counterparty, l.description, l.reference,
  twin.transfer_id as twin_id, twin.key as twin_key, near.id as near_id, near.key as near_key, near.amount as near_amount
from bank_line l
left join lateral (
  select m.transfer_id, t.key from bank_line o join bank_match m on m.line_id = o.id join ledger_transfer t on t.id = m.transfer_id
  where o.account = l.account and o.amount = l.amount and o.id <> l.id and abs(o.day - l.day) <= $1
    and (o.description, o.counterparty) = (l.description, l.counterparty) and m.rule <> 'entry' limit 1
) twin on true
left join lateral (
  select t.id, t.key, e.amount from ledger_account a join ledger_entry e on e.account_id = a.id
    join ledger_transfer t on t.id = e.transfer_id
  where a.name = l.account and t.kind <> 'break' and sign(e.amount) = sign(l.amount)
    and abs(l.day - (t.happened_at at time zone 'Asia/Tokyo')::date) <= $1
    and not exists (select from bank_match m where m.transfer_id = t.id and m.account_id = a.id)
    and (abs(e.amount - l.amount) <= $2 or {_NAMED})
  order by ({_NAMED}) desc, abs(e.amount - l.amount) limit 1
) near on true
where not exists (select from bank_match m where m.line_id = l.id)
"""

# Only days that the files cover can be missing a line.
_POSTINGS_LEFT = """
select t.id as transfer_id, t.key, t.kind, t.reference, t.happened_at, t.currency, a.id as account_id, a.name, e.amount
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
  join ledger_account a on a.id = e.account_id and a.purpose in ('bank_client', 'bank_operator')
  join (select account, min(day) as first, max(day) as last from bank_line group by account) covered on covered.account = a.name
where t.kind <> 'break' and (t.happened_at at time zone 'Asia/Tokyo')::date between covered.first and covered.last - $1::int
  and not exists (select from bank_match m where m.transfer_id = t.id and m.account_id = a.id)
  and not (t.id = any($2::uuid[]))
  and not exists (select from reconcile_break b where b.transfer_id = t.id and b.status = 'resolved' and b.subject like 'line:%')
order by t.id limit 5000
"""


async def run() -> int:
    """Match what can be matched, and write the rest down, in the operator's scope; return how many lines found a posting."""
    matched = await _match_files()
    matched += await db.execute(_MATCH.format(named=_NAMED), "bank_reference", DAYS)
    matched += await db.execute(_MATCH.format(named="true"), "bank_amount", DAYS)
    look = uuid4()
    lines = [_judge(row) for row in await db.fetch(_LINES_LEFT, DAYS, MOST_FEE)]
    claimed = [line.transfer_id for line in lines if line.kind == Kind.BANK_AMOUNT]
    postings = [_unseen(row) for row in await db.fetch(_POSTINGS_LEFT, DAYS, claimed)]
    await found.write(lines + postings, look)
    await found.close_gone(look, bank=True)
    return matched


def _judge(row: Any) -> Found:
    """Name a line without a posting."""
    if row["near_id"]:
        kind, transfer, key, expected = Kind.BANK_AMOUNT, row["near_id"], row["near_key"], row["near_amount"]
    elif row["twin_id"]:
        kind, transfer, key, expected = Kind.BANK_DUPLICATE, row["twin_id"], row["twin_key"], None
    else:
        kind, transfer, key, expected = Kind.BANK_LINE_UNKNOWN, None, "", None
    difference = row["amount"] - (expected or 0)
    return Found(
        subject=f"line:{row['id']}",
        kind=kind,
        account=row["account"],
        found=row["amount"],
        expected=expected,
        difference=difference,
        currency=row["currency"],
        object_id=row["reference"] or row["counterparty"],
        transfer_id=str(transfer) if transfer else None,
        transfer_key=key,
        corrections={row["account"]: difference},
        facts={"counterparty": row["counterparty"], "description": row["description"]},
        happened_at=_noon(row["day"]),
    )


def _noon(day: date) -> datetime:
    """Return noon of a Japanese day: the bank does not say the hour."""
    return datetime.combine(day, time(12), JST)


def _unseen(row: Any) -> Found:
    return Found(
        subject=f"posting:{row['transfer_id']}:{row['account_id']}",
        kind=Kind.BANK_MISSING,
        account=row["name"],
        found=0,
        expected=row["amount"],
        difference=-row["amount"],
        currency=row["currency"],
        transfer_id=str(row["transfer_id"]),
        transfer_key=row["key"],
        reference=row["reference"],
        corrections={row["name"]: -row["amount"]},
        facts={"type": row["kind"]},
        happened_at=row["happened_at"],
    )
