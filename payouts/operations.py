"""Run money operations, a batch at a time: note the keys, call outside any transaction, record what was done.

Each operation keeps its own key, fence and outcome; only the statements are shared. What spoils a batch is recorded
one by one (docs/decisions/0016-money-in-batches.md).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import Unavailable
from payouts import attempts, echoes, gateway, hooks, journal, money_ops
from payouts.batches import together
from payouts.billing import presenting
from payouts.crash import crash_point
from payouts.gateway.outcome import Busy, Misused, Refused, Unclear
from payouts.gateway.protocol import Movement
from payouts.holds import ACCOUNT_FAILURES
from payouts.money_ops import LostOp, Op
from payouts.payout_rows import Made

log = logging.getLogger(__name__)

Result = TypeVar("Result")

WAIT_FOR_FUNDS = timedelta(hours=1)
ASK_AGAIN = timedelta(seconds=30)
BATCH = 24  # three rounds of calls of at most 23 seconds: what is noted is answered within the lease of 90
AT_ONCE = 8
NOT_DONE = frozenset({"failed", "canceled"})
NEWS = NOT_DONE | {"paid"}


async def drain_money() -> bool:
    """Claim and run due operations, as many as one lease covers; False when none is due."""
    ops = await money_ops.claim(BATCH)
    if not ops:
        return False
    crash_point("op.claimed")
    usable = await _each(ops, _usable)
    covered = await _covered([op for op, fine in zip(ops, usable, strict=True) if fine])
    noted = await money_ops.note_sending(covered)
    crash_point("op.noted")
    movements = await _each(noted, _send)
    if done := [(op, made) for op, made in zip(noted, movements, strict=True) if made]:
        await _succeeded(done)
    return True


async def _each(ops: Sequence[Op], step: Callable[[Op], Awaitable[Result]]) -> list[Result | None]:
    """Take a step for each operation, a few at once; None for one that was taken over or cannot go on now."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def alone(op: Op) -> Result | None:
        async with turn:
            try:
                return await step(op)
            except LostOp:
                log.warning("money operation %s was taken over", op.id)
            except Unavailable as unavailable:
                log.warning("money operation %s waits: %s", op.id, unavailable)
                await _put_back_quietly(op, str(unavailable))
            return None

    return await asyncio.gather(*(alone(op) for op in ops))


async def _put_back_quietly(op: Op, error: str) -> None:
    try:
        await money_ops.put_back(op, wait=ASK_AGAIN, error=error, sent=False)
    except LostOp:
        log.warning("money operation %s was taken over", op.id)


async def _usable(op: Op) -> bool:
    """Tell whether the key may be sent now; else do what the rules say instead."""
    if op.was == "unknown":
        await resolve(op)
    elif not op.may_reuse_key:
        await _lose(op, "no answer in time")
    elif money_ops.fingerprint(op.kind, op.params) != op.request_hash:
        await _needs_human(op, "the stored request does not match its hash")
    else:
        return True
    return False


async def _covered(ops: Sequence[Op]) -> list[Op]:
    """Leave out what the balances do not cover, before anything is sent, and record what follows from that.

    A balance is read once for all operations on it; what was sent before, or is a refund, needs no look.
    """
    first = {op.balance: op for op in ops if op.needs_cover}
    left = dict(zip(first, await _each(list(first.values()), _available), strict=True))
    covered = []
    for op in ops:
        if not op.needs_cover:
            covered.append(op)
        elif (available := left[op.balance]) is not None and available >= op.amount:
            left[op.balance] = available - op.amount
            covered.append(op)
    short = [op for op in ops if op not in covered]
    await _each([op for op in short if left[op.balance] is not None], _fall_short)
    await _each([op for op in short if left[op.balance] is None], _ask_later)
    return covered


async def _available(op: Op) -> int | None:
    account, currency = op.balance
    try:
        return (await gateway.current().balance(account, currency=currency)).available.amount
    except Unavailable as unavailable:
        log.warning("the balance that money operation %s needs is not known: %s", op.id, unavailable)
        return None


async def _fall_short(op: Op) -> None:
    if op.kind == "payout":
        await money_ops.put_back(op, wait=WAIT_FOR_FUNDS, error="not available yet", sent=False)
    else:
        await _refused(op, "balance_insufficient")


async def _ask_later(op: Op) -> None:
    await money_ops.put_back(op, wait=ASK_AGAIN, error="the balance is not known", sent=False)


async def _send(op: Op) -> Movement | None:
    """Send the key; return what the provider made, or None when the outcome is another and stands recorded."""
    crash_point(f"{op.kind}.sending")
    try:
        movement = await gateway.current().perform(op.kind, op.params, op=str(op.id), key=op.key)
    except Busy as busy:
        wait = timedelta(seconds=busy.seconds * 2 ** min(op.tries, 6))
        await money_ops.put_back(op, wait=wait, error=busy.code, sent=False)
    except Unclear as unclear:
        await _unclear(op, unclear)
    except Refused as refused:
        await _refused(op, refused.code)
    except Misused as misused:
        await _needs_human(op, str(misused))
    else:
        crash_point(f"{op.kind}.answered")
        return movement
    return None


