"""The rows of money_op: one intended movement at the provider each, claimed under a lease and a fence.

Its key and its request are stored before the call. Due times follow the business clock (the sandbox does too);
leases follow real time.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db, doorbell

LEASE = timedelta(seconds=90)
QUIET = timedelta(seconds=90)  # an answer that we gave up waiting for may still be on its way to being done
MOST_TRIES = 3
SAME_KEY_SOON = timedelta(minutes=15)
SAME_KEY_EVER = timedelta(hours=23)
MOST_ATTEMPTS = 5


class LostOp(Exception):
    """The operation has moved on: nothing of this run may be recorded."""


@dataclass(frozen=True, slots=True)
class Op:
    """A claimed operation; `was` is its state before the claim, `now` the business time of the claim."""

    id: UUID
    kind: str
    reference: str
    owner: str
    params: dict[str, Any]
    request_hash: str
    state: str
    attempt: int
    tries: int
    fence: int
    first_sent_at: datetime | None
    was: str
    now: datetime

    @property
    def key(self) -> str:
        """The idempotency key: the operation and its attempt."""
        return f"{self.id}:{self.attempt}"

    @property
    def payout(self) -> UUID:
        """The payout that this belongs to."""
        return UUID(self.reference.partition(":")[2])

    @property
    def payout_attempt(self) -> int:
        """The attempt of the payout that this belongs to."""
        return int(self.params["metadata"]["attempt"])

    @property
    def may_reuse_key(self) -> bool:
        """At most three sends of one key, within 15 minutes of the first (and never after 23 hours)."""
        if self.first_sent_at is None:
            return True
        age = self.now - self.first_sent_at
        return self.tries < MOST_TRIES and age < min(SAME_KEY_SOON, SAME_KEY_EVER)


def fingerprint(kind: str, params: Mapping[str, Any]) -> str:
    """Return the hash of a request."""
    text = json.dumps([kind, params], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def add(kind: str, *, key: str, reference: str, owner: str, params: dict[str, Any]) -> UUID:
    """Write an operation in the running transaction; the same business key again is the same operation."""
    found = await db.fetchval(
        """insert into money_op (kind, business_key, reference, owner, params, request_hash, next_run_at)
           values ($1, $2, $3, $4, $5, $6, business_now())
           on conflict (kind, business_key) do update set business_key = excluded.business_key returning id""",
        kind,
        key,
        reference,
        owner,
        params,
        fingerprint(kind, params),
    )
    db.on_commit(lambda: doorbell.ring("money"))
    return UUID(str(found))


_COLUMNS = """o.id, o.kind, o.reference, o.owner, o.params, o.request_hash, o.state, o.attempt, o.tries, o.fence,
  o.first_sent_at, business_now() as now"""
_CLAIM = f"""
with due as (
  select id, state from money_op
  where state in ('pending', 'sending', 'unknown') and next_run_at <= business_now()
    and (lease_until is null or lease_until < now())
    and (state <> 'pending' or kind = 'refund'
         or not exists (select from kill_switch where name = 'payouts' and stopped_at is not null))
  order by next_run_at, id limit 1 for update skip locked
)
update money_op o set state = case when due.state = 'pending' then 'sending' else due.state end,
  fence = o.fence + 1, runs = o.runs + 1, lease_until = now() + $1
from due where o.id = due.id returning {_COLUMNS}, due.state as was
"""


async def claim() -> Op | None:
    """Take the operation that is longest due; the kill switch holds back what was not sent yet."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(_CLAIM, LEASE)
    return Op(**dict(row)) if row else None


async def take_over(op: UUID) -> Op | None:
    """Take an unfinished operation away from whoever runs it, because its outcome is known now."""
    row = await db.fetchrow(
        f"""update money_op o set fence = o.fence + 1 where id = $1 and state not in ('succeeded', 'failed')
            returning {_COLUMNS}, o.state as was""",
        op,
    )
    return Op(**dict(row)) if row else None


async def note_sending(op: Op) -> None:
    """Store that the key is about to be sent; raises LostOp."""
    async with db.transaction(operator=True):
        await move(
            op, "sending", "first_sent_at = coalesce(first_sent_at, business_now()), tries = tries + 1"
        )


async def put_back(op: Op, *, wait: timedelta, error: str = "", sent: bool = True) -> None:
    """Run it again later with the same key; `sent=False` when the provider surely did nothing."""
    async with db.transaction(operator=True):
        await move(
            op,
            "pending" if op.state != "unknown" else "unknown",
            f"next_run_at = business_now() + $5, lease_until = null, last_error = $6 {'' if sent else _UNSENT}",
            wait,
            error,
        )


_UNSENT = ", tries = greatest(tries - 1, 0)"


async def next_attempt(op: Op) -> None:
    """Use a new key from now on: it is proven that the old one did nothing."""
    await move(
        op,
        "pending",
        "attempt = attempt + 1, tries = 0, first_sent_at = null, lease_until = null, next_run_at = business_now()",
    )
    db.on_commit(lambda: doorbell.ring("money"))


async def lose(op: Op, error: str) -> None:
    """Nobody knows the outcome: let the janitor ask the provider, after a quiet time."""
    await move(op, "unknown", "lease_until = now() + $5, last_error = $6", QUIET, error)


async def finish(op: Op, state: str, *, provider_id: str | None = None, error: str = "") -> None:
    """End the operation: succeeded, failed or needs_human; raises LostOp."""
    await move(
        op,
        state,
        "provider_id = $5, last_error = $6, finished_at = now(), lease_until = null",
        provider_id,
        error[:1000],
    )


async def move(op: Op, state: str, change: str, *values: Any) -> None:
    """Change the row if this run still holds its fence; raises LostOp."""
    found = await db.execute(
        f"""update money_op set state = $3, {change} where id = $1 and fence = $2 and state = $4""",
        op.id,
        op.fence,
        state,
        op.state,
        *values,
    )
    if not found:
        raise LostOp(str(op.id))
