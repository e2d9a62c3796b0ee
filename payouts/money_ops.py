"""The rows of money_op: one intended movement at the provider each, claimed under a lease and a fence.

Its key and its request are stored before the call. Due times follow the business clock (the sandbox does too);
leases follow real time.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    def of_payout(self) -> bool:
        """A step of a payout, which takes from a balance; refunds and paperwork take from none that we watch."""
        return self.kind in {"transfer", "payout"}

    @property
    def payout(self) -> UUID:
        """The payout that this belongs to."""
        return UUID(self.reference.partition(":")[2])

    @property
    def payout_attempt(self) -> int:
        """The attempt of the payout that this belongs to."""
        return int(self.params["metadata"]["attempt"])

    @property
    def amount(self) -> int:
        """What moves, in minor units."""
        return int(self.params["amount"])

    @property
    def balance(self) -> tuple[str, str]:
        """The account whose money moves ('' is the platform's own) and the currency."""
        return str(self.params.get("on_account", "")), str(self.params["currency"]).upper()

    @property
    def needs_cover(self) -> bool:
        """Nothing was sent yet, and it takes from a balance that may be too low."""
        return self.first_sent_at is None and self.of_payout

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


@dataclass(frozen=True, slots=True)
class Order:
    """A movement that is wanted: its business key, what it belongs to, whose it is, and the request."""

    key: str
    reference: str
    owner: str
    params: dict[str, Any]


async def add(kind: str, *, key: str, reference: str, owner: str, params: dict[str, Any]) -> UUID:
    """Write one operation in the running transaction, as `add_all`."""
    return (await add_all(kind, [Order(key, reference, owner, params)]))[0]


async def add_all(kind: str, orders: Sequence[Order]) -> list[UUID]:
    """Write operations in the running transaction; the same business key again is the same operation."""
    found = await db.fetch(
        """insert into money_op (kind, business_key, reference, owner, params, request_hash, next_run_at)
           select $1, o.*, business_now() from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[]) as o
           on conflict (kind, business_key) do update set business_key = excluded.business_key returning id""",
        kind,
        [order.key for order in orders],
        [order.reference for order in orders],
        [order.owner for order in orders],
        [order.params for order in orders],
        [fingerprint(kind, order.params) for order in orders],
    )
    db.on_commit(lambda: doorbell.ring("money"))
    return [UUID(str(row["id"])) for row in found]


_COLUMNS = """o.id, o.kind, o.reference, o.owner, o.params, o.request_hash, o.state, o.attempt, o.tries, o.fence,
  o.first_sent_at, business_now() as now"""
_CLAIM = f"""
with due as (
  select id, state from money_op
  where state in ('pending', 'sending', 'unknown') and next_run_at <= business_now()
    and (lease_until is null or lease_until < now())
    and (state <> 'pending' or kind not in ('transfer', 'payout')
         or not exists (select from kill_switch where name = 'payouts' and stopped_at is not null))
  order by next_run_at, id limit $2 for update skip locked
)
update money_op o set state = case when due.state = 'pending' then 'sending' else due.state end,
  fence = o.fence + 1, runs = o.runs + 1, lease_until = now() + $1
from due where o.id = due.id returning {_COLUMNS}, due.state as was
"""


async def claim(most: int) -> list[Op]:
    """Take the operations that are longest due; the kill switch holds back what was not sent yet."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_CLAIM, LEASE, most)
    return sorted((Op(**dict(row)) for row in rows), key=lambda op: op.id)


async def take_over(op: UUID) -> Op | None:
    """Take an unfinished operation away from whoever runs it, because its outcome is known now."""
    row = await db.fetchrow(
        f"""update money_op o set fence = o.fence + 1 where id = $1 and state not in ('succeeded', 'failed')
            returning {_COLUMNS}, o.state as was""",
        op,
    )
    return Op(**dict(row)) if row else None


_NOTE = """
update money_op o set state = 'sending', first_sent_at = coalesce(o.first_sent_at, business_now()), tries = o.tries + 1,
  lease_until = now() + $4
from unnest($1::uuid[], $2::bigint[], $3::text[]) as held(id, fence, state)
where o.id = held.id and o.fence = held.fence and o.state = held.state returning o.id
"""


async def note_sending(ops: Sequence[Op]) -> list[Op]:
    """Store that these keys are about to be sent, under a fresh lease; return those that are still ours."""
    async with db.transaction(operator=True):
        ours = {row["id"] for row in await db.fetch(_NOTE, *_held(ops), LEASE)}
    return [op for op in ops if op.id in ours]


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


_SUCCEED = """
update money_op o set state = 'succeeded', provider_id = held.made, last_error = '', finished_at = now(), lease_until = null
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) as held(id, fence, state, made)
where o.id = held.id and o.fence = held.fence and o.state = held.state
"""


async def succeed(ops: Sequence[Op], made: Sequence[str]) -> None:
    """End operations with what the provider made of each; raises LostOp when one is no longer ours."""
    if await db.execute(_SUCCEED, *_held(ops), made) != len(ops):
        raise LostOp(", ".join(str(op.id) for op in ops))


def _held(ops: Sequence[Op]) -> tuple[list[UUID], list[int], list[str]]:
    return [op.id for op in ops], [op.fence for op in ops], [op.state for op in ops]


async def finish(op: Op, state: str, error: str) -> None:
    """End the operation without success, as failed or needs_human; raises LostOp."""
    await move(op, state, "last_error = $5, finished_at = now(), lease_until = null", error[:1000])


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
