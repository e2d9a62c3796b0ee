"""Since when a payee is registered as an issuer of qualified invoices: periods by day, kept when they end."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from marketplace.core import clock, db
from payouts.statements.lines import Registered

SYSTEM_BEGAN = date(2023, 10, 1)
"""No registration is older: the first day of qualified invoices (Consumption Tax Act art. 57-2)."""


async def note(person: str, number: str | None, since: date | None = None) -> None:
    """Write down that a number holds from a day, or that none holds from today; runs in the person's scope.

    A first number without a day was there before the first work; a later one without a day begins today.
    """
    owner, today = f"person:{person}", await clock.today()
    known = await db.fetchrow(
        "select * from payee_registration where owner = $1 order by valid_from desc limit 1", owner
    )
    open_now = known is not None and known["valid_to"] is None
    if number is None:
        await _end(owner, today)
    elif known is None:
        await _begin(owner, number, since or SYSTEM_BEGAN)
    elif not open_now or known["number"] != number:
        begins = max(since or today, known["valid_from"] + timedelta(days=1))
        await _end(owner, begins)
        await _begin(owner, number, begins)
    elif since is not None and since != known["valid_from"]:
        await _move(owner, known["valid_from"], since)


async def _begin(owner: str, number: str, since: date) -> None:
    sql = "insert into payee_registration (owner, number, valid_from) values ($1, $2, $3)"
    await db.execute(sql, owner, number, since)


async def _end(owner: str, first_day_without: date) -> None:
    """End what holds on the day before; what would begin later never held."""
    sql = "delete from payee_registration where owner = $1 and valid_to is null and valid_from >= $2"
    await db.execute(sql, owner, first_day_without)
    await db.execute(
        """update payee_registration set valid_to = $2::date - 1
           where owner = $1 and (valid_to is null or valid_to >= $2) and valid_from < $2""",
        owner,
        first_day_without,
    )


async def _move(owner: str, begun: date, since: date) -> None:
    """Let the newest period begin on another day, after the one before."""
    await db.execute(
        """update payee_registration set valid_from = greatest($3,
             coalesce((select max(valid_to) + 1 from payee_registration where owner = $1 and valid_from < $2), $3))
           where owner = $1 and valid_from = $2""",
        owner,
        begun,
        since,
    )


async def of(owners: Iterable[str]) -> dict[str, list[Registered]]:
    """Return the periods of payees (`person:<id>`) that have any. Needs the operator's scope."""
    rows = await db.fetch(
        "select * from payee_registration where owner = any($1::text[]) order by owner, valid_from",
        list(owners),
    )
    found: defaultdict[str, list[Registered]] = defaultdict(list)
    for row in rows:
        found[row["owner"]].append(Registered(row["number"], row["valid_from"], row["valid_to"]))
    return found
