"""The steps of a payout, each a compare-and-swap on its row with its posting, inside the caller's transaction.

submit → transfer to the person's account → payout to the bank → paid → settled; failed and returned owe the money
again and lead to the next attempt. The provider's news may come in any order: what does not apply is left alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import NotFound
from marketplace.core.lifecycle import Lifecycle
from marketplace.core.money import Money
from payouts import hooks, journal, money_ops, postings
from payouts.holds import BANK_FAILURES, MENDABLE, MOST_ATTEMPTS, Hold
from payouts.lifecycle import PAYOUT, Payout


@dataclass(frozen=True, slots=True)
class Row:
    """A payout as the steps need it."""

    id: UUID
    owner: str
    amount: Money
    attempt: int
    transferred: bool
    status: Payout

    @property
    def person(self) -> str:
        """The plain id of who is paid."""
        return self.owner.partition(":")[2]

    @property
    def about(self) -> str:
        """The reference that its postings and operations carry."""
        return f"payout:{self.id}"


async def submit(payout: UUID) -> bool:
    """Start the next attempt of a planned payout: put the money on its way and order the first movement."""
    row = await _move(
        payout,
        "submit",
        "attempt = attempt + 1, submitted_at = business_now(), hold_reason = '', hold_owner = '', hold_until = null",
    )
    if row is None:
        return False
    await _post("submit", row, row.attempt)
    await db.execute(
        "insert into payout_attempt (payout_id, attempt, owner) values ($1, $2, $3)",
        row.id,
        row.attempt,
        row.owner,
    )
    await (_order_payout(row) if row.transferred else _order_transfer(row))
    return True


async def transferred(payout: UUID, attempt: int, transfer: str) -> None:
    """The money lies on the person's account: post it and order the payout to the bank."""
    row = await _load(payout)
    await _post("transfer", row, attempt)
    await db.execute(
        """update payout set transferred = true, transfer = $2,
             status = case when status = 'unknown' then 'submitting' else status end where id = $1""",
        payout,
        transfer,
    )
    await _order_payout(await _load(payout))


async def acknowledge(payout: UUID, attempt: int, provider_payout: str, arrives_on: date | None) -> None:
    """The provider has taken the payout: it is on its way to the bank."""
    await db.execute(
        "update payout_attempt set status = 'in_transit', provider_payout = $3 "
        "where payout_id = $1 and attempt = $2 and provider_payout is null",
        payout,
        attempt,
        provider_payout,
    )
    await _move(payout, "acknowledge", "provider_payout = $3, arrives_on = $4", provider_payout, arrives_on)


async def lose(payout: UUID) -> None:
    """Show that nobody knows yet whether the last movement happened."""
    await _move(payout, "lose")


async def find(payout: UUID) -> None:
    """The outcome is known again: go on."""
    await _move(payout, "find")


async def confirm(payout: UUID, attempt: int) -> bool:
    """The money has reached the bank."""
    row = await _move(payout, "confirm", "paid_at = business_now(), failure_code = ''")
    if row is None:
        return False
    await _post("paid", row, attempt)
    await _end_attempt(row, attempt, "paid")
    await hooks.tell("paid", payout=str(row.id), person=row.person, items=await items_of(row.id))
    return True


async def fail(payout: UUID, attempt: int, code: str) -> bool:
    """The money is owed again; what reached the person's account stays there for the next attempt."""
    row = await _move(payout, "fail", "failure_code = $3, provider_payout = null, arrives_on = null", code)
    if row is None:
        return False
    await _post("failed", row, attempt)
    await _after_trouble(row, attempt, "failed", code)
    await hooks.tell("failed", payout=str(row.id), person=row.person, code=code)
    return True


async def give_back(payout: UUID, attempt: int, code: str) -> bool:
    """What looked paid came back from the bank days later."""
    row = await _move(
        payout, "return", "failure_code = $3, provider_payout = null, arrives_on = null, paid_at = null", code
    )
    if row is None:
        return False
    await _post("returned", row, attempt)
    await _after_trouble(row, attempt, "returned", code)
    await hooks.tell("returned", payout=str(row.id), person=row.person, items=await items_of(row.id))
    return True


