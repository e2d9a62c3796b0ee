"""The register of income tax withheld: what a company withheld from what reached people's banks, by the day it did.

It is read from the ledger's facts (`paid`, `returned`), so that it cannot differ from them; what comes back from a bank
is a correction in the month in which it does. Needs the operator's scope: the caller has shown whose register it reads.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money, yen
from payouts.statements import months
from payouts.tax import remittance_due_on

_MOVED = """
with moved as (
  select t.id, t.kind, t.happened_at, (t.happened_at at time zone 'Asia/Tokyo')::date as day,
    split_part(t.key, ':', 2)::uuid as payout_id, case t.kind when 'paid' then 1 else -1 end as sign
  from ledger_transfer t where t.kind in ('paid', 'returned')
    and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo' and t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo'
)
"""
_ROWS = f"""{_MOVED}
select m.kind as fact, m.day, m.sign, m.payout_id, i.id as item_id, i.owner, i.title, i.reference, i.part, i.tax_category,
  (m.sign * i.base_amount)::bigint as base_amount, (m.sign * i.tax_amount)::bigint as tax_amount,
  (m.sign * i.withheld_amount)::bigint as agreed_amount, (m.sign * i.adjusted_amount)::bigint as adjusted_amount,
  (m.sign * (i.withheld_amount + i.adjusted_amount))::bigint as withheld_amount, (m.sign * i.net_amount)::bigint as net_amount
from moved m join payable_item i on i.payout_id = m.payout_id
where i.payer = $1 and i.kind = 'fee' and i.withheld_amount + i.adjusted_amount <> 0
order by m.day, m.happened_at, i.id
"""
# Set by set: a plan for one payout at a time would read the whole tables for each where they were never analysed.
_DIFFERENT = f"""{_MOVED},
owed as (
  select i.payout_id, sum(i.net_amount) as amount from payable_item i
  where i.payout_id in (select payout_id from moved) group by 1 having bool_or(i.payer = $1)
),
reached as (
  select m.payout_id, m.id, sum(abs(e.amount)) filter (where a.purpose in ('stripe_connected', 'bank_client')) as amount
  from moved m join ledger_entry e on e.transfer_id = m.id join ledger_account a on a.id = e.account_id group by 1, 2
)
select r.payout_id from reached r join owed o using (payout_id) where o.amount is distinct from r.amount
"""


@dataclass(frozen=True, slots=True)
class Register:
    """A month: each payment withheld from, and the sums that prove each other.

    `agreed` is what the contracts withheld, `adjusted` what one day's payments together needed more; `different` are
    the payouts whose amount in the ledger is not the sum of what they paid for.
    """

    month: date
    rows: list[Any]
    due_on: date
    base: Money
    tax: Money
    agreed: Money
    adjusted: Money
    withheld: Money
    net: Money
    different: list[Any]

    @property
    def holds(self) -> bool:
        """Fees with tax less what was withheld is what reached the banks, and the ledger says the same."""
        return (
            self.base + self.tax - self.withheld == self.net
            and self.agreed + self.adjusted == self.withheld
            and not self.different
        )


async def register(company: str, month: date) -> Register:
    """Return a company's register of a month."""
    asked = f"company:{company}", month, months.after(month)
    rows = await db.fetch(_ROWS, *asked)
    total = {
        name: yen(sum(row[f"{name}_amount"] for row in rows))
        for name in ("base", "tax", "agreed", "adjusted", "withheld", "net")
    }
    return Register(
        month, rows, remittance_due_on(month), **total, different=await db.fetch(_DIFFERENT, *asked)
    )


@dataclass(frozen=True, slots=True)
class Remittance:
    """What is to be remitted for a month and by when; `remitted` and its day once finance has noted it."""

    month: date
    payees: int
    base: Money
    withheld: Money
    due_on: date
    remitted: Money | None
    remitted_on: date | None


_REMITTANCES = f"""{_MOVED}
select date_trunc('month', m.day)::date as month, count(distinct i.owner) as payees, sum(m.sign * i.base_amount)::bigint as base,
  sum(m.sign * (i.withheld_amount + i.adjusted_amount))::bigint as withheld, max(r.amount) as remitted, max(r.remitted_on) as remitted_on
from moved m join payable_item i on i.payout_id = m.payout_id
left join withholding_remittance r on r.owner = $1 and r.month = date_trunc('month', m.day)::date
where i.payer = $1 and i.kind = 'fee' and i.withheld_amount + i.adjusted_amount <> 0 group by 1 order by 1 desc
"""


async def remittances(company: str, begin: date, end: date) -> list[Remittance]:
    """Return a company's remittances for the months from `begin` to before `end`, the newest first."""
    rows = await db.fetch(_REMITTANCES, f"company:{company}", begin, end)
    return [
        Remittance(
            row["month"], row["payees"], yen(row["base"]), yen(row["withheld"]), remittance_due_on(row["month"]),
            None if row["remitted"] is None else yen(row["remitted"]), row["remitted_on"],
        )
        for row in rows
    ]  # fmt: skip


async def note_remitted(company: str, month: date, *, on: date, by: str, today: date) -> Money:
    """Note that a month's tax was remitted on a day; return how much. Raises Invalid, Conflict while the month runs."""
    if on > today or on < month:
        raise Invalid(fields={"on": Message(N_("Please give the day on which it was remitted."))})
    if not months.has_ended(month, today):
        raise Conflict(N_("This month is not over yet: more may still be withheld in it."))
    found = (await register(company, month)).withheld
    await db.execute(
        """insert into withholding_remittance (owner, month, amount, remitted_on, noted_by) values ($1, $2, $3, $4, $5)
           on conflict (owner, month) do update set amount = $3, remitted_on = $4, noted_by = $5, noted_at = business_now()""",
        f"company:{company}",
        month,
        found.amount,
        on,
        by,
    )
    return found
