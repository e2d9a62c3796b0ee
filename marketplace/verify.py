"""`enishi verify`: every invariant that a query can check, on any database, by name."""

from dataclasses import dataclass

from marketplace.activity import audit
from marketplace.core import db
from payouts import both_sides

# Each query returns the rows that break the rule: none is the proof.
RULES = {
    "I1 every transfer has two entries or more and sums to zero": """
        select t.key from ledger_transfer t left join ledger_entry e on e.transfer_id = t.id
        group by t.id having count(e.account_id) < 2 or sum(e.amount) <> 0""",
    "I2 what is append-only has its guards": """
        select t from unnest(array['ledger_entry', 'ledger_transfer', 'terms_snapshot', 'contract_document', 'activity_event',
                                   'audit_link', 'delivery', 'delivery_file', 'task_version', 'company_terms']) t
        where (select count(*) from pg_trigger g join pg_proc p on p.oid = g.tgfoid
               where g.tgrelid = t::regclass and p.proname = 'refuse_change' and g.tgenabled <> 'D') < 2
           or has_table_privilege('enishi_web', t, 'update') or has_table_privilege('enishi_worker', t, 'delete')""",
    "I3 no contract pays more than its net; a paid one pays exactly that": """
        select c.id::text from contract c
        left join (select reference, sum(net_amount) filter (where kind = 'fee') as owed,
                     sum(net_amount) filter (where p.status in ('paid', 'settled')) as paid
                   from payable_item i left join payout p on p.id = i.payout_id group by reference) i
          on i.reference = 'contract:' || c.id
        where coalesce(i.owed, 0) > c.price_amount + c.tax_amount
           or (c.status = 'paid' and coalesce(i.paid, 0) <> coalesce(
                 (select sum(net_amount) from payable_item where reference = 'contract:' || c.id), 0))""",
    "I4 at most one live transfer for each payout": """
        select reference from money_op where kind = 'transfer' and state in ('succeeded', 'sending')
        group by reference having count(*) > 1""",
    "I5 nobody is owed less than nothing; sign rules hold": """
        select name from ledger_account
        where (sign = 'never_negative' and balance < 0) or (sign = 'never_positive' and balance > 0)""",
    "I6 every cached balance is the sum of its entries": """
        select a.name from ledger_account a left join ledger_entry e on e.account_id = a.id
        group by a.id having a.balance <> coalesce(sum(e.amount), 0) or a.version <> count(e.account_id)""",
    "I7 fee revenue comes from approvals only": """
        select t.key from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
          join ledger_account a on a.id = e.account_id
        where a.name = 'revenue:platform_fee' and e.amount < 0 and t.kind <> 'approve'""",
    "I11 no payment date is later than the law permits": """
        select id::text from contract where pay_on > received_on + 61 and status <> 'cancelled'""",
    "I12 no contract is without its terms": """
        select c.id::text from contract c left join terms_snapshot s on s.contract_id = c.id where s.contract_id is null
        union all select contract_id::text from terms_snapshot where encode(sha256(body), 'hex') <> sha256
        union all select contract_id::text from contract_document where encode(sha256(content), 'hex') <> sha256""",
    "I14 no row crosses a company": """
        select i.id::text from invitation i join task t on t.id = i.task_id where t.company_id <> i.company_id
        union all select c.id::text from contract c join task t on t.id = c.task_id where t.company_id <> c.company_id
        union all select s.id::text from seat s join task t on t.id = s.task_id where t.company_id <> s.company_id
        union all select d.id::text from delivery d join contract c on c.id = d.contract_id
                  where d.company_id <> c.company_id or d.person_id <> c.person_id""",
    "I19 no payout of nothing": "select id::text from payout where amount <= 0",
    "I21 money columns are bigint": """
        select table_name || '.' || column_name from information_schema.columns
        where table_schema = 'public' and (column_name = 'amount' or column_name like '%\\_amount' or column_name = 'balance')
          and data_type <> 'bigint'""",
    "reserved money is what open seats and live contracts need": """
        select a.name from ledger_account a
        where a.purpose = 'reserved' and a.balance <> 0 and not exists (
          select from task t where a.name like '%:' || t.id and t.status in ('published', 'paused')
          union all select from contract c where a.name like '%:' || c.id
            and c.status in ('concluded', 'running', 'delivered', 'changes_requested', 'disputed'))""",
    "a payout's amount is the sum of its items": """
        select p.id::text from payout p left join payable_item i on i.payout_id = p.id
        group by p.id having p.amount < coalesce(sum(i.net_amount), 0) - 1000000 or count(i.id) = 0""",
    "one seat, one contract": """
        select s.id::text from seat s left join contract c on c.id = s.contract_id
        where (s.status = 'taken' and (c.id is null or c.seat_id <> s.id))""",
    "no background work has died": "select kind || ' ' || id from outbox where dead_at is not null",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule and what breaks it."""

    rule: str
    broken: list[str]


async def check() -> list[Verdict]:
    """Check every rule; a verdict without broken rows holds."""
    async with db.transaction(operator=True, isolation="repeatable read"):
        verdicts = [Verdict(rule, await _broken(sql)) for rule, sql in RULES.items()]
        verdicts.append(Verdict("I13 the audit chain is whole", await audit.broken_links()))
        verdicts.append(Verdict("client money is covered", await _shortfall()))
    return verdicts + [Verdict(rule, broken) for rule, broken in (await both_sides.check()).items()]


async def _broken(sql: str) -> list[str]:
    return [str(row[0]) for row in await db.fetch(f"select * from ({sql}) broken limit 20")]


async def _shortfall() -> list[str]:
    """Compare client money with what covers it (money.md: the safeguarding identity)."""
    row = await db.fetchrow(
        """select -coalesce(sum(balance) filter (where purpose in ('balance', 'reserved', 'payable', 'in_transit', 'unvested')), 0)
                    as client,
                  coalesce(sum(balance) filter (where purpose in ('stripe_platform', 'stripe_connected', 'bank_client')), 0)
                    as covered
           from ledger_account"""
    )
    assert row is not None
    missing = int(row["client"]) - int(row["covered"])
    return [f"short of {missing:,} yen"] if missing > 0 else []
