"""Run money operations: note the key, call outside any transaction, record the outcome in one transaction."""

import logging
from datetime import timedelta
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import Unavailable
from payouts import attempts, gateway, hooks, journal, money_ops
from payouts.crash import crash_point
from payouts.gateway.outcome import Busy, Misused, Refused, Unclear
from payouts.gateway.protocol import Movement
from payouts.holds import ACCOUNT_FAILURES
from payouts.money_ops import LostOp, Op

log = logging.getLogger(__name__)

WAIT_FOR_FUNDS = timedelta(hours=1)


async def drain_money() -> bool:
    """Claim and run one due operation; False when none is due."""
    op = await money_ops.claim()
    if op is None:
        return False
    crash_point("op.claimed")
    try:
        await _run(op)
    except LostOp:
        log.warning("money operation %s was taken over", op.id)
    except Unavailable as unavailable:
        log.warning("money operation %s waits: %s", op.id, unavailable)
        await _put_back_quietly(op, str(unavailable))
    return True


async def _put_back_quietly(op: Op, error: str) -> None:
    try:
        await money_ops.put_back(op, wait=timedelta(seconds=30), error=error, sent=False)
    except LostOp:
        log.warning("money operation %s was taken over", op.id)


async def _run(op: Op) -> None:
    if op.was == "unknown":
        await resolve(op)
    elif not op.may_reuse_key:
        await _lose(op, "no answer in time")
    elif money_ops.fingerprint(op.kind, op.params) != op.request_hash:
        await _needs_human(op, "the stored request does not match its hash")
    elif op.first_sent_at is not None or await _covered(op):
        await _send(op)


async def _covered(op: Op) -> bool:
    """Look whether the money is there before anything is sent; if not, record what follows from that."""
    if op.kind == "refund":
        return True
    account = str(op.params.get("on_account", ""))
    balance = await gateway.current().balance(account, currency=op.params["currency"].upper())
    if balance.available.amount >= op.params["amount"]:
        return True
    if op.kind == "payout":
        await money_ops.put_back(op, wait=WAIT_FOR_FUNDS, error="not available yet", sent=False)
    else:
        await _refused(op, "balance_insufficient")
    return False


async def _send(op: Op) -> None:
    await money_ops.note_sending(op)
    crash_point("op.noted")
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
        await _succeeded(op, movement)


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
        if op.kind != "refund":
            await attempts.lose(op.payout)


async def _needs_human(op: Op, error: str) -> None:
    log.error("money operation %s needs a person: %s", op.id, error)
    async with db.transaction(operator=True):
        await money_ops.finish(op, "needs_human", error=error)
        if op.kind != "refund":
            await attempts.lose(op.payout)


async def resolve(op: Op) -> None:
    """The janitor: ask the provider about an unknown outcome before any new key is used.

    Found by our id in its metadata → succeeded; not there → it was not done: next attempt with a new key; after
    every fifth a person has to look first.
    """
    since = (op.first_sent_at or op.now) - timedelta(hours=1)
    found = await gateway.current().find(op.kind, op.params, op=str(op.id), since=since)
    if found is not None:
        await _succeeded(op, found)
    elif op.attempt % money_ops.MOST_ATTEMPTS == 0:
        await _needs_human(op, f"{op.attempt} attempts, none is at the provider")
    else:
        async with db.transaction(operator=True):
            await money_ops.next_attempt(op)
            if op.kind != "refund":
                await attempts.find(op.payout)


async def _succeeded(op: Op, movement: Movement) -> None:
    async with db.transaction(operator=True):
        await record_success(op, movement)
        crash_point(f"{op.kind}.recording")
    crash_point(f"{op.kind}.recorded")


async def record_success(op: Op, movement: Movement) -> None:
    """Record in the running transaction that the provider has done it; raises LostOp."""
    await money_ops.finish(op, "succeeded", provider_id=movement.id)
    if op.kind == "transfer":
        await attempts.transferred(op.payout, op.payout_attempt, movement.id)
    elif op.kind == "payout":
        await attempts.acknowledge(op.payout, op.payout_attempt, movement.id, movement.arrives_on)
        await apply_payout(movement)
    elif movement.status in {"failed", "canceled"}:
        await _undo_refund(op)


async def apply_payout(movement: Movement) -> None:
    """Follow what the provider says of one of its payouts; older news and news of older attempts change nothing."""
    row = await db.fetchrow(
        """select a.payout_id, a.attempt, a.status from payout_attempt a join payout p on p.id = a.payout_id
           where a.provider_payout = $1 for update of p""",
        movement.id,
    )
    if row is None:
        return
    payout, attempt, status = row["payout_id"], row["attempt"], row["status"]
    if movement.status == "paid" and status == "in_transit":
        await attempts.confirm(payout, attempt)
    elif movement.status in {"failed", "canceled"} and status == "in_transit":
        await attempts.fail(payout, attempt, movement.failure_code or movement.status)
    elif movement.status in {"failed", "canceled"} and status == "paid":
        await attempts.give_back(payout, attempt, movement.failure_code or movement.status)


async def _refused(op: Op, code: str) -> None:
    async with db.transaction(operator=True):
        await money_ops.finish(op, "failed", error=code)
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
