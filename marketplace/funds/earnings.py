"""An alumnus's money: three numbers that are ledger accounts, the statement, what is on its way and why it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money, yen
from marketplace.funds import waiting
from payouts import books, chart, payables, planning
from payouts.tax_category import Payee

MONTHS_SHOWN = 6
PAGE = 10
"""Things on their way that are shown at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What companies hold for his concluded contracts, what he is owed, what is on its way.

    `reserved` is his part; `held` is what the ledger holds for the same contracts, the platform's fee in it.
    """

    reserved: Money
    held: Money
    contracts: int
    payable: Money
    in_transit: Money


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing owed and not yet in the bank, with the answer to why."""

    item: Any
    why: waiting.Why


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One page of what is owed and not yet in the bank, the soonest due first, with the sums of all of it.

    `next_amount` is all that is to be in the bank by `next_on`, the first day on which something is; `may_ask` counts
    what could be asked for early; `payee` is the person's side of the provider.
    """

    shown: list[Waiting]
    page: int
    found: int
    total: Money
    due_on: date | None
    arrives_on: date | None
    next_on: date | None
    next_amount: Money
    may_ask: int
    payee: dict[str, Any]


_CONTRACTS = """
select c.id, c.company_id, c.currency, c.price_amount + c.tax_amount - c.withheld_amount
  - coalesce((select sum(i.base_amount + i.tax_amount - i.withheld_amount) from payable_item i
              where i.reference = 'contract:' || c.id and i.kind = 'fee'), 0)::bigint as coming
from contract c where c.person_id = $1 and c.status not in ('approved', 'paid', 'cancelled', 'resolved')
"""


async def standing(*, by: Actor) -> Standing:
    """Return the three numbers."""
    by.must_be("alumnus")
    async with db.reading(person=by.person):
        rows = await db.fetch(_CONTRACTS, by.person)
        mine = await books.held_by_purpose(f"person:{by.person}")
        accounts = {
            chart.company_reserved_contract(str(row["company_id"]), str(row["id"])): row["coming"]
            for row in rows
        }
        async with db.transaction(operator=True):
            held = await books.balances_of(list(accounts))
    reserved = [yen(coming) for account, coming in accounts.items() if held.get(account.name)]
    return Standing(
        reserved=Money.total(reserved, "JPY"),
        held=Money.total(held.values(), "JPY"),
        contracts=len(reserved),
        payable=mine.get("payable", yen(0)),
        in_transit=mine.get("in_transit", yen(0)),
    )


_WAY = """
with way as materialized (
  select i.id, i.title, i.kind, i.tax_category, i.base_amount, i.tax_amount, i.withheld_amount, i.adjusted_amount,
    i.netted_amount, i.net_amount, i.due_on, i.early_asked_at, i.reference, i.payer, i.payout_id, i.created_at,
    coalesce(p.status, '') as status, coalesce(p.hold_reason, '') as hold_reason,
    coalesce(p.hold_owner, '') as hold_owner, (p.hold_until at time zone 'Asia/Tokyo')::date as hold_until,
    p.arrives_on, p.submitted_at, f.pay_on as file_on, coalesce(p.arrives_on, f.pay_on, i.due_on) as comes_on,
    case when p.transferred then 'stripe' when p.status in ('submitting', 'unknown', 'in_transit') then p.rail
      else coalesce(e.rail, 'stripe') end as rail
  from payable_item i left join payout p on p.id = i.payout_id left join payee e on e.owner = i.owner
    left join transfer_row f on f.payout_id = p.id and f.status = 'waiting'
  where i.owner = $1 and i.net_amount > 0 and (p.id is null or p.status not in ('paid', 'settled'))
), sums as (
  select count(*) as found, sum(net_amount)::bigint as total, min(due_on) as first_due_on,
    min(arrives_on) as first_arrives_on, min(comes_on) as next_on,
    count(*) filter (where payout_id is null and early_asked_at is null) as may_ask
  from way
)
select one.*, sums.*, business_today() as today,
  (select sum(net_amount) from way where comes_on = sums.next_on)::bigint as next_amount,
  (one.created_at at time zone 'Asia/Tokyo')::date as owed_on,
  (one.submitted_at at time zone 'Asia/Tokyo')::date as submitted_on,
  c.id as contract_id, c.received_on, case one.kind when 'bounty' then substr(one.reference, 7) end as claim_id, co.name as company, coalesce(nullif(co.name_en, ''), co.name) as company_en