async def _unclear(op: Op, unclear: Unclear) -> None:
    sent = op.tries + 1
    if unclear.again and sent < money_ops.MOST_TRIES:
        await money_ops.put_back(op, wait=timedelta(seconds=5 * 2**sent), error=str(unclear))
    else:
        await _lose(op, str(unclear))


async def _lose(op: Op, error: str) -> None:
    log.warning("the outcome of money operation %s is unknown: %s", op.id, error)
    async with db.transaction(operator=True):
        await money_ops.lose(op, error)
        if op.of_payout:
            await attempts.lose(op.payout)


async def _needs_human(op: Op, error: str) -> None:
    log.error("money operation %s needs a person: %s", op.id, error)
    async with db.transaction(operator=True):
        await money_ops.finish(op, "needs_human", error)
        if op.of_payout:
            await attempts.lose(op.payout)


async def resolve(op: Op) -> None:
    """The janitor: ask the provider about an unknown outcome before any new key is used.

    Found by our id in its metadata → succeeded; not there → it was not done: next attempt with a new key; after
    every fifth a person has to look first.
    """
    since = (op.first_sent_at or op.now) - timedelta(hours=1)
    found = await gateway.current().find(op.kind, op.params, op=str(op.id), since=since)
    if found is not None:
        await _succeeded([(op, found)])
    elif op.attempt % money_ops.MOST_ATTEMPTS == 0:
        await _needs_human(op, f"{op.attempt} attempts, none is at the provider")
    else:
        async with db.transaction(operator=True):
            await money_ops.next_attempt(op)
            if op.of_payout:
                await attempts.find(op.payout)


Done = Sequence[tuple[Op, Movement]]


async def _succeeded(done: Done) -> None:
    """Record successes together; whoever runs an operation that was taken over records it."""

    async def record(done: Done) -> None:
        await record_success(done)
        for op, _ in done:
            crash_point(f"{op.kind}.recording")

    try:
        await together(done, record)
    except LostOp as lost:
        log.warning("money operation %s was taken over", lost)
    for op, _ in done:
        crash_point(f"{op.kind}.recorded")


async def record_success(done: Done) -> None:
    """Record in the running transaction that the provider has done these; raises LostOp."""
    made = [movement.id for _, movement in done]
    await money_ops.succeed([op for op, _ in done], made)
    db.on_commit(lambda: echoes.close(made))
    if transfers := _made("transfer", done):
        await attempts.transferred(transfers)
    if payouts := _made("payout", done):
        await attempts.acknowledge(payouts)
    await apply_payouts([movement for op, movement in done if op.kind == "payout"])
    for op, movement in done:
        if op.kind == "refund" and movement.status in NOT_DONE:
            await _undo_refund(op)
        elif presenting.about(op):
            await presenting.done(op, movement)


def _made(kind: str, done: Done) -> list[Made]:
    return [
        Made(op.payout, op.payout_attempt, movement.id, movement.arrives_on)
        for op, movement in done
        if op.kind == kind
    ]


async def apply_payouts(movements: Sequence[Movement]) -> None:
    """Follow what the provider says of its payouts; older news and news of older attempts change nothing."""
    news = {movement.id: movement for movement in movements if movement.status in NEWS}
    rows = await db.fetch(_TOLD, list(news)) if news else []
    arrived = {
        row["payout_id"]: row["attempt"]
        for row in rows
        if row["status"] == "in_transit" and news[row["provider_payout"]].status == "paid"
    }
    if arrived:
        await attempts.confirm(arrived)
    await attempts.trace({one.id: one.trace for one in movements if one.trace})
    for row in rows:
        movement = news[row["provider_payout"]]
        if movement.status in NOT_DONE and row["status"] in _CAME_BACK:
            code = movement.failure_code or movement.status
            await _CAME_BACK[row["status"]](row["payout_id"], row["attempt"], code)


_CAME_BACK = {"in_transit": attempts.fail, "paid": attempts.give_back}
_TOLD = """
select a.payout_id, a.attempt, a.status, a.provider_payout from payout_attempt a join payout p on p.id = a.payout_id
where a.provider_payout = any($1::text[]) order by p.id for update of p
"""


async def _refused(op: Op, code: str) -> None:
    async with db.transaction(operator=True):
        if presenting.about(op):
            await presenting.refused(op, code)
            return
        await money_ops.finish(op, "failed", code)
        if op.kind == "refund":
            await _undo_refund(op)
            return
        await attempts.fail(op.payout, op.payout_attempt, code)
        if code in ACCOUNT_FAILURES:
            await _doubt_account(op)


async def _doubt_account(op: Op) -> None:
    """The provider refuses the account: do not use it before it was looked at again."""
    person = op.owner.partition(":")[2]
    sql = "update payee set status = 'incomplete', updated_at = now() where owner = $1 and status = 'active'"
    if await db.execute(sql, op.owner):
        await hooks.tell("payee", person=person, status="incomplete")


async def _undo_refund(op: Op) -> None:
    """A refund that the provider did not make is the company's balance again."""
    key = f"refund:{op.params['metadata']['refund']}"
    if await journal.record_reversal(key, happened_at=await clock.now(), about=op.reference):
        await db.execute(
            "update topup set refunded_amount = refunded_amount - $2, status = 'paid' where id = $1",
            UUID(op.params["metadata"]["topup"]),
            op.params["amount"],
        )
