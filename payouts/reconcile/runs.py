"""A run: pull what moved, match it, name what is left. Made of small steps, each of which is kept before the next begins."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Conflict
from payouts import attempts, gateway
from payouts.crash import crash_point
from payouts.reconcile import bank_match, found, matching, pull
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from payouts.reconcile.rules import ARRIVES, GRACE, Transaction, judge

BATCH = 500
TRACES = 20
FIRST_LOOK = timedelta(days=30)
HOUR = 4  # in the morning, Japan: the provider's day has ended in both hemispheres' books
JOB = "reconcile.step"


async def start(*, by: str = "", name: str = "") -> UUID:
    """Begin a run in the operator's scope. Raises Conflict while one is under way or stopped half-way."""
    if await db.fetchval("select true from reconcile_run where status <> 'done'"):
        raise Conflict(N_("A reconciliation is under way already."))
    first = await db.fetchval("select min(happened_at) from ledger_transfer")
    now = await clock.now()
    since = min(first or now, now - FIRST_LOOK) - pull.OVERLAP
    run: UUID = await db.fetchval(
        "insert into reconcile_run (since, started_by, started_name) values ($1, $2, $3) returning id",
        since,
        by,
        name,
    )
    accounts = await pull.plan(run, since)
    await db.execute(
        """update reconcile_run r set account_count = $2, since = least(
             (select min(w.since) from reconcile_window w where w.run_id = r.id), r.until - make_interval(days => $3))
           where id = $1""",
        run,
        accounts,
        ARRIVES + 1,
    )
    await outbox.enqueue(JOB, run=str(run))
    return run


async def note_error(run: UUID, error: str) -> None:
    """Show why a run stands still; its job tries again by itself."""
    async with db.transaction(operator=True):
        await db.execute("update reconcile_run set last_error = $2 where id = $1", run, error[:500])


async def stop(run: UUID) -> None:
    """Let a run stop behind its step. Raises Conflict when it does not run."""
    if not await db.execute(
        "update reconcile_run set status = 'stopped' where id = $1 and status = 'running'", run
    ):
        raise Conflict(N_("This reconciliation does not run."))


async def resume(run: UUID) -> None:
    """Go on where a run was stopped. Raises Conflict when it was not."""
    if not await db.execute(
        "update reconcile_run set status = 'running', moved_at = now() where id = $1 and status = 'stopped'",
        run,
    ):
        raise Conflict(N_("This reconciliation was not stopped."))
    await outbox.enqueue(JOB, run=str(run))


async def start_due() -> bool:
    """The daily sweep: begin the day's run after four in the morning; ring again for one that nobody works on."""
    async with db.transaction(operator=True):
        open_run = await db.fetchrow(
            """select id, status = 'running' and not exists (select from outbox o where o.kind = $1
                 and o.args ->> 'run' = r.id::text and o.done_at is null and o.dead_at is null) as lost
               from reconcile_run r where status <> 'done'""",
            JOB,
        )
        if open_run is not None:
            if open_run["lost"]:
                await outbox.enqueue(JOB, run=str(open_run["id"]))
            return False
        if not await db.fetchval(_DUE, HOUR):
            return False
        await start()
        return True


_DUE = """
select extract(hour from business_now() at time zone 'Asia/Tokyo') >= $1
  and exists (select from ledger_transfer) and not exists (select from reconcile_run where day = business_today())
"""


async def step(run: UUID) -> bool:
    """Take the next step of a run; False when there is none: it is done, or stopped."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from reconcile_run where id = $1", run)
    if row is None or row["status"] != "running":
        return False
    if row["phase"] in _OUTSIDE:
        await _OUTSIDE[row["phase"]](row)
        return True
    async with db.transaction(operator=True):
        # Two workers may hold the same run: the second waits here and then finds that the step is taken.
        held = await db.fetchrow(
            """select * from reconcile_run where id = $1 and status = 'running' and phase = $2 and cursor = $3
               for update""",
            run,
            row["phase"],
            row["cursor"],
        )
        if held is not None:
            await _INSIDE[row["phase"]](held)
            crash_point(f"{row['phase']}.committing")
    return True


async def _turn(
    row: Any, phase: str, cursor: str = "", *, matched: int = 0, opened: int = 0, closed: int = 0
) -> bool:
    """Move a run on, if it still stands where this step began."""
    turned = await db.execute(
        """update reconcile_run set phase = $4, cursor = $5, matched_count = matched_count + $6,
             opened_count = opened_count + $7, closed_count = closed_count + $8, moved_at = now(), last_error = ''
           where id = $1 and phase = $2 and cursor = $3 and status = 'running'""",
        *(row["id"], row["phase"], row["cursor"], phase, cursor, matched, opened, closed),
    )
    return bool(turned)


async def _pull(row: Any) -> None:
    window = await pull.next_window(row["id"])
    if window is not None:
        await pull.read_page(window)
        return
    async with db.transaction(operator=True):
        await _turn(row, "balances")


async def _balances(row: Any) -> None:
    async with db.transaction(operator=True):
        account = await db.fetchval(
            "select account || ' ' from reconcile_window where run_id = $1 and account || ' ' > $2 order by account limit 1",
            row["id"],
            row["cursor"],
        )
    if account is not None:
        await pull.look_at_balance(account.strip())
    async with db.transaction(operator=True):
        await (_turn(row, "match", "0") if account is None else _turn(row, "balances", account))


async def _match(row: Any) -> None:
    number = int(row["cursor"] or 0)
    again = await _live("transaction:")
    matched = await matching.match(matching.STEPS[number], row["since"], again)
    more = number + 1 < len(matching.STEPS)
    await _turn(row, "match" if more else "judge", str(number + 1) if more else "", matched=matched)


async def _judge(row: Any) -> None:
    again = await _live("transaction:")
    left = await matching.left_over(row["since"], again, after=row["cursor"], most=BATCH)
    opened = await found.write(await differences(left), row["id"])
    await _turn(row, "judge" if left else "postings", left[-1].id if left else "", opened=opened)


async def differences(left: list[Transaction]) -> list[Found]:
    """Name what is wrong with transactions that have no posting, in the operator's scope."""
    claims, around = await matching.claims(left), await matching.surroundings(left)
    now = await clock.now()
    judged = [(one, judge(one, claims[one.id], around[one.id], now=now)) for one in left]
    return [found.of_transaction(one, finding) for one, finding in judged if finding is not None]


