"""What is paid when: one payout per person, currency and day, of what is due or asked for early."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import Unavailable
from marketplace.core.money import Money
from marketplace.core.settings import settings
from payouts import attempts, gateway, one_base
from payouts.batches import batches, together
from payouts.crash import crash_point
from payouts.holds import Situation, blocker
from payouts.lead import start_on
from payouts.tax_category import Blocked, Payee, treatment

log = logging.getLogger(__name__)

_HORIZON = timedelta(days=30)
BATCH = 24


async def pay() -> int:
    """The sweep: plan what has come due, look at every payout that waits, start what may; return the starts."""
    await plan()
    available = await _available()
    async with db.transaction(operator=True):
        rows = await db.fetch(_WAITING)
    started = 0
    for batch in batches([row["id"] for row in rows], BATCH):
        for count, taken in await together(batch, partial(_start, available)):
            started += count
            available = None if available is None else available - taken
        crash_point("submit.committed")
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
    for batch in batches(sorted(people), BATCH):
        made += sum(await together(batch, _plan_all))
        crash_point("plan.committed")
    return made


async def _plan_all(people: Sequence[tuple[str, str]]) -> int:
    made = sum([await _plan_for(owner, currency) for owner, currency in people])
    crash_point("plan.committing")
    return made


_OPEN_ITEMS = """
select owner, currency, due_on, early_asked_at from payable_item
where payout_id is null and net_amount > 0 and (due_on <= $1 or early_asked_at is not null)
"""
_MINE = """
select * from payable_item where owner = $1 and currency = $2 and payout_id is null and net_amount > 0
order by id for update
"""
# What lies on a person's account goes first: its amount stands, and the others of its day are one base with it.
_WAITING = """
select id from payout p where status in ('planned', 'held', 'failed', 'returned')
  and not exists (select from transfer_row r where r.payout_id = p.id and r.status = 'waiting')
order by transferred desc, due_on, id
"""


async def _plan_for(owner: str, currency: str) -> bool:
    # Two schedulers at once: the second waits here and then finds the first one's payout.
    await one_base.lock(owner)
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
    payout = await db.fetchval(
        "insert into payout (owner, amount, currency, due_on, planned_on) values ($1, $2, $3, $4, $5) returning id",
        owner,
        sum(row["net_amount"] for row in items),
        currency,
        min(row["due_on"] for row in items),
        today,
    )
    await db.execute(
        "update payable_item set payout_id = $1 where id = any($2::uuid[])",
        payout,
        [row["id"] for row in items],
    )
    await one_base.withhold(payout, started_on=today)
    return True


def blocked(item: Any, payee: Payee, *, on: date) -> bool:
    """Tell whether nobody knows yet if tax is to be withheld from an item: it waits, and never guesses."""
    return item["kind"] == "fee" and isinstance(treatment(item["tax_category"], payee, on=on), Blocked)


async def _payee(owner: str) -> Payee:
    kind = await db.fetchval("select kind from payee where owner = $1", owner)
    return Payee(kind or "individual")


async def _start(available: Money | None, payouts: Sequence[UUID]) -> tuple[int, Money]:
    """Bring waiting payouts as far as they may go now, held with a reason or submitted; return how many and for how much.

    The amount is what they take from the platform's balance. What is withheld from a payout counts those of its
    person that have started, so that two of one person are submitted one after the other.
    """
    rows = await db.fetch(SITUATION, payouts)
    await one_base.lock(*{row["owner"] for row in rows})
    ready: dict[str, UUID] = {}
    started, taken = 0, Money.zero()
    for row in rows:
        if row["owner"] in ready:
            started += await attempts.submit(list(ready.values()))
            ready.clear()
        left = None if available is None else available - taken
        if await _ready(row, left) and row["way"] == "stripe":
            ready[row["owner"]] = row["id"]
            taken += Money(0 if row["transferred"] else row["amount"], row["currency"])
    started += await attempts.submit(list(ready.values()))
    crash_point("submit.committing")
    return started, taken


async def _ready(row: Any, available: Money | None) -> bool:
    why = blocker(situation(row, available))
    if why is not None:
        await attempts.hold(row["id"], why)
        return False
    if row["status"] != "planned":
        await (attempts.resume(row["id"]) if row["status"] == "held" else attempts.retry(row["id"]))
    if row["way"] == "stripe":  # a bank transfer file names its own day
        await one_base.withhold(row["id"], started_on=await clock.today())
    return True


# What lies on the person's account at the provider is paid out from there, whatever was chosen since.
SITUATION = """
select p.*, coalesce(e.status, 'new') as payee_status,
  case when p.transferred then 'stripe' else coalesce(e.rail, 'stripe') end as way,
  case when a.usable_from > business_now() then a.usable_from end as rests_until,
  exists (select from kill_switch where name = 'payouts' and stopped_at is not null) as stopped
from payout p left join payee e on e.owner = p.owner
  left join bank_account a on a.owner = p.owner and a.ended_at is null
where p.id = any($1::uuid[]) and p.status in ('planned', 'held', 'failed', 'returned')
  and not exists (select from transfer_row r where r.payout_id = p.id and r.status = 'waiting')
order by p.transferred desc, p.due_on, p.id for update of p skip locked
"""


def situation(row: Any, available: Money | None) -> Situation:
    """Read a row of SITUATION; `available` is what the platform can use at the provider."""
    currency = row["currency"]
    return Situation(
        amount=Money(row["amount"], currency),
        payee_status=row["payee_status"],
        rail=row["way"],
        approved=bool(row["approved_by"]),
        limit=Money(settings().payout_limit, currency),
        stopped=row["stopped"],
        available=available,
        transferred=row["transferred"],
        failure_code=row["failure_code"],
        attempts=row["attempt"],
        rests_until=row["rests_until"],
        rail_on=settings().zengin_rail,
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
