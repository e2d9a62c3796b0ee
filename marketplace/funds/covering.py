"""The operator brings its own money in to cover client money: noted by one with a reason, booked by another."""

from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.core.money import Money
from payouts import chart, journal, own_postings

LONGEST_REASON = 300
_WAITING = """select *, asked_ref = $1 and (select count(*) from person where is_operator) > 1 as needs_another
  from cover where booked_at is null and dropped_at is null"""


async def missing(*, by: Actor) -> Money:
    """Return by how much client money is short."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return chart.safeguarding(await journal.balances()).shortfall


async def waiting(*, by: Actor) -> Any:
    """Return what one operator has noted and nobody has booked, with `needs_another` for who may not; or None."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return await db.fetchrow(_WAITING, by.ref)


async def note(amount: Money, reason: str, *, by: Actor) -> UUID:
    """Note that this much was brought to the bank account for client money.

    Raises Invalid for more than is missing or without a reason, Conflict while another note waits.
    """
    by.must_be("operator")
    short, reason = await missing(by=by), reason.strip()
    wrong = {}
    if not Money.zero(amount.currency) < amount <= short:
        wrong["amount"] = Message(N_("At most what is missing: %(missing)s."), {"missing": short})
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong["reason"] = Message(
            N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON}
        )
    if wrong:
        raise Invalid(fields=wrong)
    async with db.transaction(operator=True):
        made = await db.fetchval(
            """insert into cover (amount, currency, reason, asked_ref, asked_by) values ($1, $2, $3, $4, $5)
               on conflict do nothing returning id""",
            amount.amount,
            amount.currency,
            reason,
            by.ref,
            by.name,
        )
        if made is None:
            raise Conflict(N_("Another note waits to be booked. Book or drop that first."))
        await record("cover.noted", f"cover:{made}", by=by, amount=amount.amount, reason=reason)
    return UUID(str(made))


async def book(cover: UUID, *, by: Actor) -> Money:
    """Book what was noted: the bank account for client money has it, from the operator's own.

    Raises NotFound, Conflict when it is booked or dropped already, NotAllowed for the one who noted it, unless he is the
    only operator.
    """
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await _hold(cover, by)
        if row["needs_another"]:
            raise NotAllowed(N_("You have noted it, so another operator has to book it."))
        amount = Money(row["amount"], row["currency"])
        fact = own_postings.cover(cover=str(cover), amount=amount, happened_at=await clock.now())
        await journal.record(fact, about=f"cover:{cover}")
        await db.execute(
            "update cover set booked_at = business_now(), booked_ref = $2, booked_by = $3 where id = $1",
            cover,
            by.ref,
            by.name,
        )
        await record("cover.booked", f"cover:{cover}", by=by, amount=amount.amount)
    return amount


async def drop(cover: UUID, *, by: Actor) -> None:
    """Drop a note that is wrong; nothing was posted. Raises NotFound, Conflict when it is booked or dropped already."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await _hold(cover, by)
        await db.execute("update cover set dropped_at = business_now() where id = $1", cover)
        await record("cover.dropped", f"cover:{cover}", by=by)


async def _hold(cover: UUID, by: Actor) -> Any:
    if not await db.fetchval("select true from cover where id = $1 for update", cover):
        raise NotFound
    row = await db.fetchrow(f"{_WAITING} and id = $2", by.ref, cover)
    if row is None:
        raise Conflict(N_("Somebody else has decided about this note already."))
    return row
