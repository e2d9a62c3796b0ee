"""The provider's news: stored by event id, then handled by reading the object again. Order is never trusted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from marketplace.core import clock, db
from marketplace.core.money import Money
from payouts import (
    chargebacks,
    echoes,
    gateway,
    journal,
    money_ops,
    onboarding,
    operations,
    postings,
    topups,
)
from payouts.billing import events as billing
from payouts.crash import crash_point
from payouts.gateway.protocol import Envelope, Movement

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
FIRST_LOOK = timedelta(days=1)


_STORE = """
insert into stripe_event (id, source, kind, account, object_id, payload, handled_at, outcome)
select $1, $2, $3, $4, $5, $6, case when known then now() end, case when known then 'ignored' else '' end
from (select $7 or ($3 = any($8::text[]) and exists (select from money_op where provider_id = $5 and state = 'succeeded')) as known) seen
on conflict do nothing
"""


async def store(source: str, envelope: Envelope) -> bool:
    """Keep a verified event and queue its handling; False when it came before. Opens its own transaction.

    What nobody reads is closed at once, and an echo waits for the answer that it repeats: neither is a job.
    """
    idle, kind = _reader(envelope.kind) is None, envelope.kind
    about = (envelope.account, envelope.object_id, dict(envelope.payload))
    async with db.transaction(operator=True):
        new = await db.execute(_STORE, envelope.id, source, kind, *about, idle, echoes.KINDS)
        if new and not idle and kind not in echoes.KINDS:
            await echoes.queue(envelope.id, kind)
    crash_point("event.stored")
    if new and kind in echoes.KINDS:
        await echoes.close([envelope.object_id])
    return bool(new)


Effect = Callable[[], Awaitable[object]]


async def _nothing() -> None:
    return None


async def handle(events: Sequence[str], finish: Effect = _nothing) -> dict[str, str]:
    """Read what the events are about again, apply each once, all in one transaction with `finish`.

    Return what was made of those that were open: applied or ignored.
    """
    async with db.transaction(operator=True):
        rows = await db.fetch(_OPEN, events)
    read = await asyncio.gather(*(_read(row) for row in rows))
    effects = {row["id"]: effect for row, effect in zip(rows, read, strict=True)}
    async with db.transaction(operator=True):
        # Another worker may have handled some of them while we read.
        open_still = [row["id"] for row in await db.fetch(_LOCK, list(effects))]
        outcomes = await _apply({event: effects[event] for event in open_still})
        await db.execute(_HANDLED, list(outcomes), list(outcomes.values()))
        await finish()
        crash_point("event.applying")
    crash_point("event.applied")
    return outcomes


_OPEN = "select * from stripe_event where id = any($1::text[]) and handled_at is null order by id"
_LOCK = "select id from stripe_event where id = any($1::text[]) and handled_at is null order by id for update"
_HANDLED = """
update stripe_event e set handled_at = now(), outcome = done.outcome
from unnest($1::text[], $2::text[]) as done(id, outcome) where e.id = done.id
"""


async def _read(row: Any) -> Effect | Movement | None:
    reader = _reader(row["kind"])
    return await reader(row) if reader else None


async def _apply(effects: Mapping[str, Effect | Movement | None]) -> dict[str, str]:
    """Let each effect happen, those of movements together; return the outcomes."""
    moved = [effect for effect in effects.values() if isinstance(effect, Movement)]
    await _adopt(moved)
    await operations.apply_payouts([movement for movement in moved if movement.kind == "payout"])
    for effect in effects.values():
        if effect is not None and not isinstance(effect, Movement):
            await effect()
    return {event: "ignored" if effect is None else "applied" for event, effect in effects.items()}


Reader = Callable[[Any], Awaitable[Effect | Movement | None]]


def _reader(kind: str) -> Reader | None:
    """Return who reads the object behind a kind of event: outside any transaction; the effect runs inside."""
    for prefix, reader in _READERS.items():
        if kind.startswith(prefix):
            return reader
    return None


async def _account(row: Any) -> Effect | None:
    account = row["account"] or row["object_id"]
    if not account:
        return None  # `account_link.returned` names none; what changed comes with its own event
    found = await gateway.current().account(account)
    return lambda: onboarding.mirror(found)


async def _checkout(row: Any) -> Effect | None:
    session = await gateway.current().checkout(row["object_id"])
    if session.status == "expired":
        return lambda: topups.close_topup(session.id, "", "expired")
    if not session.payment_intent:
        return None
    return await billing.credit(await gateway.current().payment(session.payment_intent))


async def _payment_intent(row: Any) -> Effect | None:
    payment = await gateway.current().payment(row["object_id"])
    if payment.status == "canceled":
        return lambda: topups.close_topup("", payment.payment_intent, "failed")
    return await billing.credit(payment)


async def _charge(row: Any) -> Effect | None:
    if row["account"]:
        return None  # what a transfer brought to a person's account
    intent = await gateway.current().payment_of(row["object_id"])
    if not intent:
        return None
    return await billing.credit(await gateway.current().payment(intent))


async def _cash(row: Any) -> Effect | None:
    """Money lies on a virtual account that no payment waits for: take it in as a payment of its own."""
    customer = row["payload"]["data"]["object"]["customer"]
    cash = await gateway.current().unapplied_cash(customer, "JPY")
    if cash.amount < topups.LEAST:
        return None
    payment = await gateway.current().ask_bank_payment(
        customer=customer, amount=cash, topup=f"cash-{row['id']}"
    )
    return lambda: topups.credit_topup(payment)


async def _dispute(row: Any) -> Effect | None:
    dispute = await gateway.current().dispute(row["object_id"])
    await chargebacks.tell(dispute)
    return lambda: chargebacks.book(dispute)


async def _payout(row: Any) -> Movement | None:
    if not row["account"]:
        return None  # the platform's own payout to its bank
    return await gateway.current().movement("payout", row["object_id"], account=row["account"])


async def _transfer(row: Any) -> Movement:
    return await gateway.current().movement("transfer", row["object_id"])


async def _refund(row: Any) -> Movement:
    return await gateway.current().movement("refund", row["object_id"])


async def _adopt(movements: Sequence[Movement]) -> None:
    """Finish the operations that made these, if their workers never learned of the answers."""
    made = {movement.op: movement for movement in movements}
    ops = [op for op in await money_ops.take_over(made) if op.kind == made[str(op.id)].kind]
    if ops:
        await operations.record_success([(op, made[str(op.id)]) for op in ops])


async def _reversed(row: Any) -> Effect | None:
    found = await gateway.current().reversals(row["object_id"])

    async def post() -> None:
        for one in found:
            owner = await db.fetchval("select owner from payee where account = $1", one.account)
            if owner is not None:
                await _post_reversal(owner, one.id, one.amount)

    return post


async def _post_reversal(owner: str, reversal: str, amount: Money) -> None:
    person = owner.partition(":")[2]
    fact = postings.reversal(person, reversal_id=reversal, amount=amount, happened_at=await clock.now())
    await journal.record(fact, about=owner)


async def _available(row: Any) -> Effect | None:
    """Money became usable: what waited for it looks again at once."""

    async def wake() -> None:
        await db.execute(
            """update money_op set next_run_at = business_now() where kind = 'payout' and state = 'pending'
                 and params ->> 'on_account' = $1""",
            row["account"],
        )

    return wake


_READERS: dict[str, Reader] = {
    "v2.core.account": _account,
    "account.": _account,
    "checkout.session.": _checkout,
    "payment_intent.": _payment_intent,
    "charge.dispute.": _dispute,
    "charge.refund": _refund,
    "charge.": _charge,
    "cash_balance.": _cash,
    "invoice.": billing.read_invoice,
    "invoice_payment.": billing.read_invoice,
    "transfer.reversed": _reversed,
    "transfer.": _transfer,
    "payout.": _payout,
    "refund.": _refund,
    "balance.": _available,
}


async def fill_gaps() -> int:
    """The sweep behind lost webhooks: store the platform's events since the last one; return how many were new."""
    async with db.transaction(operator=True):
        last = await db.fetchval(
            "select max(to_timestamp((payload ->> 'created')::bigint)) from stripe_event where source in ('platform', 'poll')"
        )
        since = (last - OVERLAP) if last else (await clock.now() - FIRST_LOOK)
    return sum([await store("poll", envelope) for envelope in await gateway.current().events(since)])


async def watch_payouts() -> int:
    """The sweep behind lost webhooks of people's accounts: look at payouts that should have arrived by now."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select p.provider_payout, e.account from payout p join payee e on e.owner = p.owner
               where p.status = 'in_transit' and p.provider_payout is not null
                 and coalesce(p.arrives_on, business_today()) <= business_today()
               order by p.arrives_on limit 200"""
        )
    for row in rows:
        movement = await gateway.current().movement("payout", row["provider_payout"], account=row["account"])
        async with db.transaction(operator=True):
            await operations.apply_payouts([movement])
    return len(rows)


async def watch_payees() -> int:
    """The sweep behind lost news of accounts: look again at payees that hold up a payout."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select distinct e.account from payee e join payout p on p.owner = e.owner
               where e.account is not null and e.status <> 'active' and p.status in ('held', 'failed', 'returned')"""
        )
    for row in rows:
        found = await gateway.current().account(row["account"])
        async with db.transaction(operator=True):
            await onboarding.mirror(found)
    return len(rows)
