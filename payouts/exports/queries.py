"""Read a company's month into its canonical journal: the ledger's facts, vested bounties, remittances; and what they tie to.

Needs the operator's scope: the caller has shown whose journal it is. People are references here; names come later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.dated import in_force, required
from marketplace.core.money import yen
from payouts.billing.sheet import numbered
from payouts.exports.fact import FULL, Fact
from payouts.exports.journal import Journal, Role, Tie
from payouts.exports.slips import slips_of
from payouts.statements import months, registrations
from payouts.statements.lines import Registered
from payouts.statements.platform_sheet import numbered as platform_numbered
from payouts.statements.transition import share_on
from payouts.tax import CONSUMPTION_TAX_RATES, tax_included

Periods = Mapping[str, Sequence[Registered]]


async def journal(company: str, month: date) -> Journal:
    """Return a company's canonical journal of a month (its first day), with the ties that prove it."""
    asked = f"company:{company}", month, months.after(month)
    rows = [
        *await db.fetch(_MOVED, *asked),
        *await db.fetch(_VESTED, *asked),
        *await db.fetch(_BORNE, *asked),
        *await db.fetch(_REMITTED, *asked),
    ]
    periods = await registrations.of({row["person"] for row in rows if row["person"]})
    facts = sorted((_fact(row, periods) for row in rows), key=lambda fact: (fact.on, fact.order, fact.key))
    found = Journal(company, month, tuple(slip for fact in facts for slip in slips_of(fact)))
    return Journal(company, month, found.slips, tuple(await _ties(found, asked)))


