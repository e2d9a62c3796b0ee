"""What is paid when: one payout per person, currency and day, of what is due or asked for early."""

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.bank_days import minus_bank_days
from marketplace.core.errors import Unavailable
from marketplace.core.money import Money
from marketplace.core.settings import settings
from payouts import attempts, gateway, journal, postings
from payouts.crash import crash_point
from payouts.holds import Situation, blocker
from payouts.tax import Payment, grouped
from payouts.tax_category import Blocked, Payee, Withheld, treatment

log = logging.getLogger(__name__)

LEAD_BANK_DAYS = 5
TRANSFER_DAYS = 1  # a transfer may need a day before the person's account can use it
_HORIZON = timedelta(days=30)


def start_on(due_on: date) -> date:
    """Return the day on which a payment has to start so that it arrives by its due date.

    Five bank days for the payout, one day before them for the transfer (money.md, "The law looks at arrival").
    """
    return minus_bank_days(due_on, LEAD_BANK_DAYS) - timedelta(days=TRANSFER_DAYS)


async def pay() -> int:
    """The sweep: plan what has come due, look at every payout that waits, start what may; return the starts."""
    await plan()
    available = await _available()
    async with db.transaction(operator=True):
        rows = await db.fetch(_WAITING)
    started = 0
    for row in rows:
        if await _start(row["id"], available):
            started += 1
            if available is not None and not row["transferred"]:
                available -= Money(row["amount"], row["currency"])
    return started


async def plan() -> int:
    """Gather due items into payouts; return how many were made."""
    async with db.transaction(operator=True):
        today = await clock.today()
        rows = await db.fetch(_OPEN_ITEMS, today + _HORIZON)
    people = {
        (row["owner"], row["currency"])
        for row in rows
        if row["early_asked_at"] or start_on(row["due_on"]) <= today
    }
    made = 0
    for owner, currency in sorted(people):
        async with db.transaction(operator=True):
            made += await _plan_for(owner, currency)
            crash_point("plan.committing")
        crash_point("plan.committed")
    return made


_OPEN_ITEMS = """
select owner, currency, due_on, early_asked_at from payable_item
where payout_id is null and net_amount > 0 and (due_on <= $1 or early_asked_at is not null)
"""
_MINE = """
select * from payable_item where owner = $1 and currency = $2 and payout_id is null and net_amount > 0
order by id for update
"""
_WAITING = """
select id, amount, currency, transferred from payout where status in ('planned', 'held', 'failed', 'returned')
order by due_on, id
"""


async def _plan_for(owner: str, currency: str) -> bool:
    # Two schedulers at once: the second waits here and then finds the first one's payout.
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"plan:{owner}")
    today = await clock.today()
    planned = "select exists (select from payout where owner = $1 and currency = $2 and planned_on = $3)"
    if await db.fetchval(planned, owner, currency, today):
        return False
    payee = await _payee(owner)
    items = [
        row
        for row in await db.fetch(_MINE, owner, currency)
        if (row["early_asked_at"] or start_on(row["due_on"]) <= today) and not blocked(row, payee, on=today)
    ]
    if not items:
        return False
    more = await _adjust_withholding(owner, items, payee, today)
    total = sum(row["net_amount"] for row in items) - more
    payout = await db.fetchval(
        "insert into payout (owner, amount, currency, due_on, planned_on) values ($1, $2, $3, $4, $5) returning id",
        owner,
        total,
        currency,
        min(row["due_on"] for row in items),
        today,
    )
    await db.execute(
        "update payable_item set payout_id = $1 where id = any($2::uuid[])",
        payout,
        [row["id"] for row in items],
    )
    return True


def blocked(item: Any, payee: Payee, *, on: date) -> bool:
    """Tell whether nobody knows yet if tax is to be withheld from an item: it waits, and never guesses."""
    return item["kind"] == "fee" and isinstance(treatment(item["tax_category"], payee, on=on), Blocked)


async def _payee(owner: str) -> Payee:
    kind = await db.fetchval("select kind from payee where owner = $1", owner)
    return Payee(kind or "individual")


async def _adjust_withholding(owner: str, items: list[Any], payee: Payee, today: date) -> int:
    """Take the fees of each payer in this payout as one base; return what is withheld on top, in minor units."""
    fees = [
        row
        for row in items
        if row["kind"] == "fee" and isinstance(treatment(row["tax_category"], payee, on=today), Withheld)
    ]
    total = 0
    for group in grouped(_payments(fees, today)):
        if not group.more:
            continue
        fact = postings.withhold_adjust(
            group.payer.partition(":")[2],
            owner.partition(":")[2],
            day=today,
            more=group.more,
            happened_at=await clock.now(),
        )
        await journal.record(fact, about=owner)
        largest = max((row for row in fees if row["payer"] == group.payer), key=lambda row: row["net_amount"])
        await db.execute(
            "update payable_item set adjusted_amount = $2, net_amount = net_amount - $2 where id = $1",
            largest["id"],
            group.more.amount,
        )
        total += group.more.amount
    return total


def _payments(fees: Iterable[Any], today: date) -> list[Payment]:
    return [
        Payment(
            row["payer"],
            row["owner"],
            today,
            Money(row["base_amount"], row["currency"]),
            Money(row["withheld_amount"], row["currency"]),
        )
        for row in fees
    ]


async def _start(payout: UUID, available: Money | None) -> bool:
    """Bring one waiting payout as far as it may go now: held with its reason, or submitted."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(_SITUATION, payout)
        if row is None:
            return False
        why = blocker(_situation(row, available))
        if why is not None:
            await attempts.hold(payout, why)
            return False
        await (attempts.resume(payout) if row["status"] == "held" else attempts.retry(payout))
        started = bool(await attempts.submit([payout]))
        crash_point("submit.committing")
    crash_point("submit.committed")
    return started


_SITUATION = """
select p.*, coalesce(e.status, 'new') as payee_status, coalesce(e.rail, 'stripe') as rail,
  exists (select from kill_switch where name = 'payouts' and stopped_at is not null) as stopped
from payout p left join payee e on e.owner = p.owner
where p.id = $1 and p.status in ('planned', 'held', 'failed', 'returned') for update of p skip locked
"""


def _situation(row: Any, available: Money | None) -> Situation:
    currency = row["currency"]
    return Situation(
        amount=Money(row["amount"], currency),
        payee_status=row["payee_status"],
        rail=row["rail"],
        approved=bool(row["approved_by"]),
        limit=Money(settings().payout_limit, currency),
        stopped=row["stopped"],
        available=available,
        transferred=row["transferred"],
        failure_code=row["failure_code"],
        attempts=row["attempt"],
    )


async def _available() -> Money | None:
    """Ask what the platform can use now; None when the provider does not answer (the transfer will find out)."""
    try:
        return (await gateway.current().balance()).available
    except Unavailable as unavailable:
        log.warning("the platform's balance is not known: %s", unavailable)
        return None


async def settle() -> int:
    """The sweep: what was paid long enough ago is settled; return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select id from payout where status = 'paid' and paid_at < business_now() - $1::interval",
            timedelta(days=settings().settle_days),
        )
        return sum([await attempts.settle(row["id"]) for row in rows])
