"""Run the table of rules over sets of transactions, in SQL; and gather what `rules.judge` needs for the rest.

The rules that find a posting by its key are one statement, so that each table is read once for all of them; the few others
have one each. All are plain equal joins, which PostgreSQL answers with hash joins: a million rows need no loop.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marketplace.core import db
from payouts.reconcile.rules import BY_AMOUNT, RULES, Claim, Rule, Surroundings, Transaction

WORK_MEMORY = "256MB"
"""For the hash joins of one statement: a million postings fit, so that nothing is written to disk."""

IN_OUR_ORDER = """select set_config('work_mem', $1, true), set_config('enable_nestloop', 'off', true),
  set_config('enable_mergejoin', 'off', true), set_config('join_collapse_limit', '1', true),
  set_config('from_collapse_limit', '1', true)"""
"""PostgreSQL cannot tell how many rows a row-level policy lets through: it guesses one, and would loop over a million, or
join by equal amounts before it looks at a key. The statements name their joins in the order in which they are to be done."""
_THROUGH = {
    "invoice": ("join invoice made on made.balance_transaction = t.id", "made.number"),
    "transfer": ("join money_op made on made.kind = 'transfer' and made.provider_id = t.{points}", "made.business_key"),
    "payout": ("join money_op made on made.kind = 'payout' and made.provider_id = t.{points}", "made.business_key"),
    "refund": ("join money_op made on made.kind = 'refund' and made.provider_id = t.{points}", "made.business_key"),
}  # fmt: skip
_MEASURES = {"net": "t.net_amount", "amount": "t.amount", "fee": "t.fee_amount"}


def _is_shared(rule: Rule) -> bool:
    return rule.points != BY_AMOUNT and rule.against == "stripe" and rule.part == "whole"


SHARED = tuple(rule for rule in RULES if _is_shared(rule))
STEPS: tuple[tuple[Rule, ...], ...] = (SHARED, *((rule,) for rule in RULES if not _is_shared(rule)))
"""What one statement matches: the rules that find an account's entry by a key share one scan; the others have their own.

They speak of different transactions, so that their order does not matter; within the shared ones it is that of the table.
"""


async def match(step: Sequence[Rule], since: datetime, again: Sequence[str]) -> int:
    """Match by the rules of a step the transactions that were made since then and those named `again`; return how many.

    Runs in the operator's scope; its database transaction keeps planning in our order to its end. A balance transaction
    that has its posting keeps it; of two that fit one posting, the earlier.
    """
    await db.execute(IN_OUR_ORDER, WORK_MEMORY)
    return await db.execute(statement(step), since, list(again))


def statement(step: Sequence[Rule]) -> str:
    """Return the statement of a step: parameters are the earliest time and the ids to look at besides."""
    return _shared(step) if step == SHARED else single(step[0])


def _shared(rules: Sequence[Rule]) -> str:
    rows = ",\n  ".join(_row(number, rule, kind) for number, rule in enumerate(rules) for kind in rule.kinds)
    return f"""
insert into balance_match (transaction_id, part, transfer_id, account_id, half, rule)
select k.id, 'whole', lt.id, k.ledger_account, 0, k.name
from (
  select t.id, pa.ledger_account, t.made_at, t.currency, r.number, r.name, r.days, r.sign * case r.measure
      when 'net' then t.net_amount when 'amount' then t.amount else t.fee_amount end as amount,
    r.prefix || case r.through when '' then {_OBJECT} when 'invoice' then i.number::text else o.business_key end as key
  from balance_transaction t
    join provider_account pa on pa.account = t.account
    join (values {rows}) as r (number, name, connected, kind, category, prefix, points, through, measure, sign, days)
      on r.kind = t.kind and r.connected = (t.account <> '') and r.category in ('', t.category)
    left join money_op o on o.kind = r.through and o.provider_id = {_OBJECT}
    left join invoice i on i.balance_transaction = {_OBJECT} and r.through = 'invoice'
  where (t.made_at >= $1 or t.id = any($2::text[])) and pa.ledger_account is not null
    and not exists (select from balance_match m where m.transaction_id = t.id and m.part = 'whole')
) k
  join ledger_transfer lt on lt.key = k.key
  join ledger_entry e on e.transfer_id = lt.id and e.account_id = k.ledger_account