_IN_MONTH = """{0} >= $2::date::timestamp at time zone 'Asia/Tokyo' and {0} < $3::date::timestamp at time zone 'Asia/Tokyo'"""
_MOVED = f"""
with own as (
  select e.transfer_id,
    (-sum(e.amount) filter (where a.purpose in ('balance', 'reserved')))::bigint as gained,
    (sum(e.amount) filter (where a.purpose = 'receivable'))::bigint as owed
  from ledger_entry e join ledger_account a on a.id = e.account_id where e.owner = $1 group by e.transfer_id
), fact as (
  select t.id, t.key, regexp_replace(t.key, '^(reverse:)+', '') as base_key, t.reference, t.happened_at,
    case when (length(t.key) - length(regexp_replace(t.key, '^(reverse:)+', ''))) / 8 % 2 = 1 then -1 else 1 end as sign,
    coalesce(own.gained, 0) as gained, coalesce(own.owed, 0) as owed
  from own join ledger_transfer t on t.id = own.transfer_id where {_IN_MONTH.format("t.happened_at")}
)
select f.key, split_part(f.base_key, ':', 1) as kind, f.id::text as "order", (f.happened_at at time zone 'Asia/Tokyo')::date as on_day,
  f.sign < 0 as reversed, f.sign * f.gained as gained, f.sign * f.owed as owed,
  coalesce(o.person, v.person, n.payee, '') as person, f.sign * o.fee as fee, f.sign * o.fee_tax as fee_tax,
  case split_part(f.base_key, ':', 1) when 'invoice_paid' then coalesce(b.bounty, 0) else f.sign * o.bounty end as bounty,
  coalesce(i.base_amount, 0) as base, coalesce(i.tax_amount, 0) as tax, coalesce(i.withheld_amount, 0) as withheld,
  coalesce(u.amount, 0) as paid_in, v.on_day as bought_on, coalesce(i.title, n.title, v.title, '') as title,
  coalesce(n.number, 0) as invoice_number, f.base_key
from fact f
left join lateral (
  select max(a.owner) filter (where a.owner like 'person:%') as person,
    coalesce(-sum(e.amount) filter (where a.purpose = 'revenue'), 0)::bigint as fee,
    coalesce(-sum(e.amount) filter (where a.purpose = 'tax'), 0)::bigint as fee_tax,
    coalesce(-sum(e.amount) filter (where a.purpose in ('awaiting', 'unvested')), 0)::bigint as bounty
  from ledger_entry e join ledger_account a on a.id = e.account_id where e.transfer_id = f.id
) o on true
left join payable_item i on i.payer = $1 and f.base_key ~ '^(approve|cancel):' and i.reference = f.reference
  and i.part = case split_part(f.base_key, ':', 1) when 'cancel' then 'cancel' else substring(f.base_key from '[^:]+$') end
left join topup u on f.base_key like 'topup:%' and f.reference = 'topup:' || u.id
left join invoice n on f.base_key ~ '^(invoice|invoice_paid|credit_note):' and f.reference = 'invoice:' || n.id
left join lateral (
  select sum(abs(e.amount))::bigint as bounty from ledger_transfer t join ledger_entry e on e.transfer_id = t.id and e.amount < 0
  where f.base_key like 'invoice_paid:%' and t.kind = 'fund_bounty' and t.reference = f.reference
) b on true
left join lateral (
  select (t.happened_at at time zone 'Asia/Tokyo')::date as on_day, w.owner as person, w.title
  from ledger_transfer t left join payable_item w on w.payer = $1 and w.reference = t.reference and w.kind = 'bounty'
  where f.base_key like 'netted:%' and t.key = 'vest:' || split_part(f.base_key, ':', 2) limit 1
) v on true
"""
_VESTED = f"""
select 'vest:' || i.id as key, 'vest' as kind, i.id::text as "order", (i.created_at at time zone 'Asia/Tokyo')::date as on_day,
  false as reversed, 0 as gained, 0 as owed, i.owner as person, 0 as fee, 0 as fee_tax, 0 as bounty, i.base_amount as base,
  0 as tax, 0 as withheld, 0 as paid_in, null::date as bought_on, i.title, 0 as invoice_number, 'vest:' as base_key
from payable_item i where i.payer = $1 and i.kind = 'bounty' and {_IN_MONTH.format("i.created_at")}
"""
_BORNE = """
select 'platform_invoice:' || p.id as key, 'platform_invoice' as kind, p.id::text as "order", ($3::date - 1) as on_day,
  false as reversed, 0 as gained, 0 as owed, '' as person, 0 as fee, p.tax_amount - p.contract_tax_amount as fee_tax, 0 as bounty,
  0 as base, 0 as tax, 0 as withheld, 0 as paid_in, null::date as bought_on, '' as title, 0 as invoice_number,
  'platform_invoice:' || p.number as base_key
from platform_invoice p where p.owner = $1 and p.month = $2 and p.borne_by = 'operator'
"""
_REMITTED = """
select 'remittance:' || to_char(r.month, 'YYYY-MM') || ':' || r.amount || ':' || r.remitted_on as key, 'remittance' as kind,
  'zz' || to_char(r.month, 'YYYY-MM') as "order", r.remitted_on as on_day, false as reversed, 0 as gained, 0 as owed, '' as person,
  0 as fee, 0 as fee_tax, 0 as bounty, 0 as base, 0 as tax, r.amount as withheld, 0 as paid_in, null::date as bought_on,
  to_char(r.month, 'YYYY-MM') as title, 0 as invoice_number, 'remittance:' as base_key
from withholding_remittance r where r.owner = $1 and r.remitted_on >= $2::date and r.remitted_on < $3::date
"""


def _fact(row: Any, periods: Periods) -> Fact:
    bought_on = row["bought_on"] or row["on_day"]
    base, tax = yen(row["base"]), yen(row["tax"])
    if row["kind"] in {"vest", "netted"}:
        gross = base or yen(row["gained"])
        tax = tax_included(gross, required(CONSUMPTION_TAX_RATES, bought_on).standard)
        base = gross - tax
    given_back = -1 if row["kind"] == "credit_note" else 1
    return Fact(
        key=row["key"], kind=_kind(row), on=row["on_day"], order=row["order"], reversed=row["reversed"],
        gained=yen(row["gained"]), owed=yen(row["owed"]), person=row["person"], base=base, tax=tax,
        withheld=yen(row["withheld"]), fee=yen(row["fee"]) * given_back,
        fee_tax=yen(row["fee_tax"]) * given_back, bounty=yen(row["bounty"]) * given_back, paid_in=yen(row["paid_in"]), share=_share(row["person"], bought_on, periods),
        title=row["title"], document=_document(row),
    )  # fmt: skip