async def _postings(row: Any) -> None:
    now = await clock.now()
    again = [UUID(subject.partition(":")[0]) for subject in await _live("posting:")]
    left = await matching.postings_left(row["since"], again, before=now - GRACE)
    opened = await found.write([_unseen(one) for one in left], row["id"])
    opened += await found.write(await _unsummed(row), row["id"])
    await _turn(row, "close", opened=opened)


def _unseen(row: Any) -> Found:
    return Found(
        subject=f"posting:{row['transfer_id']}:{row['account_id']}",
        kind=Kind.MISSING_THERE,
        account=row["name"],
        found=0,
        expected=row["amount"],
        difference=-row["amount"],
        currency=row["currency"],
        provider_account=row["provider_account"],
        transfer_id=str(row["transfer_id"]),
        transfer_key=row["key"],
        reference=row["reference"],
        corrections={row["name"]: -row["amount"]},
        facts={"type": row["kind"]},
        happened_at=row["happened_at"],
    )


_SUMS = """
select pa.account, pa.ledger_name, pa.currency, pa.available_amount + pa.pending_amount as there, pa.looked_at,
  coalesce((select sum(t.net_amount) from balance_transaction t
    where t.account = pa.account and t.currency = pa.currency), 0)::bigint as summed
from provider_account pa join reconcile_window w on w.account = pa.account and w.run_id = $1
where pa.looked_at is not null
"""


async def _unsummed(row: Any) -> list[Found]:
    """Return the accounts whose movements do not add up to their balance."""
    return [
        Found(
            subject=f"balance:{one['account'] or 'platform'}",
            kind=Kind.BALANCE,
            account=one["ledger_name"],
            found=one["there"],
            expected=one["summed"],
            difference=one["there"] - one["summed"],
            currency=one["currency"],
            provider_account=one["account"],
            object_id=one["account"],
            happened_at=one["looked_at"],
        )
        for one in await db.fetch(_SUMS, row["id"])
        if one["there"] != one["summed"]
    ]


async def _close(row: Any) -> None:
    closed = await found.close_gone(row["id"], bank=False)
    await bank_match.run()
    await _turn(row, "arrivals", closed=closed)


async def _arrivals(row: Any) -> None:
    """Ask for the bank's ids of payouts that have arrived: the provider learns some of them days later."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select p.id, p.provider_payout, e.account from payout p join payee e on e.owner = p.owner
               where p.status in ('paid', 'settled') and p.trace_id = '' and p.provider_payout is not null
                 and p.paid_at > business_now() - interval '10 days' and p.id::text > $1 order by p.id::text limit $2""",
            row["cursor"],
            TRACES,
        )
    told = [
        await gateway.current().movement("payout", one["provider_payout"], account=one["account"])
        for one in rows
    ]
    async with db.transaction(operator=True):
        await attempts.trace({one.id: one.trace for one in told if one.trace})
        if rows:
            await _turn(row, "arrivals", str(rows[-1]["id"]))
        elif await _turn(row, "done"):
            await _finish(row["id"])


async def _finish(run: UUID) -> None:
    """Every page was kept: from now on the next run begins here, less the overlap."""
    await db.execute(
        "update reconcile_run set status = 'done', finished_at = business_now() where id = $1", run
    )
    await db.execute(
        """update provider_account pa set pulled_to = r.until from reconcile_window w join reconcile_run r on r.id = w.run_id
           where w.run_id = $1 and w.account = pa.account""",
        run,
    )


async def _live(prefix: str) -> list[str]:
    rows = await db.fetch(
        "select substr(subject, length($1) + 1) as id from reconcile_break where status in ('open', 'proposed') and starts_with(subject, $1)",
        prefix,
    )
    return [row["id"] for row in rows]


Step = Callable[[Any], Awaitable[None]]
_OUTSIDE: dict[str, Step] = {"pull": _pull, "balances": _balances, "arrivals": _arrivals}
"""Phases that ask the provider: no transaction is open while they do."""
_INSIDE: dict[str, Step] = {"match": _match, "judge": _judge, "postings": _postings, "close": _close}
