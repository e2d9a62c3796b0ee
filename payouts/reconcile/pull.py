"""Bring balance transactions in, a page at a time: what a page says, its cursor and the count are one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db
from payouts import gateway
from payouts.crash import crash_point
from payouts.gateway.protocol import BalanceTransaction, TransactionPage

OVERLAP = timedelta(days=3)

_ACCOUNTS = """
insert into provider_account (account, owner, ledger_name, ledger_account)
select '', '', 'stripe:platform', (select id from ledger_account where name = 'stripe:platform')
union all
select p.account, p.owner, 'stripe:connected:' || split_part(p.owner, ':', 2), a.id
from payee p left join ledger_account a on a.name = 'stripe:connected:' || split_part(p.owner, ':', 2)
where p.account is not null
on conflict (account) do update set ledger_account = excluded.ledger_account
"""
# From the last time on, with an overlap, or from what is still open. A connected account has moved when our books moved it, when the provider told of it, or while something of it is open.
_WINDOWS = """
insert into reconcile_window (run_id, account, since)
select $1, pa.account, least(coalesce(pa.pulled_to - $3::interval, $2), (select min(b.happened_at) - $3::interval
  from reconcile_break b where b.provider_account = pa.account and b.status in ('open', 'proposed')))
from provider_account pa
where pa.account = '' or pa.pulled_to is null
  or exists (select from ledger_entry e join ledger_transfer t on t.id = e.transfer_id
             where e.account_id = pa.ledger_account and t.happened_at >= pa.pulled_to - $3::interval)
  or exists (select from stripe_event s where s.account = pa.account and s.received_at >= now() - $3::interval)
  or exists (select from payout p where p.owner = pa.owner and p.status in ('submitting', 'in_transit', 'unknown'))
  or exists (select from reconcile_break b where b.provider_account = pa.account and b.status in ('open', 'proposed'))
"""


async def plan(run: UUID, since: datetime) -> int:
    """Write the windows of a run in the running transaction: every account that moved; return how many."""
    await db.execute(_ACCOUNTS)
    return await db.execute(_WINDOWS, run, since, OVERLAP)


async def next_window(run: UUID) -> Any:
    """Return a window that is not read to its end, or None."""
    async with db.transaction(operator=True):
        return await db.fetchrow(
            "select * from reconcile_window where run_id = $1 and done_at is null order by account limit 1",
            run,
        )


async def read_page(window: Any) -> bool:
    """Read and keep the next page of a window; False when somebody else has read it meanwhile."""
    page = await gateway.current().list_balance_transactions(
        window["account"], since=window["since"], after=window["cursor"]
    )
    async with db.transaction(operator=True):
        read = await _keep(window, page)
    crash_point("pull.kept")
    return read


_TURN = """
update reconcile_window set cursor = case when $4 = '' then cursor else $4 end, page_count = page_count + 1,
  newest = coalesce(newest, $5), done_at = case when $6 then now() end
where run_id = $1 and account = $2 and cursor = $3 and done_at is null
"""


async def _keep(window: Any, page: TransactionPage) -> bool:
    last = page.items[-1].id if page.items else ""
    newest = page.items[0].made_at if page.items else None
    run, account = window["run_id"], window["account"]
    if not await db.execute(_TURN, run, account, window["cursor"], last, newest, not page.more):
        return False
    new = await keep(account, page.items)
    await db.execute(
        """update reconcile_run set page_count = page_count + 1, seen_count = seen_count + $2, new_count = new_count + $3,
             accounts_done = accounts_done + $4, moved_at = now(), last_error = '' where id = $1""",
        run,
        len(page.items),
        new,
        0 if page.more else 1,
    )
    crash_point("pull.keeping")
    return True


# What the provider tells differently now has to find its posting anew.
_UNMATCH = """
delete from balance_match m using balance_transaction t,
  jsonb_to_recordset($1::jsonb) as given(id text, kind text, amount bigint, fee bigint, currency text)
where m.transaction_id = t.id and t.id = given.id
  and (t.kind, t.amount, t.fee_amount, t.currency, t.account) is distinct from (given.kind, given.amount, given.fee, given.currency, $2)
"""
_UPSERT = """
insert into balance_transaction as t (id, account, kind, category, source, origin, amount, fee_amount, net_amount, currency,
  status, description, made_at, available_at)
select id, $2, kind, category, source, origin, amount, fee, amount - fee, currency, status, description, made_at, available_at
from jsonb_to_recordset($1::jsonb) as given(id text, kind text, category text, source text, origin text, amount bigint,
  fee bigint, currency text, status text, description text, made_at timestamptz, available_at timestamptz)
on conflict (id) do update set account = excluded.account, kind = excluded.kind, category = excluded.category,
  source = excluded.source, origin = excluded.origin, amount = excluded.amount, fee_amount = excluded.fee_amount,
  net_amount = excluded.net_amount, currency = excluded.currency, status = excluded.status,
  description = excluded.description, made_at = excluded.made_at, available_at = excluded.available_at, seen_at = now()
returning (xmax = 0) as new
"""


async def keep(account: str, items: Sequence[BalanceTransaction]) -> int:
    """Write transactions by id, as they were read last; return how many were new."""
    if not items:
        return 0
    given = [_row(item) for item in items]
    await db.execute(_UNMATCH, given, account)
    rows = await db.fetch(_UPSERT, given, account)
    return sum(row["new"] for row in rows)


def _row(item: BalanceTransaction) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "category": item.category,
        "source": item.source,
        "origin": item.origin,
        "amount": item.amount.amount,
        "fee": item.fee.amount,
        "currency": item.amount.currency,
        "status": item.status,
        "description": item.description[:500],
        "made_at": item.made_at,
        "available_at": item.available_at,
    }


async def look_at_balance(account: str) -> None:
    """Note what the provider says lies on an account, with every movement that led to it.

    What moves between the last page and this look would seem to be missing, so that the newest page is read again, and
    again if the balance has changed meanwhile.
    """
    door = gateway.current()
    for _ in range(3):
        before = await door.balance(account)
        async with db.transaction(operator=True):
            newest = await db.fetchval(
                "select max(made_at) from balance_transaction where account = $1", account
            )
        tail = await door.list_balance_transactions(account, since=newest) if newest else None
        after = await door.balance(account)
        async with db.transaction(operator=True):
            await keep(account, tail.items if tail else ())
            await db.execute(
                """update provider_account set available_amount = $2, pending_amount = $3, looked_at = business_now()
                   where account = $1""",
                account,
                after.available.amount,
                after.pending.amount,
            )
        if before == after:
            return
