"""What must always hold of the money: named checks that return what breaks them, against the books and the provider."""

from dataclasses import dataclass

from marketplace.core import db
from payouts import chart, gateway, journal
from payouts.billing import invariants
from payouts.closing import invariants as closing_invariants
from payouts.statements import invariants as statement_invariants


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a rule."""

    check: str
    what: str


# Each query returns the rows that break the rule: none is the proof. Operator's scope.
RULES = (
    invariants.RULES
    | statement_invariants.RULES
    | closing_invariants.RULES
    | {
        "I1 every posting has two entries or more and sums to zero": """
        select t.key from ledger_transfer t left join ledger_entry e on e.transfer_id = t.id
        group by t.id having count(e.account_id) < 2 or coalesce(sum(e.amount), 0) <> 0""",
        "I3 the items of a contract are what the ledger approved; a paid payout is the sum of its items": """
        select i.reference from payable_item i group by i.reference
        having sum(i.net_amount + i.adjusted_amount + i.netted_amount) <> (
          select coalesce(-sum(e.amount), 0) from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
            join ledger_account a on a.id = e.account_id
          where t.reference = i.reference and t.kind in ('approve', 'cancel', 'vest') and a.purpose = 'payable')
        union all
        select p.id::text from payout p join payable_item i on i.payout_id = p.id
        group by p.id having sum(i.net_amount) <> p.amount""",
        "I4 at most one live transfer for a payout": """
        select reference from money_op where kind = 'transfer' and state <> 'failed'
        group by reference having count(*) > 1""",
        "I5 no account is on the side of zero that its sign rule forbids": """
        select name from ledger_account
        where (sign = 'never_negative' and balance < 0) or (sign = 'never_positive' and balance > 0)""",
        "I6 every cached balance is the sum of its entries, in an unbroken chain": """
        select a.name from ledger_account a left join ledger_entry e on e.account_id = a.id
        group by a.id having a.balance <> coalesce(sum(e.amount), 0) or a.version <> count(e.account_id)
        union all
        select a.name from (select account_id, account_version, balance_after - amount as before,
            lag(balance_after, 1, 0::bigint) over w as previous, row_number() over w as number
          from ledger_entry window w as (partition by account_id order by account_version)) e
        join ledger_account a on a.id = e.account_id where e.before <> e.previous or e.number <> e.account_version""",
        "I7 platform-fee revenue comes from approvals only": """
        select t.key from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
          join ledger_account a on a.id = e.account_id
        where a.name = 'revenue:platform_fee' and e.amount < 0 and t.kind not in ('approve', 'platform_invoice')""",
        "what a person must give back is what was clawed back and not recovered yet": """
        select a.name from ledger_account a where a.purpose = 'receivable' and a.owner like 'person:%' and a.balance <> coalesce((
          select sum(b.amount - b.recovered_amount) from bounty_clawback b where b.owner = a.owner and b.currency = a.currency), 0)""",
        "I19 no payout of nothing": "select id::text from payout where amount <= 0",
        "I21 money columns are bigint": """
        select table_name || '.' || column_name from information_schema.columns
        where table_schema = 'public' and (column_name in ('amount', 'balance', 'balance_after')
          or column_name like '%\\_amount') and data_type <> 'bigint'""",
        "what is in transit belongs to a payout that is on its way": """
        select a.name from ledger_account a where a.purpose = 'in_transit' and a.balance <> 0 and not exists (
          select from payout p where p.id::text = split_part(a.name, ':', 4) and p.amount = -a.balance
            and p.status in ('submitting', 'unknown', 'in_transit'))""",
        "what is payable to a person is the sum of the items that are not on their way": """
        select a.name from ledger_account a where a.purpose = 'payable' and -a.balance <> coalesce((
          select sum(i.net_amount) from payable_item i left join payout p on p.id = i.payout_id
          where i.owner = a.owner and i.currency = a.currency
            and (p.id is null or p.status in ('planned', 'held', 'failed', 'returned'))), 0)""",
        "a succeeded operation has posted": """
        select o.kind || ':' || o.id from money_op o where o.state = 'succeeded' and o.kind = 'transfer' and not exists (
          select from ledger_transfer t where t.key = 'transfer:' || o.business_key)""",
    }
)


async def run() -> list[Finding]:
    """Check the books; an empty list is the proof. Opens its own transaction."""
    findings = []
    async with db.transaction(operator=True):
        for name, sql in RULES.items():
            findings += [Finding(name, str(row[0])) for row in await db.fetch(sql)]
    return findings + await safeguarding()


async def safeguarding() -> list[Finding]:
    """Compare client money with what covers it; opens its own transaction."""
    async with db.transaction(operator=True):
        guard = chart.safeguarding(await journal.balances())
    if not guard.shortfall:
        return []
    return [Finding("client money is covered", f"{guard.shortfall} are missing; the operator covers them")]


async def compare_with_provider() -> list[Finding]:
    """Compare the ledger's provider accounts with the balances there. Calls the provider outside transactions.

    Differences are normal for moments while operations are under way; run it when nothing waits.
    """
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select a.name, a.balance, a.currency, coalesce(e.account, '') as account from ledger_account a
               left join payee e on e.owner = a.owner
               where a.purpose = 'stripe_platform' or (a.purpose = 'stripe_connected' and e.account is not null)"""
        )
    findings = []
    for row in rows:
        there = await gateway.current().balance(row["account"], currency=row["currency"])
        total = (there.available + there.pending).amount
        if total != row["balance"]:
            what = f"{row['name']}: {row['balance']} here, {total} there"
            findings.append(Finding("the ledger agrees with the provider", what))
    return findings
