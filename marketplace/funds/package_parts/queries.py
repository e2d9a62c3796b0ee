"""What a package reads: every query asks with the owner ($1, empty: everybody's), the month and the month after it.

Months are Japanese. A company reads its own accounts by name; the other sides of its postings are summed up by what
they are for (`others:payable`), without names, so that its books sum to zero by themselves.
"""

_BEGIN = "$2::date::timestamp at time zone 'Asia/Tokyo'"
_END = "$3::date::timestamp at time zone 'Asia/Tokyo'"

_JOINED = f"""
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
where t.happened_at < {_END}"""
_EVERYBODYS = f"""
with entry as (
  select t.id, t.key, t.kind, t.reference, t.happened_at, e.amount, a.kind as account_kind, a.name as account {_JOINED} and $1 = ''
)
"""
_OWN = f"""
with entry as (
  select t.id, t.key, t.kind, t.reference, t.happened_at, sum(e.amount)::bigint as amount, min(a.kind) as account_kind,
    case when e.owner = $1 then a.name
      when a.owner = '' and a.purpose in ('revenue', 'tax', 'expense', 'stripe_platform', 'bank_client') then 'others:' || a.name
      else 'others:' || a.purpose end as account
  {_JOINED} and t.id in (select transfer_id from ledger_entry where owner = $1)
  group by t.id, 8 having sum(e.amount) <> 0
)
"""
_BALANCES = f"""
select account, min(account_kind) as kind,
  coalesce(sum(amount) filter (where happened_at < {_BEGIN}), 0)::bigint as opening,
  coalesce(sum(amount) filter (where happened_at >= {_BEGIN} and amount > 0), 0)::bigint as debit,
  coalesce(-sum(amount) filter (where happened_at >= {_BEGIN} and amount < 0), 0)::bigint as credit,
  sum(amount)::bigint as closing
from entry group by account
having bool_or(happened_at >= {_BEGIN}) or sum(amount) <> 0 order by account collate "C"
"""
_POSTINGS = f"""
select id, key, kind, reference, happened_at, account, amount from entry where happened_at >= {_BEGIN}
order by happened_at, id, account collate "C"
"""


def balances(owner: str) -> str:
    """Return the query of the trial balance."""
    return (_OWN if owner else _EVERYBODYS) + _BALANCES


def postings(owner: str) -> str:
    """Return the query of the month's postings, in their order."""
    return (_OWN if owner else _EVERYBODYS) + _POSTINGS


STATEMENTS = """
select s.* from statement s where ($1 = '' or s.payer = $1) and s.month >= $2 and s.month < $3
order by s.payer, s.number
"""
LINES = """
select l.*, s.number, s.payer as company, i.withheld_amount as agreed_amount from statement_line l
join statement s on s.id = l.statement_id join payable_item i on i.id = l.item_id
where ($1 = '' or s.payer = $1) and s.month >= $2 and s.month < $3 order by s.payer, s.number, l.position
"""
UNSTATED = f"""
select coalesce(sum(i.base_amount + i.tax_amount - i.withheld_amount), 0)::bigint from payable_item i
where ($1 = '' or i.payer = $1) and i.kind <> 'bounty' and i.created_at >= {_BEGIN} and i.created_at < {_END}
  and not exists (select from statement_line l join statement s on s.id = l.statement_id
                  where l.item_id = i.id and l.kind <> 'correction' and s.month = $2)
"""
INVOICES = """
select i.* from invoice i where ($1 = '' or i.owner = $1) and i.issued_on >= $2 and i.issued_on < $3 order by i.number
"""
CREDIT_NOTES = """
select c.*, i.number as invoice_number from credit_note c join invoice i on i.id = c.invoice_id
where ($1 = '' or c.owner = $1) and c.issued_on >= $2 and c.issued_on < $3 order by c.number
"""
PLATFORM_INVOICES = """
select p.* from platform_invoice p where ($1 = '' or p.owner = $1) and p.month >= $2 and p.month < $3 order by p.number
"""
UNINVOICED = f"""
select coalesce(sum(-e.amount) filter (where a.name = 'revenue:platform_fee'), 0)::bigint as fee,
  coalesce(sum(-e.amount) filter (where a.name = 'tax:output'), 0)::bigint as tax
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
where t.happened_at >= {_BEGIN} and t.happened_at < {_END} and t.kind <> 'platform_invoice'
  and exists (select from ledger_entry f join ledger_account r on r.id = f.account_id
              where f.transfer_id = t.id and r.name = 'revenue:platform_fee')
  and exists (select from ledger_entry own where own.transfer_id = t.id and own.owner like 'company:%'
    and ($1 = '' or own.owner = $1)
    and not exists (select from platform_invoice p where p.owner = own.owner and p.month = $2))
"""
_ISSUED = {
    "statement": STATEMENTS, "invoice": INVOICES, "credit_note": CREDIT_NOTES, "platform_invoice": PLATFORM_INVOICES,
}  # fmt: skip


