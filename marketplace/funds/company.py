"""A company's money: what is free, set aside and owed, its bank book, its payments in, and each thing it pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotAllowed, NotFound
from marketplace.core.money import Money, yen
from marketplace.funds import notices  # noqa: F401 - tells of what arrives
from marketplace.funds.earnings import next_month
from payouts import books, chart, debts, payables, planning, refunds, topups
from payouts.tax_category import CATEGORIES, Payee

READS = ("owner", "finance", "auditor")
ACTS = ("owner", "finance")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """What a company has free, has set aside, and owes alumni that is not in their banks yet.

    `taken_back` is what it owes the operator of card payments that were taken back.
    """

    free: Money
    reserved: Money
    owed: Money
    taken_back: Money
    next_due: date | None
    blocked: list[Any]


async def standing(*, by: Actor) -> Standing:
    """Return where the company's money stands, and what waits for a decision of its finance."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        held = await books.held_by_purpose(f"company:{by.company}")
        owed = await db.fetchrow(_OWED, f"company:{by.company}")
        blocked = await _blocked(by)
        taken_back = await debts.owed(str(by.company))
    assert owed is not None
    free, reserved = held.get("balance", yen(0)), held.get("reserved", yen(0))
    return Standing(free, reserved, yen(owed["total"]), taken_back, owed["due_on"], blocked)


async def taken_back(company: UUID, *, by: Actor) -> Money:
    """Return what a company owes the operator of card payments that were taken back."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return await debts.owed(str(company))


_OWED = """
select coalesce(sum(i.net_amount), 0)::bigint as total, min(i.due_on) as due_on
from payable_item i left join payout p on p.id = i.payout_id
where i.payer = $1 and (p.id is null or p.status not in ('paid', 'settled'))
"""
_OPEN = """
select i.*, c.id as contract_id, s.name as alumnus from payable_item i
left join contract c on i.reference = 'contract:' || c.id
left join membership s on s.company_id = c.company_id and s.person_id = c.person_id
where i.payer = $1 and i.payout_id is null and i.kind = 'fee' order by i.due_on limit 500
"""


async def _blocked(by: Actor) -> list[Any]:
    """Return what nobody may pay before finance says how it is taxed."""
    rows = await db.fetch(_OPEN, f"company:{by.company}")
    today = await clock.today()
    async with db.transaction(operator=True):
        kinds = await db.fetch(
            "select owner, kind from payee where owner = any($1::text[])", [row["owner"] for row in rows]
        )
    of = {row["owner"]: Payee(row["kind"]) for row in kinds}
    return [row for row in rows if planning.blocked(row, of.get(row["owner"], Payee.INDIVIDUAL), on=today)]


async def unit_reserve(*, by: Actor) -> Money:
    """Return what is set aside for the tasks and contracts of a manager's unit, or of all units for one without."""
    by.must_have("manager", *READS)
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select id from task where $1::uuid is null or unit_id = $1
               union all select id from contract where $1::uuid is null or unit_id = $1""",
            by.unit,
        )
        company = str(by.company)
        accounts = [chart.company_reserved_contract(company, str(row["id"])) for row in rows]
        return Money.total((await books.balances_of(accounts)).values())


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of the company's balance as a bank book, with the title of the task behind a line."""

    month: date
    book: books.BankBook
    titles: Mapping[str, str]


async def statement(month: date, *, page: int = 1, whole: bool = False, by: Actor) -> Statement:
    """Return one page of a month of the company's free balance, or all of it for a file, which is audited."""
    by.must_have(*READS)
    begin, end = month.replace(day=1), next_month(month)
    async with db.transaction(**by.scope):
        account = chart.company_balance(str(by.company))
        book = await books.bank_book(account, begin, end, page=page, size=None if whole else books.PAGE)
        if whole:
            await record(
                "balance.exported",
                f"company:{by.company}",
                by=by,
                company=by.company,
                month=begin.isoformat(),
            )
        rows = await db.fetch(
            """select 'task:' || id as reference, title from task where 'task:' || id = any($1::text[])
               union all select 'contract:' || id, title from contract where 'contract:' || id = any($1::text[])""",
            [line.reference for line in book.lines],
        )
    return Statement(begin, book, {row["reference"]: row["title"] for row in rows})


