"""What must always hold of invoices: each query returns the rows that break its rule. Operator's scope."""

from payouts.billing.records import GIVEN, OFF

_LEFT = f"""
select i.id, i.owner, i.payee, i.reference, i.status, i.number, i.bounty_amount - c.bounty_amount as bounty,
  i.total_amount - c.fee_amount - c.tax_amount - c.bounty_amount as total
from invoice i {OFF}
"""

RULES = {
    "numbers of invoices, credit notes and statements have no gaps": """
        select n.kind from billing_number n cross join lateral (
          select count(number) as found, coalesce(max(number), 0) as highest from invoice where n.kind = 'invoice'
          union all select count(number), coalesce(max(number), 0) from credit_note where n.kind = 'credit_note'
          union all select count(number), coalesce(max(number), 0) from platform_invoice where n.kind = 'platform_invoice'
          union all select count(number), coalesce(max(number), 0) from statement
            where payer = 'company:' || split_part(n.kind, ':', 2)) d
        group by n.kind, n.last having sum(d.found) <> n.last or max(d.highest) <> n.last
        union all select 'invoice' where exists (select from invoice where number is not null)
          and not exists (select from billing_number where kind = 'invoice')""",
    "the receivable of success fees is what open invoices still ask for": f"""
        select coalesce(o.owner, b.owner) from (
          select owner, sum(total) as total from ({_LEFT}) i where status = 'open' group by owner) o
        full join (
          select a.owner, sum(e.amount) as booked from ledger_account a join ledger_entry e on e.account_id = a.id
            join ledger_transfer t on t.id = e.transfer_id
          where a.purpose = 'receivable' and a.owner like 'company:%'
            and t.key ~ '^(reverse:)*(invoice|invoice_paid|credit_note|write_off):'
          group by a.owner) b on b.owner = o.owner
        where coalesce(o.total, 0) <> coalesce(b.booked, 0)""",
    "credit notes give back no more than their invoice asks for": f"""
        select i.number::text from invoice i {GIVEN}
        where g.fee_amount > i.fee_amount or g.tax_amount > i.tax_amount or g.bounty_amount > i.bounty_amount""",
    "what awaits payment is the bounties of open invoices": f"""
        select name from (select name, -balance as held from ledger_account where purpose = 'awaiting') a
        full join (select payee || ':awaiting:' || split_part(reference, ':', 2) as name, bounty
                   from ({_LEFT}) i where status = 'open') o using (name)
        where coalesce(held, 0) <> coalesce(bounty, 0)""",
    "success-fee revenue comes from invoices only": """
        select t.key from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
          join ledger_account a on a.id = e.account_id
        where a.name = 'revenue:success_fee' and t.key !~ '^(reverse:invoice|invoice|credit_note):'""",
    "every finalised invoice is posted": """
        select number::text from invoice i where number is not null
          and not exists (select from ledger_transfer t where t.key = 'invoice:' || i.number)
        union all select number::text from credit_note c
          where not exists (select from ledger_transfer t where t.key = 'credit_note:' || c.number)
        union all select number::text from invoice i where status = 'paid'
          and not exists (select from ledger_transfer t where t.key = 'invoice_paid:' || i.number)""",
    "a paper that was stored is what it was": """
        select kind || ' ' || document_id from billing_document where encode(sha256(content), 'hex') <> sha256""",
}
