"""The steps of a payout, each a compare-and-swap on its row with its posting, inside the caller's transaction.

submit → transfer to the person's account → payout to the bank → paid → settled; failed and returned owe the money
again and lead to the next attempt. The provider's news may come in any order: what does not apply is left alone.
The steps that every payout makes take many payouts at once: a statement serves them all.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.lifecycle import Lifecycle
from payouts import hooks, journal, orders, postings
from payouts.holds import BANK_FAILURES, MENDABLE, MOST_ATTEMPTS, Hold
from payouts.lifecycle import PAYOUT, Payout
from payouts.payout_rows import RETURNING, Made, Row, load_all, row_of


async def submit(payouts: Sequence[UUID]) -> int:
    """Start the next attempt of planned payouts: put the money on its way and order the first movement of each."""
    rows = await _begin(payouts, "stripe")
    if fresh := [row for row in rows if not row.transferred]:
        await orders.of_transfers(fresh)
    if returned := [row for row in rows if row.transferred]:
        await orders.of_payouts(returned)
    return len(rows)


async def send_by_file(payouts: Sequence[UUID], *, pay_on: date) -> dict[UUID, int]:
    """Start the next attempt of planned payouts by a bank transfer file; return the attempt of each that has started."""
    rows = await _begin(payouts, "zengin")
    await db.execute(
        """update payout_attempt a set status = 'in_transit' from payout p
           where a.payout_id = p.id and a.attempt = p.attempt and p.id = any($1::uuid[])""",
        [row.id for row in rows],
    )
    await _move_all([row.id for row in rows], "acknowledge", "arrives_on = $3", pay_on)
    return {row.id: row.attempt for row in rows}


async def _begin(payouts: Sequence[UUID], rail: str) -> list[Row]:
    """Move planned payouts on with a new attempt each, and put their money on its way."""
    rows = await _move_all(
        payouts,
        "submit",
        """attempt = attempt + 1, rail = $3, submitted_at = business_now(), hold_reason = '', hold_owner = '',
           hold_until = null""",
        rail,
    )
    if rows:
        await _post_all("submit", [(row, row.attempt) for row in rows])
    await db.execute(
        "insert into payout_attempt (payout_id, attempt, owner) select * from unnest($1::uuid[], $2::int[], $3::text[])",
        [row.id for row in rows],
        [row.attempt for row in rows],
        [row.owner for row in rows],
    )
    return rows


async def transferred(made: Sequence[Made]) -> None:
    """The money lies on the people's accounts: post it and order the payouts to the bank."""
    rows = await load_all([one.payout for one in made])
    await _post_all("transfer", [(rows[one.payout], one.attempt) for one in made])
    await db.execute(
        """update payout set transferred = true, transfer = made.id,
             status = case when status = 'unknown' then 'submitting' else status end
           from unnest($1::uuid[], $2::text[]) as made(payout, id) where payout.id = made.payout""",
        [one.payout for one in made],
        [one.id for one in made],
    )
    await orders.of_payouts(list(rows.values()))


_ACKNOWLEDGE = f"""
with made as (
  select * from unnest($1::uuid[], $2::int[], $3::text[], $4::date[]) as made(payout_id, attempt, provider_payout, arrives_on)
), noted as (
  update payout_attempt a set status = 'in_transit', provider_payout = made.provider_payout
  from made where a.payout_id = made.payout_id and a.attempt = made.attempt and a.provider_payout is null
)
update payout p set status = '{PAYOUT.target("acknowledge", Payout.SUBMITTING)}',
  provider_payout = made.provider_payout, arrives_on = made.arrives_on
from made where p.id = made.payout_id and p.status = any($5::text[])
"""


async def acknowledge(made: Sequence[Made]) -> None:
    """The provider has taken the payouts: they are on their way to the bank."""
    await db.execute(
        _ACKNOWLEDGE,
        [one.payout for one in made],
        [one.attempt for one in made],
        [one.id for one in made],
        [one.arrives_on for one in made],
        sorted(PAYOUT.sources("acknowledge")),
    )


async def lose(payout: UUID) -> None:
    """Show that nobody knows yet whether the last movement happened."""
    await _move(payout, "lose")


async def find(payout: UUID) -> None:
    """The outcome is known again: go on."""
    await _move(payout, "find")


async def confirm(payouts: Mapping[UUID, int], *, at: datetime | None = None) -> int:
    """The money of these attempts has reached the bank, now or at a time before; return how many payouts that moved."""
    rows = await _move_all(
        list(payouts), "confirm", "paid_at = coalesce($3, business_now()), failure_code = ''", at
    )
    if not rows:
        return 0
    await _post_all("paid", [(row, payouts[row.id]) for row in rows], at)
    await _end_attempts({row.id: payouts[row.id] for row in rows}, "paid")
    items = await _items_of_all([row.id for row in rows])
    for row in rows:
        await hooks.tell("paid", payout=str(row.id), person=row.person, items=items[row.id])
    return len(rows)


