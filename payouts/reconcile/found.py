"""Write differences down as breaks: one live break for each subject, changed when it looks otherwise, closed when it is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.core import db
from payouts.reconcile.kinds import BANK_KINDS, CLOSED_BY_NAME
from payouts.reconcile.rules import Finding, Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """A difference about one subject: `transaction:<id>`, `posting:<transfer>:<account>`, `balance:…` or `line:<id>`."""

    subject: str
    kind: str
    account: str
    found: int
    happened_at: datetime
    expected: int | None = None
    difference: int = 0
    currency: str = "JPY"
    provider_account: str = ""
    object_id: str = ""
    transfer_id: str | None = None
    transfer_key: str = ""
    reference: str = ""
    corrections: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def of_transaction(transaction: Transaction, finding: Finding) -> Found:
    """Return the break of a balance transaction."""
    claim = finding.claim
    return Found(
        subject=f"transaction:{transaction.id}",
        kind=finding.kind,
        account=transaction.ledger,
        found=finding.found,
        expected=finding.expected,
        difference=finding.difference,
        currency=transaction.currency,
        provider_account=transaction.account,
        object_id=transaction.source or transaction.id,
        transfer_id=claim.transfer if claim else None,
        transfer_key=claim.key if claim else "",
        corrections={name: amount for name, amount in finding.corrections.items() if amount},
        facts={"type": transaction.kind, "category": transaction.category, "transaction": transaction.id},
        happened_at=transaction.made_at,
    )


_WRITE = """
with given as (
  select * from jsonb_to_recordset($1::jsonb) as g(subject text, kind text, account text, provider_account text, object_id text,
    transfer_id uuid, transfer_key text, reference text, expected bigint, found bigint, difference bigint, currency text,
    corrections jsonb, facts jsonb, happened_at timestamptz)
), settled as (
  -- Explained or posted before, and nothing has changed since: it does not come again.
  select g.subject from given g join reconcile_break b using (subject)
  where b.status = 'resolved' and b.kind = g.kind and b.difference_amount = g.difference
), before as (
  select b.id, b.subject, b.kind, b.difference_amount from reconcile_break b join given using (subject)
  where b.status in ('open', 'proposed')
), written as (
  insert into reconcile_break as b (subject, kind, account, provider_account, object_id, transfer_id, transfer_key, reference,
    expected_amount, found_amount, difference_amount, currency, corrections, facts, happened_at, run_id)
  select subject, kind, account, provider_account, object_id, transfer_id, transfer_key, reference, expected, found, difference,
    currency, corrections, facts, happened_at, $2
  from given where subject not in (select subject from settled)
  on conflict (subject) where status in ('open', 'proposed') do update set
    kind = excluded.kind, account = excluded.account, transfer_id = excluded.transfer_id, transfer_key = excluded.transfer_key,
    expected_amount = excluded.expected_amount, found_amount = excluded.found_amount,
    difference_amount = excluded.difference_amount, corrections = excluded.corrections, facts = excluded.facts,
    run_id = excluded.run_id,
    -- What was proposed for another difference is not proposed for this one.
    status = case when (b.kind, b.difference_amount) = (excluded.kind, excluded.difference_amount) then b.status else 'open' end
  returning b.id, b.subject, b.kind, b.difference_amount, (xmax = 0) as new
), noted as (
  insert into reconcile_note (break_id, kind, facts)
  select w.id, case when w.new then 'opened' else 'changed' end,
    jsonb_build_object('kind', w.kind, 'difference', w.difference_amount)
  from written w left join before on before.id = w.id
  where w.new or (before.kind, before.difference_amount) is distinct from (w.kind, w.difference_amount)
)
select count(*) filter (where new) as opened from written
"""


async def write(found: Sequence[Found], run: UUID | None) -> int:
    """Write what was found in the operator's scope; return how many breaks are new. Safe to repeat."""
    if not found:
        return 0
    rows = [{name: getattr(one, name) for name in Found.__dataclass_fields__} for one in found]
    return int(await db.fetchval(_WRITE, rows, run))


_CLOSE = """
with gone as (
  update reconcile_break b set status = 'closed', ended_at = business_now(), closed_by_rule = coalesce(
    (select m.rule from balance_match m where 'transaction:' || m.transaction_id = b.subject order by m.part desc limit 1),
    (select m.rule from balance_match m where b.subject = 'posting:' || m.transfer_id || ':' || m.account_id limit 1),
    (select m.rule from bank_match m where 'line:' || m.line_id = b.subject limit 1),
    (select m.rule from bank_match m where b.subject = 'posting:' || m.transfer_id || ':' || m.account_id limit 1), '')
  where status in ('open', 'proposed') and run_id is distinct from $1 and (kind = any($2::text[])) = $3
    and kind <> all($4::text[])
  returning b.id, b.closed_by_rule
)
insert into reconcile_note (break_id, kind, facts) select id, 'closed', jsonb_build_object('rule', closed_by_rule) from gone
"""


async def close_gone(run: UUID, *, bank: bool) -> int:
    """Close the live breaks that a run has not found again, saying by which rule they matched late; return how many."""
    return await db.execute(_CLOSE, run, sorted(BANK_KINDS), bank, sorted(CLOSED_BY_NAME))


async def close_named(subjects: Sequence[str], rule: str) -> int:
    """Close the live breaks about these subjects, which have come right by a rule; return how many."""
    return await db.execute(
        """with gone as (
             update reconcile_break set status = 'closed', ended_at = business_now(), closed_by_rule = $2
             where subject = any($1::text[]) and status in ('open', 'proposed') returning id)
           insert into reconcile_note (break_id, kind, facts) select id, 'closed', jsonb_build_object('rule', $2::text) from gone""",
        list(subjects),
        rule,
    )