from (select * from way order by due_on, id limit $2 offset $3) one cross join sums
left join contract c on one.reference = 'contract:' || c.id left join company co on one.payer = 'company:' || co.id
order by one.due_on, one.id
"""


async def on_the_way(page: int = 1, *, by: Actor) -> OnTheWay:
    """Return everything owed that is not in the bank yet, a page of it with why; past the last page, the first one."""
    by.must_be("alumnus")
    async with db.reading(person=by.person):
        rows = await db.fetch(_WAY, f"person:{by.person}", PAGE, (page - 1) * PAGE)
        if not rows and page > 1:
            return await on_the_way(by=by)
        payee = await payee_of(by.person)
    if not rows:
        return OnTheWay([], 1, 0, yen(0), None, None, None, yen(0), 0, payee)
    sums = rows[0]
    return OnTheWay(
        shown=[_waiting(row, payee) for row in rows],
        page=page,
        found=sums["found"],
        total=yen(sums["total"]),
        due_on=sums["first_due_on"],
        arrives_on=sums["first_arrives_on"],
        next_on=sums["next_on"],
        next_amount=yen(sums["next_amount"]),
        may_ask=sums["may_ask"],
        payee=payee,
    )


def _waiting(row: Any, payee: dict[str, Any]) -> Waiting:
    blocked = not row["status"] and planning.blocked(row, Payee(payee["kind"]), on=row["today"])
    return Waiting(row, waiting.why(row, payee=payee["status"], blocked=blocked))


async def payee_of(person: UUID | None) -> dict[str, Any]:
    """Return the person's side of the provider, or what it is before there is one. Runs in the person's scope."""
    row = await db.fetchrow("select * from payee where owner = $1", f"person:{person}")
    if row is not None:
        return dict(row)
    return {
        "status": "new", "kind": "individual", "requirements": [], "registration_number": None,
        "account": None, "bank_name": "", "bank_last4": "", "rail": "stripe",
    }  # fmt: skip


async def payout_setup(*, by: Actor) -> dict[str, Any]:
    """Return how the alumnus's payment set-up stands, mirrored from the provider."""
    by.must_be("alumnus")
    async with db.reading(person=by.person):
        return await payee_of(by.person)


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of the payable account as a bank book, and what each line was for, by its reference."""

    month: date
    book: books.BankBook
    items: dict[str, list[Any]]
    payouts: dict[str, Any]


_ITEMS = """
select i.id, i.title, i.reference, i.part, i.kind, i.base_amount, i.tax_amount, i.withheld_amount, i.payout_id,
  co.name as company, coalesce(nullif(co.name_en, ''), co.name) as company_en
from payable_item i left join company co on i.payer = 'company:' || co.id
where i.owner = $1 and (i.reference = any($2::text[]) or i.payout_id = any($3::uuid[])) order by i.id
"""


async def statement(month: date, *, page: int = 1, whole: bool = False, by: Actor) -> Statement:
    """Return one page of a month of the alumnus's payable account, or all of it; `month` is any day in it."""
    by.must_be("alumnus")
    begin, end = month.replace(day=1), next_month(month)
    async with db.reading(person=by.person):
        account = chart.person_payable(str(by.person))
        book = await books.bank_book(account, begin, end, page=page, size=None if whole else books.PAGE)
        references = [line.reference for line in book.lines]
        numbers = _ids(references, "payout")
        items = await db.fetch(_ITEMS, f"person:{by.person}", references, numbers)
        payouts = await db.fetch(
            "select id, status, arrives_on, amount from payout where id = any($1::uuid[])", numbers
        )
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item["reference"], []).append(item)
        found.setdefault(f"payout:{item['payout_id']}", []).append(item)
    return Statement(begin, book, found, {f"payout:{row['id']}": row for row in payouts})


async def this_month() -> date:
    """Return the first day of the business month."""
    async with db.reading():
        return (await clock.today()).replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)


def month_before(day: date) -> date:
    """Return the first day of the month before."""
    return day.replace(year=day.year - (day.month == 1), month=(day.month - 2) % 12 + 1, day=1)


async def arrivals(month: date, *, by: Actor) -> dict[date, Money]:
    """Return what reached the bank in each of the months up to this one (its first day), empty months as zero."""
    by.must_be("alumnus")
    async with db.reading(person=by.person):
        months = [month]
        while len(months) < MONTHS_SHOWN:
            months.insert(0, month_before(months[0]))
        found = await books.arrivals(f"person:{by.person}", months[0])
    return {each: found.get(each, yen(0)) for each in months}


async def ask_early(item: UUID | None = None, *, by: Actor) -> int:
    """Ask for one thing, or for everything that is owed, before its due date; return how many are asked for."""
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        asked = await payables.ask_early(str(by.person), item)
        if not asked:
            raise Conflict(N_("There is nothing that could be paid early."))
        await record("payment.asked_early", f"person:{by.person}", by=by, person=by.person, items=asked)
    return asked


def _ids(references: Iterable[str], kind: str) -> list[UUID]:
    return [UUID(text.partition(":")[2]) for text in references if text.startswith(f"{kind}:")]
