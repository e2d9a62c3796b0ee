"""A month as an accounting period: open → soft_closed → closed, of the ledger (owner '') or of a company (`company:<id>`).

The database keeps the rule (0007_closing.sql): nothing is dated into a closed month, and into a softly closed one only
what states its reason.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.core import clock, db
from marketplace.core.errors import N_, Conflict
from payouts.statements.months import first_of, has_ended, last_moment

LEDGER = ""
"""The owner of the ledger's months: the operator."""


@dataclass(frozen=True, slots=True)
class Month:
    """Where a month stands; one that nobody has touched is open."""

    owner: str
    month: date
    status: str = "open"
    version: int = 0
    soft_closed_at: datetime | None = None
    soft_closed_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_over: str = ""
    posting_count: int = 0
    moved_amount: int = 0
    reopened_at: datetime | None = None
    reopened_by: str = ""
    reopened_reason: str = ""


def table(owner: str) -> str:
    """Return the table that holds an owner's months."""
    return "company_month" if owner else "ledger_month"


async def find(owner: str, month: date) -> Month:
    """Return where a month stands, as the scope sees it."""
    row = await db.fetchrow(f"select * from {table(owner)} where owner = $1 and month = $2", owner, month)
    return Month(**dict(row)) if row else Month(owner, month)


async def hold(owner: str, month: date) -> Month:
    """Lock a month's row until the transaction ends, and with it the order of the owner's closings and openings."""
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"closing:{owner}")
    await db.execute(
        f"insert into {table(owner)} (owner, month) values ($1, $2) on conflict do nothing", owner, month
    )
    row = await db.fetchrow(
        f"select * from {table(owner)} where owner = $1 and month = $2 for update", owner, month
    )
    assert row is not None
    return Month(**dict(row))


async def must_have_ended(month: date) -> None:
    """Raise Conflict while a month still runs."""
    if not has_ended(month, await clock.today()):
        raise Conflict(N_("This month is not over yet: it can be closed from the first day of the next one."))


async def must_take_statements(owner: str, month: date) -> None:
    """Raise Conflict when a company has closed a month, softly or for good: no statement is made into it."""
    found = await find(owner, month)
    if found.status == "closed":
        raise Conflict(
            N_(
                "This month is closed. A correction goes onto the next statement, or open the month again first."
            )
        )
    if found.status == "soft_closed":
        raise Conflict(
            N_("This month is being closed. Open it again on the page of the closing to make statements.")
        )


async def soft_close(owner: str, month: date, *, by: str) -> bool:
    """Close a month softly; False when it is already. Raises Conflict when it is closed."""
    held = await hold(owner, month)
    _must_not_be_closed(held)
    return bool(
        await db.execute(
            f"""update {table(owner)} set status = 'soft_closed', soft_closed_at = business_now(), soft_closed_by = $3
                where owner = $1 and month = $2 and status = 'open'""",
            *(owner, month, by),
        )
    )


async def open_again(owner: str, month: date, *, by: str, reason: str) -> None:
    """Open a softly closed month again. Raises Conflict when it is not softly closed."""
    await hold(owner, month)
    if not await db.execute(
        f"""update {table(owner)} set status = 'open', reopened_at = business_now(), reopened_by = $3, reopened_reason = $4
            where owner = $1 and month = $2 and status = 'soft_closed'""",
        *(owner, month, by, reason),
    ):
        raise Conflict(N_("This month is not softly closed."))


async def shut(month: date) -> None:
    """Wait for whoever is writing into a month, and let nobody else until the transaction ends: before the last look."""
    await db.execute("select pg_advisory_xact_lock(19533, $1::date - '2000-01-01'::date)", month)


HELD = """
select count(distinct e.transfer_id) as postings, coalesce(sum(e.amount) filter (where e.amount > 0), 0)::bigint as moved
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
where t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
  and t.happened_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo' and ($1 = '' or e.owner = $1)
"""