async def payments_in(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of the company's payments in, the newest first, and how many there are."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            "select *, count(*) over () as found from topup where owner = $1 order by id desc limit $2 offset $3",
            f"company:{by.company}",
            PAGE,
            (page - 1) * PAGE,
        )
    return rows, rows[0]["found"] if rows else 0


async def bank_instructions(*, by: Actor) -> dict[str, str] | None:
    """Return the company's virtual account, once it has one; that it was read is audited."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        found: dict[str, str] | None = await db.fetchval(
            "select bank_instructions from payer where owner = $1", f"company:{by.company}"
        )
        if found:
            await record("bank_account.read", f"company:{by.company}", by=by, company=by.company)
    return found


async def quote(amount: Money, method: str, *, by: Actor) -> topups.Quote:
    """Return what a payment costs and credits. Raises Invalid below the least."""
    by.must_have(*ACTS)
    if amount.amount < topups.LEAST:
        raise Invalid(
            fields={"amount": Message(N_("Please pay in at least %(least)s."), {"least": yen(topups.LEAST)})}
        )
    async with db.transaction(**by.scope):
        return await topups.quote(amount, method)


async def pay_by_card(
    amount: Money, *, name: str, email: str, title: str, success_url: str, cancel_url: str, by: Actor
) -> str:
    """Open a hosted card payment; return its address. Raises Invalid, Unavailable."""
    by.must_have(*ACTS)
    return await topups.start_card_topup(
        str(by.company), amount, name=name, email=email, title=title, success_url=success_url,
        cancel_url=cancel_url, requested_by=by.ref,
    )  # fmt: skip


async def pay_by_bank(amount: Money, *, name: str, email: str, by: Actor) -> dict[str, str]:
    """Wait for a bank transfer; return the virtual account. Raises Invalid, Unavailable."""
    by.must_have(*ACTS)
    return await topups.start_bank_topup(str(by.company), amount, name=name, email=email, requested_by=by.ref)


async def newest_payment(*, by: Actor) -> Any:
    """Return the payment that this member started last. Raises NotFound."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            "select * from topup where owner = $1 and requested_by = $2 order by id desc limit 1",
            f"company:{by.company}",
            by.ref,
        )
    if row is None:
        raise NotFound
    return row


async def refund(amount: Money, *, by: Actor) -> int:
    """Give unspent balance back the way it came; return how many refunds do it. Raises Shortfall, Conflict."""
    by.must_have(*ACTS)
    async with db.transaction(company=by.company, operator=True):
        made = await refunds.refund_unspent(str(by.company), amount)
        await record(
            "balance.refunded", f"company:{by.company}", by=by, company=by.company, amount=amount.amount
        )
    return len(made)


async def pay_debt(*, by: Actor) -> Money:
    """Pay from the free balance what is owed for payments that were taken back; return how much. Raises Conflict."""
    by.must_have(*ACTS)
    async with db.transaction(company=by.company, operator=True):
        paid = await debts.pay_from_balance(str(by.company))
        await record("debt.paid", f"company:{by.company}", by=by, company=by.company, amount=paid.amount)
    return paid


async def amount_for(credited: Money, *, by: Actor) -> Money:
    """Return what to pay in by card so that this much is credited."""
    by.must_have(*READS)
    async with db.transaction(**by.scope):
        return await topups.amount_for(credited, "card")


async def categorise(item: UUID, category: str, *, by: Actor) -> None:
    """Say what kind of work a blocked item pays. Raises Invalid for an unknown kind, NotFound for a foreign item."""
    by.must_have(*ACTS)
    if category not in {rule.category for rule in CATEGORIES}:
        raise Invalid(fields={"category": Message(N_("Please choose one of the kinds of work."))})
    async with db.transaction(**by.scope):
        if not await db.fetchval(
            "select true from payable_item where id = $1 and payer = $2", item, f"company:{by.company}"
        ):
            raise NotFound
        await payables.categorise(item, category)
        await record("item.categorised", f"item:{item}", by=by, company=by.company, category=category)


def must_read(by: Actor) -> None:
    """Raise NotAllowed for members who neither see money nor manage a unit."""
    if not by.roles & {*READS, "manager"}:
        raise NotAllowed(
            N_("Money is for the owner, finance and auditors; managers see their unit's reserve.")
        )
