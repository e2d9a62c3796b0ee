"""Payouts as the operator sees them: all of them, one with everything, and what can be done to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict
from payouts import controls, events, gateway, operations, planning, queries

PAGE = 50
OPEN = ("planned", "held", "submitting", "unknown", "in_transit", "failed", "returned")
TROUBLE = ("held", "unknown", "failed", "returned")
DONE = ("paid", "settled")
SHOWN = {"open": OPEN, "trouble": TROUBLE, "done": DONE, "all": (*OPEN, *DONE)}

_LIST = """
select p.id, p.owner, p.amount, p.due_on, p.status, p.attempt, p.hold_reason, p.hold_owner, p.arrives_on, p.planned_at,
  p.failure_code, p.approved_by, n.name, (select count(*) from payable_item i where i.payout_id = p.id) as items, count(*) over () as found
from payout p left join person n on p.owner = 'person:' || n.id
where p.status = any($1::text[]) order by p.status in ('paid', 'settled'), p.due_on, p.id desc limit $2 offset $3
"""


async def listed(show: str, *, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of payouts (open, trouble, done or all), what is due first, and how many there are."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(_LIST, list(SHOWN[show]), PAGE, (page - 1) * PAGE)
    return rows, rows[0]["found"] if rows else 0


@dataclass(frozen=True, slots=True)
class Found:
    """A payout with its items, attempts, operations and postings; whose it is, and the account it goes to."""

    payout: Any
    name: str
    payee: Any


async def one(payout: UUID, *, by: Actor) -> Found:
    """Return one payout; that the payee's bank was read is audited. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found = await queries.payout(payout)
        person = found["owner"].partition(":")[2]
        name = await db.fetchval("select name from person where id::text = $1", person)
        payee = await queries.payee_of(person)
        if payee.get("bank_last4"):
            await record("payee_bank.read", f"payout:{payout}", by=by)
        return Found(found, name or person, payee)


async def late(*, by: Actor) -> list[Any]:
    """Return what is due within two days and not on its way: the alarm."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return await queries.late()


async def approve(payout: UUID, *, by: Actor) -> None:
    """Let a payout go that needs a second person. Raises Conflict when it does not wait for one."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await controls.approve(payout, by=by.ref)
        await record("payout.approved", f"payout:{payout}", by=by)


async def try_now() -> int:
    """Look at every payout that waits, and start what may start; return how many did."""
    return await planning.pay()


async def send_again(operation: UUID, *, by: Actor) -> None:
    """Send a movement that waits for a person again; Conflict when it does not."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await controls.retry_operation(operation)
        await record("operation.retried", f"op:{operation}", by=by)


async def ask_the_provider(payout: UUID, *, by: Actor) -> str:
    """Read how the provider sees the payout and its payee, apply that, and return the payout's state then.

    Raises NotFound, Conflict while nothing of it is at the provider, Unavailable.
    """
    found = await one(payout, by=by)
    account = found.payee["account"]
    if account is None or found.payout["rail"] == "zengin":
        raise Conflict(N_("The provider knows nothing of this payout yet."))
    await events.watch_payees()
    for attempt in found.payout["attempts"]:
        if attempt["provider_payout"]:
            movement = await gateway.current().movement("payout", attempt["provider_payout"], account=account)
            async with db.transaction(operator=True):
                await operations.apply_payouts([movement])
    return str((await one(payout, by=by)).payout["status"])
