"""The operator's monthly qualified invoice for platform fees: one per company, tied to the ledger's revenue and tax."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.dated import required
from marketplace.core.errors import NotFound
from marketplace.core.money import Money, yen
from payouts import journal
from payouts.billing import numbers, parties
from payouts.closing.months import with_reason
from payouts.statements import making, months, postings
from payouts.tax import CONSUMPTION_TAX_RATES, tax_by_rate

log = logging.getLogger(__name__)

_FEES = """
select t.key, (t.happened_at at time zone 'Asia/Tokyo')::date as on_day, (-fee.amount)::bigint as fee,
  coalesce((select -tax.amount from ledger_entry tax join ledger_account a on a.id = tax.account_id
            where tax.transfer_id = t.id and a.name = 'tax:output'), 0)::bigint as tax,
  coalesce(i.title, t.key) as title, t.reference
from ledger_account account join ledger_entry fee on fee.account_id = account.id join ledger_transfer t on t.id = fee.transfer_id
left join payable_item i on i.reference = t.reference and i.part = substring(t.key from '[^:]+$')
where account.name = 'revenue:platform_fee' and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
  and t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo'
  and exists (select from ledger_entry own where own.transfer_id = t.id and own.owner = $1)
order by t.happened_at, t.id
"""
_COMPANIES = """
select distinct own.owner from ledger_account account join ledger_entry fee on fee.account_id = account.id
join ledger_transfer t on t.id = fee.transfer_id join ledger_entry own on own.transfer_id = t.id and own.owner like 'company:%'
where account.name = 'revenue:platform_fee' and t.happened_at >= $1::date::timestamp at time zone 'Asia/Tokyo'
  and t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
  and not exists (select from platform_invoice p where p.owner = own.owner and p.month = $1)
order by own.owner
"""


async def make_last_month() -> int:
    """The sweep: make last month's invoices that are missing; return how many."""
    async with db.transaction(operator=True):
        month = months.before(await clock.today())
    return await make_month(month)


async def make_month(month: date) -> int:
    """Make the missing invoices of a month that is over, each in its own transaction; return how many. Raises Conflict.

    Safe twice and at any time: one company's failure is loud and does not hold up the others.
    """
    async with db.transaction(operator=True):
        await making.must_have_ended(month)
        rows = await db.fetch(_COMPANIES, month, months.after(month))
    made = 0
    for row in rows:
        try:
            made += await make(row["owner"].partition(":")[2], month)
        except (LookupError, journal.KeyReused):
            log.exception("no platform invoice for %s in %s", row["owner"], month)
    return made


async def make(company: str, month: date) -> bool:
    """Make a company's invoice of a month; False when it is there or there were no fees. Opens its own transaction."""
    owner = f"company:{company}"
    async with db.transaction(operator=True):
        await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"platform_invoice:{owner}")
        if await db.fetchval(
            "select true from platform_invoice where owner = $1 and month = $2", owner, month
        ):
            return False
        rows = await db.fetch(_FEES, owner, month, months.after(month))
        if not rows:
            return False
        await _write(company, month, [_line(row) for row in rows])
    return True


def _line(row: Any) -> dict[str, Any]:
    rate = required(CONSUMPTION_TAX_RATES, row["on_day"]).standard
    return {
        "key": row["key"], "reference": row["reference"], "on": row["on_day"].isoformat(), "title": row["title"],
        "rate": rate, "fee": row["fee"], "tax": row["tax"],
    }  # fmt: skip


