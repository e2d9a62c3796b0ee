"""Reconciliation as the operator works it: the state of things, runs, and each break; whatever is done is audited."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from payouts.reconcile import breaks as acts
from payouts.reconcile import jobs, queries, runs  # noqa: F401 - jobs handles the steps of a run
from payouts.reconcile.queries import Identities, OneBreak


@dataclass(frozen=True, slots=True)
class Overview:
    """Where reconciliation stands."""

    runs: list[Any]
    counts: list[Any]
    identities: Identities
    rules: list[Any]
    legs: list[Any]
    unmatched: int
    movements: int


_LEGS = """
select 1 as leg, 'agreed' as name, count(*) as number, coalesce(sum(price_amount + tax_amount - withheld_amount + fee_amount + fee_tax_amount), 0)::bigint as amount
from contract
union all
select 2, 'approved', count(distinct t.id), coalesce(sum(e.amount), 0)::bigint
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id and a.purpose = 'reserved'
where t.kind = 'approve'
union all
select 3, 'funded', count(*), coalesce(sum(-e.amount), 0)::bigint
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
  join ledger_account a on a.id = e.account_id and a.purpose = 'reserved' and e.amount < 0 where t.kind = 'conclude'
union all
select 4, 'sent', count(*), coalesce(sum(amount), 0)::bigint from payout
where transferred or (rail = 'zengin' and status in ('in_transit', 'paid', 'settled'))
union all
select 5, 'arrived', count(*), coalesce(sum(amount), 0)::bigint from payout where status in ('paid', 'settled')
union all
select 6, 'traced', count(*), coalesce(sum(amount), 0)::bigint from payout where status in ('paid', 'settled') and trace_id <> ''
order by 1
"""


async def overview(*, by: Actor) -> Overview:
    """Return the last runs, the legs, the identities and the breaks by kind."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return Overview(
            runs=await queries.last_runs(),
            counts=await queries.counts(),
            identities=await queries.identities(),
            rules=await queries.rules(),
            legs=list(await db.fetch(_LEGS)),
            unmatched=await queries.unmatched(),
            movements=await db.fetchval("select count(*) from balance_transaction"),
        )


async def start(*, by: Actor) -> UUID:
    """Begin a run now. Raises Conflict while one is under way."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        run = await runs.start(by=by.ref, name=by.name)
        await record("reconciliation.started", f"reconciliation:{run}", by=by)
    return run


async def stop(run: UUID, *, by: Actor) -> None:
    """Stop a run behind its step."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await queries.run(run)
        await runs.stop(run)
        await record("reconciliation.stopped", f"reconciliation:{run}", by=by)


async def resume(run: UUID, *, by: Actor) -> None:
    """Go on with a run that was stopped."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await queries.run(run)
        await runs.resume(run)
        await record("reconciliation.resumed", f"reconciliation:{run}", by=by)


async def accounts(*, page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of the provider's accounts with their sums."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return await queries.accounts(page=page)


async def transactions(account: str, *, rule: str = "", page: int = 1, by: Actor) -> tuple[list[Any], int]:
    """Return one page of an account's movements with their postings."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return await queries.transactions(account, rule=rule, page=page)


async def breaks(
    *, ended: bool, kind: str, owner: str, age: str, page: int = 1, by: Actor
) -> tuple[list[Any], int, list[Any]]:
    """Return one page of breaks, how many there are, and who holds some."""
    by.must_be("operator")
    wanted = by.ref if owner == "me" else owner
    async with db.transaction(operator=True):
        rows, found = await queries.breaks(ended=ended, kind=kind, owner=wanted, age=age, page=page)
        return rows, found, await queries.owners()


async def every_break(*, ended: bool, kind: str, owner: str, age: str, by: Actor) -> list[Any]:
    """Return the breaks of a file; that it was taken is audited."""
    by.must_be("operator")
    wanted = by.ref if owner == "me" else owner
    async with db.transaction(operator=True):
        rows, found = await queries.breaks(ended=ended, kind=kind, owner=wanted, age=age, size=None)
        await record("breaks.exported", "reconciliation:breaks", by=by, rows=found)
        return rows


async def one_break(number: UUID, *, by: Actor) -> OneBreak:
    """Return one break with everything about it; that a line of the bank was read is audited. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found = await queries.one_break(number)
        if found.line is not None:
            await record("bank_line.read", f"break:{number}", by=by, line=str(found.line["id"]))
        return found


async def take(number: UUID, *, by: Actor) -> None:
    """Make a break one's own."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await acts.take(number, ref=by.ref, name=by.name)
        await record("break.taken", f"break:{number}", by=by)


async def say(number: UUID, text: str, *, by: Actor) -> None:
    """Add a note to a break."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await acts.say(number, text, ref=by.ref, name=by.name)
        await record("break.noted", f"break:{number}", by=by)


async def add_evidence(number: UUID, *, name: str, media_type: str, content: bytes, by: Actor) -> None:
    """Keep a file as evidence of a break."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        kept = await acts.add_evidence(
            number, file_name=name, media_type=media_type, content=content, ref=by.ref, name=by.name
        )
        await record("break.evidence_added", f"break:{number}", by=by, file=str(kept))


async def evidence(number: UUID, file: UUID, *, by: Actor) -> Any:
    """Return a file of a break; that it was read is audited. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found = await acts.evidence(number, file)
        await record("break.evidence_read", f"break:{number}", by=by, file=str(file))
        return found


async def resolve(number: UUID, *, resolution: str, into: str, reason: str, by: Actor) -> bool:
    """Put a break right, or propose to; return whether it is done. Raises Conflict, Invalid, Overdrawn."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        done = await acts.resolve(
            number, resolution=resolution, into=into, reason=reason, ref=by.ref, name=by.name
        )
        verb = "break.resolved" if done else "break.proposed"
        await record(verb, f"break:{number}", by=by, resolution=resolution, into=into, reason=reason)
    return done


async def approve(number: UUID, *, by: Actor) -> None:
    """Agree to what somebody else has proposed."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await acts.approve(number, ref=by.ref, name=by.name)
        await record("break.approved", f"break:{number}", by=by)


async def refuse(number: UUID, text: str, *, by: Actor) -> None:
    """Send a proposal back."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        await acts.refuse(number, text, ref=by.ref, name=by.name)
        await record("break.refused", f"break:{number}", by=by, reason=text)