async def close(owner: str, month: date, *, by: str, over: str) -> Month:
    """Close a softly closed month for good, and keep what it holds. Raises Conflict when it is not softly closed.

    The caller has shut it and looked at its checks; `over` says why what they warned of was closed over.
    """
    held = await hold(owner, month)
    _must_not_be_closed(held)
    holds = await db.fetchrow(HELD, owner, month)
    assert holds is not None
    row = await db.fetchrow(
        f"""update {table(owner)} set status = 'closed', version = version + 1, closed_at = business_now(), closed_by = $3,
              closed_over = $4, posting_count = $5, moved_amount = $6
            where owner = $1 and month = $2 and status = 'soft_closed' returning *""",
        *(owner, month, by, over, holds["postings"], holds["moved"]),
    )
    if row is None:
        raise Conflict(N_("This month was opened again meanwhile."))
    return Month(**dict(row))


async def later_closed(owner: str, month: date) -> date | None:
    """Return the first month after this one that is closed: its opening balances rest on this one."""
    found: date | None = await db.fetchval(
        f"select min(month) from {table(owner)} where owner = $1 and month > $2 and status = 'closed'",
        owner,
        month,
    )
    return found


def _must_not_be_closed(held: Month) -> None:
    if held.status == "closed":
        raise Conflict(N_("This month is closed already."))


@asynccontextmanager
async def with_reason(reason: str) -> AsyncIterator[None]:
    """State why something is written into a softly closed month; what a closed month holds nobody changes."""
    await db.execute("select set_config('app.month_reason', $1, true)", reason)
    yield
    # After a failure the transaction, or its savepoint, takes the setting back.
    await db.execute("select set_config('app.month_reason', '', true)")


async def correction_moment(happened_at: datetime) -> datetime:
    """Return when a correction of something is dated: within its month while that is softly closed, else now.

    The correction of what lies in a closed month goes into the running one. The month stands as it is until the
    transaction ends.
    """
    month = first_of(clock.day_of(happened_at))
    await db.execute("select pg_advisory_xact_lock_shared(19533, $1::date - '2000-01-01'::date)", month)
    if (await find(LEDGER, month)).status == "soft_closed":
        return last_moment(month)
    return await clock.now()


async def listed(owner: str, *, page: int, size: int) -> tuple[list[Any], int]:
    """Return one page of an owner's months, the newest first, from the first one with a posting; with the package's name."""
    first = await first_month(owner)
    if first is None:
        return [], 0
    rows = await db.fetch(
        f"""select g.month::date as month, coalesce(m.status, 'open') as status, coalesce(m.version, 0) as version,
              m.closed_at, m.closed_by, m.soft_closed_at, p.sha256, r.id is not null as asked, count(*) over () as found
            from generate_series($2::date, date_trunc('month', business_today())::date, interval '1 month') as g(month)
            left join {table(owner)} m on m.owner = $1 and m.month = g.month
            left join closing_package p on p.owner = $1 and p.month = g.month and p.version = m.version and m.status = 'closed'
            left join reopening r on r.owner = $1 and r.month = g.month and r.status = 'asked'
            order by 1 desc limit $3 offset $4""",
        *(owner, first, size, (page - 1) * size),
    )
    return rows, rows[0]["found"] if rows else 0


_FIRST_OF_COMPANY = """
select least((select min(i.created_at) from payable_item i where i.payer = $1),
             (select min(t.happened_at) from ledger_entry e join ledger_transfer t on t.id = e.transfer_id where e.owner = $1))
"""


async def first_month(owner: str) -> date | None:
    """Return the month of an owner's first posting, or None."""
    found: datetime | None = (
        await db.fetchval(_FIRST_OF_COMPANY, owner)
        if owner
        else await db.fetchval("select min(happened_at) from ledger_transfer")
    )
    return first_of(clock.day_of(found)) if found else None


async def open_before(owner: str, month: date) -> list[date]:
    """Return the months before this one in which something was posted and that are not closed, the oldest first."""
    first = await first_month(owner)
    if first is None:
        return []
    rows = await db.fetch(
        f"""select g.month::date as month from generate_series($2::date, $3::date - interval '1 month', interval '1 month') as g(month)
            where not exists (select from {table(owner)} m where m.owner = $1 and m.month = g.month and m.status = 'closed')
              and exists (select from ledger_transfer t
                where t.happened_at >= g.month::timestamp at time zone 'Asia/Tokyo'
                  and t.happened_at < (g.month + interval '1 month')::timestamp at time zone 'Asia/Tokyo'
                  and ($1 = '' or exists (select from ledger_entry e where e.transfer_id = t.id and e.owner = $1)))
            order by 1""",
        *(owner, first, month),
    )
    return [row["month"] for row in rows]