async def _write(company: str, month: date, lines: list[dict[str, Any]]) -> None:
    rates = tax_by_rate((yen(line["fee"]), line["rate"]) for line in lines)
    agreed: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        agreed[line["rate"]] += line["tax"]
    tax, contracts = sum(rate.tax.amount for rate in rates), sum(agreed.values())
    borne_by = await _post(company, month, yen(tax - contracts))
    buyer = await parties.buyer(company)
    await db.execute(
        """insert into platform_invoice (owner, month, number, seller, buyer, rates, lines, fee_amount, contract_tax_amount,
             tax_amount, borne_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        f"company:{company}", month, await numbers.take("platform_invoice"), parties.seller().record, buyer.record,
        [
            {"rate": each.rate, "base": each.net.amount, "tax": each.tax.amount, "agreed": agreed[each.rate]}
            for each in rates
        ],
        lines, sum(line["fee"] for line in lines), contracts, tax, borne_by,
    )  # fmt: skip


async def _post(company: str, month: date, difference: Money) -> str:
    """Post the difference as of the month's last moment; return who bore it."""
    if not difference:
        return ""
    told: dict[str, Any] = {
        "month": month,
        "difference": difference,
        "happened_at": months.last_moment(month),
    }
    about = f"company:{company}"
    async with with_reason("the month's invoice for platform fees"):
        try:
            await journal.record(postings.platform_invoice(company, from_balance=True, **told), about=about)
        except journal.Overdrawn:
            await journal.record(postings.platform_invoice(company, from_balance=False, **told), about=about)
            return "operator"
    return "balance"


@dataclass(frozen=True, slots=True)
class Tie:
    """A month's invoices against the ledger: revenue, and the tax of the same postings with the differences posted."""

    month: date
    invoices: int
    missing: int
    fee: Money
    tax: Money
    ledger_fee: Money
    ledger_tax: Money

    @property
    def holds(self) -> bool:
        """Every yen of revenue and its tax stands on an invoice."""
        return (self.fee, self.tax) == (self.ledger_fee, self.ledger_tax)


_LEDGER = """
select coalesce(-sum(e.amount) filter (where a.name = 'revenue:platform_fee'), 0)::bigint as fee,
  coalesce(-sum(e.amount) filter (where a.name = 'tax:output'), 0)::bigint as tax
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
where t.happened_at >= $1::date::timestamp at time zone 'Asia/Tokyo' and t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
  and (t.kind = 'platform_invoice' or exists (
    select from ledger_entry f join ledger_account r on r.id = f.account_id
    where f.transfer_id = t.id and r.name = 'revenue:platform_fee'))
"""
_INVOICED = """
select count(*) as invoices, coalesce(sum(fee_amount), 0)::bigint as fee, coalesce(sum(tax_amount), 0)::bigint as tax
from platform_invoice where month = $1
"""


async def tie(month: date) -> Tie:
    """Compare a month's invoices with the ledger. Needs the operator's scope."""
    ledger = await db.fetchrow(_LEDGER, month, months.after(month))
    invoiced = await db.fetchrow(_INVOICED, month)
    assert ledger is not None
    assert invoiced is not None
    missing = len(await db.fetch(_COMPANIES, month, months.after(month)))
    return Tie(
        month, invoiced["invoices"], missing, yen(invoiced["fee"]), yen(invoiced["tax"]), yen(ledger["fee"]), yen(ledger["tax"])
    )  # fmt: skip


async def listed(*, owner: str = "", month: date | None = None) -> list[Any]:
    """Return the invoices that the scope sees, of one company or of one month, the newest first."""
    return await db.fetch(
        """select * from platform_invoice where ($1 = '' or owner = $1) and ($2::date is null or month = $2)
           order by month desc, number desc limit 2000""",
        owner,
        month,
    )


async def one(invoice: UUID) -> Any:
    """Return an invoice that the scope sees. Raises NotFound."""
    row = await db.fetchrow("select * from platform_invoice where id = $1", invoice)
    if row is None:
        raise NotFound
    return row


async def months_with_fees(limit: int = 24) -> list[date]:
    """Return the months of the ledger in which fees were earned, the newest first. Needs the operator's scope."""
    rows = await db.fetch(
        """select date_trunc('month', t.happened_at at time zone 'Asia/Tokyo')::date as month from ledger_account a
           join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
           where a.name = 'revenue:platform_fee' group by 1 order by 1 desc limit $1""",
        limit,
    )
    return [row["month"] for row in rows]