async def settle(payout: UUID) -> bool:
    """Nothing came back for long enough."""
    return await _move(payout, "settle", "settled_at = business_now()") is not None


async def retry(payout: UUID) -> bool:
    """Plan the next attempt after the mend."""
    return await _move(payout, "retry") is not None


async def hold(payout: UUID, why: Hold) -> None:
    """Let a payout wait, or tell the new reason of one that waits already."""
    row = await _move(payout, "hold")
    changed = await db.execute(
        """update payout set hold_reason = $2, hold_owner = $3, hold_until = $4
           where id = $1 and (hold_reason, hold_owner) <> ($2, $3) and status in ('held', 'failed', 'returned')""",
        payout,
        why.reason,
        why.owner,
        None,
    )
    if changed or row is not None:
        found = await _load(payout)
        await hooks.tell("held", payout=str(payout), person=found.person, reason=why.reason)


async def resume(payout: UUID) -> bool:
    """Let a held payout start after all."""
    return await _move(payout, "resume", "hold_reason = '', hold_owner = '', hold_until = null") is not None


async def items_of(payout: UUID) -> list[dict[str, Any]]:
    """Return the items that a payout gathers."""
    return [dict(row) for row in await db.fetch("select * from payable_item where payout_id = $1", payout)]


_LIFECYCLE: Lifecycle[Payout] = PAYOUT
_RETURNING = "id, owner, amount, currency, attempt, transferred, status"


async def _move(payout: UUID, name: str, change: str = "", *values: Any) -> Row | None:
    """Make a move of the lifecycle if the payout is in one of its sources; `change` may use $3 and on."""
    sources = _LIFECYCLE.sources(name)
    target = _LIFECYCLE.target(name, next(iter(sources)))
    row = await db.fetchrow(
        f"update payout set status = '{target}' {', ' + change if change else ''} "
        f"where id = $1 and status = any($2::text[]) returning {_RETURNING}",
        payout,
        sorted(sources),
        *values,
    )
    return _row(row) if row else None


async def _load(payout: UUID) -> Row:
    row = await db.fetchrow(f"select {_RETURNING} from payout where id = $1 for update", payout)
    if row is None:
        raise NotFound
    return _row(row)


def _row(row: Any) -> Row:
    amount = Money(row["amount"], row["currency"])
    return Row(row["id"], row["owner"], amount, row["attempt"], row["transferred"], Payout(row["status"]))


async def _post(step: str, row: Row, attempt: int) -> None:
    post = getattr(postings, step)
    fact = post(
        row.person,
        payout=str(row.id),
        attempt=attempt,
        amount=row.amount,
        happened_at=await clock.now(),
    )
    await journal.record(fact, about=row.about)


async def _order_transfer(row: Row) -> None:
    await _order("transfer", row, destination=await _account(row), transfer_group=str(row.id))


async def _order_payout(row: Row) -> None:
    await _order("payout", row, on_account=await _account(row))


async def _order(kind: str, row: Row, **target: str) -> None:
    params = {
        "amount": row.amount.amount,
        "currency": row.amount.currency.lower(),
        "metadata": {"payout_id": str(row.id), "attempt": str(row.attempt)},
        **target,
    }
    await money_ops.add(
        kind, key=f"{row.id}:{row.attempt}", reference=row.about, owner=row.owner, params=params
    )


async def _account(row: Row) -> str:
    return str(await db.fetchval("select account from payee where owner = $1", row.owner))


async def _end_attempt(row: Row, attempt: int, status: str, code: str = "") -> None:
    await db.execute(
        "update payout_attempt set status = $3, failure_code = $4, ended_at = business_now() "
        "where payout_id = $1 and attempt = $2",
        row.id,
        attempt,
        status,
        code,
    )


async def _after_trouble(row: Row, attempt: int, status: str, code: str) -> None:
    """Close the attempt; a bank that refused is not tried again before the person gives another."""
    await _end_attempt(row, attempt, status, code)
    if code in BANK_FAILURES:
        await db.execute(
            "update payee set status = 'bank_needed', updated_at = now() where owner = $1", row.owner
        )
    if code not in MENDABLE or attempt >= MOST_ATTEMPTS:
        # An approval is for what was known then: it does not send the same refusal round and round.
        await db.execute("update payout set approved_by = '' where id = $1", row.id)