where e.amount = k.amount and lt.currency = k.currency and lt.happened_at between k.made_at - k.days and k.made_at + k.days
order by k.number, k.made_at, k.id
on conflict do nothing"""


_OBJECT = "case r.points when 'id' then t.id when 'source' then t.source else t.origin end"


def _row(number: int, rule: Rule, kind: str) -> str:
    words = (rule.category, rule.prefix, rule.points, rule.through, rule.measure)
    said = ", ".join(f"'{word}'" for word in words)
    connected = str(rule.connected).lower()
    return (
        f"({number}, '{rule.name}', {connected}, '{kind}', {said}, {rule.sign}, interval '{rule.days} days')"
    )


_ENTRY = {
    "stripe": "join ledger_entry e on e.transfer_id = lt.id and e.account_id = pa.ledger_account",
    "in_transit": """join ledger_entry e on e.transfer_id = lt.id
  join ledger_account ea on ea.id = e.account_id and ea.purpose = 'in_transit'""",
}


def single(rule: Rule) -> str:
    """Return a statement of one rule alone."""
    order = "abs(extract(epoch from lt.happened_at - t.made_at))," if rule.points == BY_AMOUNT else ""
    return f"""
insert into balance_match (transaction_id, part, transfer_id, account_id, half, rule)
select t.id, '{rule.part}', lt.id, pa.ledger_account, {rule.half}, '{rule.name}'
from balance_transaction t
  join provider_account pa on pa.account = t.account
  {_posting(rule)}
  {_ENTRY[rule.against]}
where {_takes(rule)}
  and (t.made_at >= $1 or t.id = any($2::text[]))
  and e.amount = {rule.sign} * {_MEASURES[rule.measure]} and lt.currency = t.currency
  and lt.happened_at between t.made_at - interval '{rule.days} days' and t.made_at + interval '{rule.days} days'
  and pa.ledger_account is not null
  and not exists (select from balance_match m where m.transaction_id = t.id and m.part = '{rule.part}')
order by t.made_at, {order} t.id
on conflict do nothing"""


def _takes(rule: Rule) -> str:
    kinds = ", ".join(f"'{kind}'" for kind in rule.kinds)
    side = "<>" if rule.connected else "="
    more = f" and t.category = '{rule.category}'" if rule.category else ""
    fee = " and t.fee_amount <> 0" if rule.part == "fee" else ""
    return f"t.kind in ({kinds}) and t.account {side} ''{more}{fee}"


def _posting(rule: Rule) -> str:
    if rule.points == BY_AMOUNT:
        kind = rule.prefix.rstrip(":")
        return f"join ledger_transfer lt on lt.kind = '{kind}'"
    if not rule.through:
        return f"join ledger_transfer lt on lt.key = '{rule.prefix}' || t.{rule.points}"
    made, key = _THROUGH[rule.through]
    return f"{made.format(points=rule.points)} join ledger_transfer lt on lt.key = '{rule.prefix}' || {key}"


_LEFT = """
select t.id, t.account, pa.ledger_name as ledger, t.kind, t.category, t.source, t.amount, t.fee_amount as fee,
  t.net_amount as net, t.currency, t.made_at
from balance_transaction t join provider_account pa on pa.account = t.account
where (t.made_at >= $1 or t.id = any($2::text[])) and t.id > $3
  and (not exists (select from balance_match m where m.transaction_id = t.id and m.part = 'whole')
       or (t.kind = 'adjustment' and t.fee_amount <> 0
           and not exists (select from balance_match m where m.transaction_id = t.id and m.part = 'fee')))
order by t.id limit $4
"""


async def left_over(
    since: datetime, again: Sequence[str], *, after: str = "", most: int = 500
) -> list[Transaction]:
    """Return transactions without their posting by id, from the one behind `after` on."""
    return [Transaction(**dict(row)) for row in await db.fetch(_LEFT, since, list(again), after, most)]


async def claims(transactions: Sequence[Transaction]) -> dict[str, list[Claim]]:
    """Return the postings that the rules find by their objects, whether they fit or not, per transaction."""
    rules = {rule.name: rule for rule in RULES if rule.points != BY_AMOUNT}
    ids = [one.id for one in transactions]
    found: dict[str, list[Claim]] = {one: [] for one in ids}
    for row in await db.fetch(_CLAIMS, ids):
        claim = Claim(
            rules[row["rule"]], str(row["transfer_id"]), row["key"], row["currency"], row["happened_at"],
            row["entries"], row["in_transit"], row["taken_by"],
        )  # fmt: skip
        found[row["transaction_id"]].append(claim)
    return found


def _claims_statement() -> str:
    parts = [
        f"""select t.id as transaction_id, '{rule.name}' as rule, lt.id as transfer_id, lt.key, lt.currency, lt.happened_at,
             {rule.half} as half, pa.ledger_account, t.made_at
           from balance_transaction t join provider_account pa on pa.account = t.account {_posting(rule)}
           where t.id = any($1::text[]) and {_takes(rule)}"""
        for rule in RULES
        if rule.points != BY_AMOUNT
    ]
    return f"""
