"""The provider's news: stored by event id, then handled by reading the object again. Order is never trusted."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.money import Money
from payouts import gateway, journal, money_ops, onboarding, operations, postings, topups
from payouts.billing import events as billing
from payouts.crash import crash_point
from payouts.gateway.protocol import Envelope, Movement

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
ECHOES = frozenset({"transfer.created", "payout.created", "payout.updated"})
FIRST_LOOK = timedelta(days=1)


async def store(source: str, envelope: Envelope) -> bool:
    """Keep a verified event and queue its handling; False when it came before. Opens its own transaction."""
    async with db.transaction(operator=True):
        new = await db.execute(
            """insert into stripe_event (id, source, kind, account, object_id, payload)
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
            envelope.id,
            source,
            envelope.kind,
            envelope.account,
            envelope.object_id,
            dict(envelope.payload),
        )
        if new:
            await outbox.enqueue(
                "stripe.event", queue="money", dedupe=f"stripe.event:{envelope.id}", event=envelope.id
            )
    crash_point("event.stored")
    return bool(new)


async def handle(event: str) -> str:
    """Read what the event is about again, apply it once, and return what was made of it."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from stripe_event where id = $1", event)
    if row is None or row["handled_at"] is not None:
        return "known"
    reader = _reader(row["kind"])
    if reader is None or await _is_echo(row):
        return await _close(event, None)
    return await _close(event, await reader(row))


async def _is_echo(row: Any) -> bool:
    """Tell whether an event only repeats an answer that we have recorded: our own movement was made.

    What becomes of it comes with other events, and `watch_payouts` asks for it besides.
    """
    if row["kind"] not in ECHOES:
        return False
    async with db.transaction(operator=True):
        sql = "select exists (select from money_op where provider_id = $1 and state = 'succeeded')"
        return bool(await db.fetchval(sql, row["object_id"]))


Effect = Callable[[], Awaitable[object]]


async def _close(event: str, effect: Effect | None) -> str:
    outcome = "applied" if effect else "ignored"
    async with db.transaction(operator=True):
        sql = "select handled_at from stripe_event where id = $1 for update"
        if await db.fetchval(sql, event) is not None:
            return "known"
        if effect is not None:
            await effect()
        await db.execute(
            "update stripe_event set handled_at = now(), outcome = $2 where id = $1", event, outcome
        )
        crash_point("event.applying")
    crash_point("event.applied")
    return outcome


def _reader(kind: str) -> Callable[[Any], Awaitable[Effect | None]] | None:
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
    await topups.tell_chargeback(dispute)
    return lambda: topups.chargeback(dispute)


async def _payout(row: Any) -> Effect | None:
    if not row["account"]:
        return None  # the platform's own payout to its bank
    movement = await gateway.current().movement("payout", row["object_id"], account=row["account"])
    return lambda: _apply_payout(movement)


async def _apply_payout(movement: Movement) -> None:
    await _adopt(movement)
    await operations.apply_payout(movement)


async def _transfer(row: Any) -> Effect | None:
    movement = await gateway.current().movement("transfer", row["object_id"])
    return lambda: _adopt(movement)


async def _refund(row: Any) -> Effect | None:
    movement = await gateway.current().movement("refund", row["object_id"])
    return lambda: _adopt(movement)


async def _adopt(movement: Movement) -> None:
    """Finish the operation that made this, if its worker never learned of the answer."""
    try:
        op = await money_ops.take_over(UUID(movement.op))
    except ValueError:
        return
    if op is not None and op.kind == movement.kind:
        await operations.record_success([(op, movement)])


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


_READERS: dict[str, Callable[[Any], Awaitable[Effect | None]]] = {
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
            await operations.apply_payout(movement)
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