def unprinted(kind: str) -> str:
    """Return the query of the papers of a kind that nobody has printed yet."""
    return f"""
select d.id, locale from ({_ISSUED[kind]}) d cross join unnest(array['ja', 'en']) locale
where not exists (select from billing_document b where b.kind = '{kind}' and b.document_id = d.id and b.locale = locale)
"""


def papers(kind: str) -> str:
    """Return the query of the stored papers of a kind, in the order of their numbers."""
    return f"""
select d.number, b.locale, b.content from ({_ISSUED[kind]}) d
join billing_document b on b.kind = '{kind}' and b.document_id = d.id order by d.number, b.locale
"""


LEGS = f"""
where ($1 = '' or 'company:' || c.company_id = $1) and c.id::text in (
  select split_part(a.name, ':', 4) from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
    join ledger_account a on a.id = e.account_id and a.purpose = 'reserved'
  where t.happened_at >= {_BEGIN} and t.happened_at < {_END} and ($1 = '' or a.owner = $1)
  union
  select split_part(i.reference, ':', 2) from payout p join payable_item i on i.payout_id = p.id
  where p.paid_at >= {_BEGIN} and p.paid_at < {_END} and ($1 = '' or i.payer = $1) and i.reference like 'contract:%')
order by c.id
"""
"""What follows `legs.COLUMNS`: the contracts that money moved for in the month."""
BREAKS = f"""
select b.* from reconcile_break b where $1 = '' and b.happened_at < {_END} and (b.ended_at is null or b.ended_at >= {_BEGIN})
order by b.happened_at, b.id
"""
MOVEMENTS = f"""
select t.*, m.rule, lt.key from balance_transaction t
left join balance_match m on m.transaction_id = t.id and m.part = 'whole' left join ledger_transfer lt on lt.id = m.transfer_id
where $1 = '' and t.made_at >= {_BEGIN} and t.made_at < {_END} order by t.made_at, t.id
"""
BANK_LINES = """
select l.*, m.rule, lt.key from bank_line l
left join bank_match m on m.line_id = l.id left join ledger_transfer lt on lt.id = m.transfer_id
where $1 = '' and l.day >= $2 and l.day < $3 order by l.account, l.day, l.id
"""
RUN = """
select id, status, since, until, seen_count, matched_count, opened_count, closed_count, started_at, finished_at
from reconcile_run where status = 'done' order by id desc limit 1
"""
CHAIN_BOUNDS = f"""
select coalesce(max(l.number) filter (where e.happened_at < {_BEGIN}), 0) as first, coalesce(max(l.number), 0) as last
from audit_link l join activity_event e on e.id = l.event_id where l.chain = $1 and e.happened_at < {_END}
"""
CHAIN = """
select l.number, l.previous_hash, l.hash, e.* from audit_link l join activity_event e on e.id = l.event_id
where l.chain = $1 and l.number > $2 and l.number <= $3 order by l.number
"""
UNSEALED = f"""
select exists (select from activity_event e where e.happened_at >= {_BEGIN} and e.happened_at < {_END}
  and coalesce('company:' || e.company_id, 'operator') = $1 and not exists (select from audit_link l where l.event_id = e.id))
"""
