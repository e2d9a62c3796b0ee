"""`enishi verify`: every invariant that a query can check, on any database, by name."""

from dataclasses import dataclass

from marketplace.activity import audit
from marketplace.core import db
from marketplace.core.settings import settings
from marketplace.documents import filing
from marketplace.referrals import invariants
from payouts import both_sides
from payouts import verify as money

# Each query returns the rows that break the rule: none is the proof. The money's own rules stand in payouts/verify.py.
RULES = {
    "I2 what is append-only has its guards": """
        select t from unnest(array['ledger_entry', 'ledger_transfer', 'terms_snapshot', 'contract_document', 'activity_event',
                                   'audit_link', 'delivery', 'delivery_file', 'task_version', 'company_terms',
                                   'payment_record', 'payment_record_paper']) t
        where (select count(*) from pg_trigger g join pg_proc p on p.oid = g.tgfoid
               where g.tgrelid = t::regclass and p.proname = 'refuse_change' and g.tgenabled <> 'D') < 2
           or has_table_privilege('enishi_web', t, 'update') or has_table_privilege('enishi_worker', t, 'delete')""",
    "I11 no payment date is later than the law permits": """
        select c.id::text from contract c join task k on k.id = c.task_id
          join company_terms t on t.company_id = c.company_id and t.version = k.terms_version
        where c.status <> 'cancelled' and c.pay_on > case t.pay_rule when 'day60' then c.received_on + 59
          else (date_trunc('month', c.received_on) + interval '2 months - 1 day')::date end""",
    "I3 a contract is paid when all that it owes has arrived": """
        select c.id::text from contract c where c.status = 'paid' and exists (
          select from payable_item i left join payout p on p.id = i.payout_id
          where i.reference = 'contract:' || c.id and coalesce(p.status, '') not in ('paid', 'settled'))""",
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
    "reserved money is what open seats and live contracts need": """
        select a.name from ledger_account a
        where a.purpose = 'reserved' and a.balance <> 0 and not exists (
          select from task t where a.name like '%:' || t.id and t.status in ('published', 'paused')
          union all select from contract c where a.name like '%:' || c.id
            and c.status in ('concluded', 'running', 'delivered', 'changes_requested', 'disputed'))""",
    "one seat, one contract": """
        select s.id::text from seat s left join contract c on c.id = s.contract_id
        where (s.status = 'taken' and (c.id is null or c.seat_id <> s.id))""",
    "every document is filed as it is": f"select kind || ' ' || document_id from ({filing.different()}) d",
    "every counterparty is found by a part of its name": filing.PARTIES,
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
        verdicts = [
            Verdict(rule, await _broken(sql))
            for rule, sql in (RULES | invariants.RULES | money.RULES).items()
        ]
        verdicts.append(Verdict("I13 the audit chain is whole", await audit.broken_links()))
    verdicts.append(Verdict("client money is covered", _what(await money.safeguarding())))
    if settings().sandbox:
        return verdicts + [Verdict(rule, broken) for rule, broken in (await both_sides.check()).items()]
    return [
        *verdicts,
        Verdict("the books agree with the provider", _what(await money.compare_with_provider())),
    ]


async def _broken(sql: str) -> list[str]:
    return [str(row[0]) for row in await db.fetch(f"select * from ({sql}) broken limit 20")]


def _what(findings: list[money.Finding]) -> list[str]:
    return [finding.what for finding in findings][:20]