with found as ({" union all ".join(parts)})
select found.*,
  coalesce((select jsonb_object_agg(a.name, e.amount) from ledger_entry e join ledger_account a on a.id = e.account_id
    where e.transfer_id = found.transfer_id and a.purpose in ('stripe_platform', 'stripe_connected')), '{{}}') as entries,
  coalesce((select sum(e.amount) from ledger_entry e join ledger_account a on a.id = e.account_id
    where e.transfer_id = found.transfer_id and a.purpose = 'in_transit'), 0)::bigint as in_transit,
  coalesce((select m.transaction_id from balance_match m where m.transfer_id = found.transfer_id
    and m.account_id = found.ledger_account and m.half = found.half), '') as taken_by
from found order by found.made_at, found.transaction_id
"""


_CLAIMS = _claims_statement()
_AROUND = """
select t.id, coalesce(twin.id, '') as twin, coalesce(p.id::text, '') as payout,
  coalesce(p.status in ('submitting', 'in_transit', 'unknown'), false) as on_its_way,
  coalesce(p.arrives_on < business_today() - 1, false) as overdue,
  coalesce(p.transferred, false) and exists (select from ledger_transfer lt
    where lt.kind = 'transfer' and lt.reference = 'payout:' || p.id) as transferred
from balance_transaction t
left join lateral (select o.id from balance_transaction o join balance_match m on m.transaction_id = o.id
  where t.source <> '' and o.source = t.source and o.account = t.account and o.kind = t.kind and o.id <> t.id limit 1) twin on true
left join money_op o on o.kind = 'payout' and o.provider_id = t.source
left join payout p on 'payout:' || p.id = o.reference
where t.id = any($1::text[])
"""


async def surroundings(transactions: Sequence[Transaction]) -> Mapping[str, Surroundings]:
    """Return what else is known around transactions without a posting."""
    rows = await db.fetch(_AROUND, [one.id for one in transactions])
    return {row["id"]: Surroundings(**{k: v for k, v in dict(row).items() if k != "id"}) for row in rows}


_POSTINGS = """
with unmatched as materialized (
  select lt.id as transfer_id, lt.key, lt.kind, lt.reference, lt.happened_at, lt.currency, e.account_id, a.name, e.amount,
    coalesce(pa.account, '') as provider_account
  from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer lt on lt.id = e.transfer_id
    left join provider_account pa on pa.ledger_account = a.id
  where a.purpose in ('stripe_platform', 'stripe_connected') and lt.kind <> 'break'
    and (lt.happened_at >= $1 or lt.id = any($2::uuid[])) and lt.happened_at < $3
    and not exists (select from balance_match m where m.transfer_id = lt.id and m.account_id = e.account_id)
)
select u.* from unmatched u
where not exists (select from reconcile_break b where b.transfer_id = u.transfer_id and b.status <> 'closed' and b.subject not like 'posting:%')
  -- Posted, refused by the provider and reversed: it never was there.
  and not exists (select from ledger_transfer other where other.key in ('reverse:' || u.key, regexp_replace(u.key, '^reverse:', ''))
    and other.id <> u.transfer_id and not exists (select from balance_match m where m.transfer_id = other.id))
  and not exists (select from money_op o where o.kind = 'refund' and u.key = 'refund:' || o.business_key
    and o.state not in ('succeeded', 'failed'))
order by u.transfer_id limit $4
"""


async def postings_left(
    since: datetime, again: Sequence[Any], *, before: datetime, most: int = 10_000
) -> list[Any]:
    """Return entries on Stripe accounts, posted before a time, that no transaction belongs to."""
    return list(await db.fetch(_POSTINGS, since, list(again), before, most))