async def trace(traces: Mapping[str, str]) -> None:
    """Keep the bank's ids of payouts, by the provider's: with them a bank finds what it received."""
    if traces:
        await db.execute(
            """update payout p set trace_id = told.trace from unnest($1::text[], $2::text[]) as told(id, trace)
               where p.provider_payout = told.id and p.trace_id <> told.trace""",
            list(traces),
            list(traces.values()),
        )


async def fail(payout: UUID, attempt: int, code: str) -> bool:
    """The money is owed again; what reached the person's account stays there for the next attempt."""
    row = await _move(
        payout, "fail", "failure_code = $3, provider_payout = null, arrives_on = null, trace_id = ''", code
    )
    if row is None:
        return False
    await _post("failed", row, attempt)
    await _after_trouble(row, attempt, "failed", code)
    await hooks.tell("failed", payout=str(row.id), person=row.person, code=code)
    return True


async def give_back(payout: UUID, attempt: int, code: str) -> bool:
    """What looked paid came back from the bank days later."""
    row = await _move(
        payout,
        "return",
        "failure_code = $3, provider_payout = null, arrives_on = null, paid_at = null, trace_id = ''",
        code,
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
           where id = $1 and (hold_reason, hold_owner, hold_until) is distinct from ($2, $3, $4::timestamptz)
             and status in ('held', 'failed', 'returned')""",
        payout,
        why.reason,
        why.owner,
        why.until,
    )
    if changed or row is not None:
        found = await _load(payout)
        await hooks.tell("held", payout=str(payout), person=found.person, reason=why.reason)


async def resume(payout: UUID) -> bool:
    """Let a held payout start after all."""
    return await _move(payout, "resume", "hold_reason = '', hold_owner = '', hold_until = null") is not None


async def items_of(payout: UUID) -> list[dict[str, Any]]:
    """Return the items that a payout gathers."""
    return (await _items_of_all([payout]))[payout]


async def _items_of_all(payouts: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {payout: [] for payout in payouts}
    for row in await db.fetch(
        "select * from payable_item where payout_id = any($1::uuid[]) order by id", payouts
    ):
        found[row["payout_id"]].append(dict(row))
    return found


_LIFECYCLE: Lifecycle[Payout] = PAYOUT


async def _move(payout: UUID, name: str, change: str = "", *values: Any) -> Row | None:
    rows = await _move_all([payout], name, change, *values)
    return rows[0] if rows else None


async def _move_all(payouts: Sequence[UUID], name: str, change: str = "", *values: Any) -> list[Row]:
    """Make a move of the lifecycle for payouts that are in one of its sources; `change` may use $3 and on."""
    sources = _LIFECYCLE.sources(name)
    target = _LIFECYCLE.target(name, next(iter(sources)))
    rows = await db.fetch(
        f"update payout set status = '{target}' {', ' + change if change else ''} "
        f"where id = any($1::uuid[]) and status = any($2::text[]) returning {RETURNING}",
        payouts,
        sorted(sources),
        *values,
    )
    return [row_of(row) for row in rows]


async def _load(payout: UUID) -> Row:
    return (await load_all([payout]))[payout]


async def _post(step: str, row: Row, attempt: int) -> None:
    await _post_all(step, [(row, attempt)])


_BY_FILE = {"paid": postings.paid_by_file, "returned": postings.returned_to_bank}
"""Postings that name another account of ours where a bank transfer file pays."""


async def _post_all(step: str, attempted: Sequence[tuple[Row, int]], at: datetime | None = None) -> None:
    usual, when = getattr(postings, step), at or await clock.now()
    facts = []
    for row, attempt in attempted:
        post = _BY_FILE.get(step, usual) if row.rail == "zengin" else usual
        fact = post(row.person, payout=str(row.id), attempt=attempt, amount=row.amount, happened_at=when)
        facts.append((fact, row.about))
    await journal.record_all(facts)


async def _end_attempts(attempts: Mapping[UUID, int], status: str, code: str = "") -> None:
    await db.execute(
        """update payout_attempt a set status = $3, failure_code = $4, ended_at = business_now()
           from unnest($1::uuid[], $2::int[]) as ended(payout_id, attempt)
           where a.payout_id = ended.payout_id and a.attempt = ended.attempt""",
        list(attempts),
        list(attempts.values()),
        status,
        code,
    )


# Another rail, or an account given since, is not what the bank has refused.
_BANK_NEEDED = """
update payee e set status = 'bank_needed', updated_at = now() where e.owner = $1 and e.rail = $2 and not exists (
  select from bank_account a join payout_attempt t on t.payout_id = $3 and t.attempt = $4
  where a.owner = e.owner and a.ended_at is null and a.given_at > t.started_at)
"""


async def _after_trouble(row: Row, attempt: int, status: str, code: str) -> None:
    """Close the attempt; a bank that refused is not tried again before the person gives another."""
    await _end_attempts({row.id: attempt}, status, code)
    if code in BANK_FAILURES:
        await db.execute(_BANK_NEEDED, row.owner, row.rail, row.id, attempt)
    if code not in MENDABLE or attempt >= MOST_ATTEMPTS:
        # An approval is for what was known then: it does not send the same refusal round and round.
        await db.execute("update payout set approved_by = '' where id = $1", row.id)