def _kind(row: Any) -> str:
    """Return the kind of a fact; what a cancelled contract held beside its parts only goes back inside the deposit."""
    if row["base_key"].endswith(":rest") and row["kind"] == "cancel":
        return "release"
    return str(row["kind"])


def _share(person: str, on: date, periods: Periods) -> int:
    return FULL if in_force(periods.get(person, ()), on) else share_on(on)


def _document(row: Any) -> str:
    kind, number = row["kind"], row["base_key"].rpartition(":")[2]
    if kind == "credit_note":
        return numbered("credit_note", int(number))
    if kind == "platform_invoice" and number.isdecimal():
        return platform_numbered(int(number))
    return numbered("invoice", row["invoice_number"]) if row["invoice_number"] else ""


_DEPOSIT = f"""
select coalesce(-sum(e.amount), 0)::bigint from ledger_account a join ledger_entry e on e.account_id = a.id
join ledger_transfer t on t.id = e.transfer_id
where a.owner = $1 and a.purpose in ('balance', 'reserved') and {_IN_MONTH.format("t.happened_at")}
"""
_REGISTERED = f"""
select coalesce(sum(case t.kind when 'paid' then 1 else -1 end * (i.withheld_amount + i.adjusted_amount)), 0)::bigint
from ledger_transfer t join payable_item i on i.payout_id = split_part(t.key, ':', 2)::uuid
where t.kind in ('paid', 'returned') and i.payer = $1 and i.kind = 'fee' and {_IN_MONTH.format("t.happened_at")}
"""
_PENDING = """
select coalesce(sum(i.withheld_amount + case when p.pay_on is null then 0 else i.adjusted_amount end), 0)::bigint
from payable_item i left join payout p on p.id = i.payout_id
  and p.planned_at < $2::date::timestamp at time zone 'Asia/Tokyo'
where i.payer = $1 and i.kind = 'fee' and i.created_at < $2::date::timestamp at time zone 'Asia/Tokyo'
  and 0 = (select count(*) filter (where t.kind = 'paid') - count(*) filter (where t.kind = 'returned') from ledger_transfer t
           where t.kind in ('paid', 'returned') and t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
             and t.key like any(array['paid:' || i.payout_id || ':%', 'returned:' || i.payout_id || ':%']))
"""
_INVOICED = "select fee_amount + tax_amount as total from platform_invoice where owner = $1 and month = $2 and $3::date > $2"


async def _ties(found: Journal, asked: tuple[str, date, date]) -> Iterable[Tie]:
    owner, begin, end = asked
    remittances = tuple(slip for slip in found.slips if slip.kind == "remittance")
    remitted = Journal(found.company, found.month, remittances).moved(Role.WITHHELD)
    before = yen(await db.fetchval(_PENDING, owner, begin))
    after = yen(await db.fetchval(_PENDING, owner, end))
    withheld = before - found.moved(Role.WITHHELD) + remitted - after
    ties = [
        Tie("deposit", found.moved(Role.DEPOSIT), yen(await db.fetchval(_DEPOSIT, *asked))),
        Tie("withheld", withheld, yen(await db.fetchval(_REGISTERED, *asked))),
    ]
    invoiced = await db.fetchval(_INVOICED, *asked)
    if invoiced is not None:
        ties.append(Tie("platform", found.purchased(Role.PLATFORM_FEE), yen(invoiced)))
    return ties
