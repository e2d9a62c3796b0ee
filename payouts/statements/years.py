"""A company's business year, and what it has stated in one to payees who are not registered: what the transition's cap is of."""

from collections.abc import Iterable, Mapping
from datetime import date

from marketplace.core import db
from marketplace.core.money import Money, yen
from payouts.statements.transition import cap_of, is_near, year_begins

APRIL = 4
"""Most companies' year begins then; one that says nothing is taken to be one of them."""
MOST_NAMED = 20

_STATED = """
select s.owner, sum((rate ->> 'base')::bigint + (rate ->> 'tax')::bigint)::bigint as stated
from statement s cross join jsonb_array_elements(s.rates) rate
where s.payer = $1 and s.registration = '' and s.status <> 'void' and s.month >= $2 and s.month < $3
  and (rate ->> 'rate')::integer > 0 and ($4::text[] is null or s.owner = any($4))
group by s.owner order by 2 desc, 1
"""


async def first_month(owner: str) -> int:
    """Return the month (1 to 12) in which a company's business year begins."""
    return await db.fetchval("select first_month from payer_year where owner = $1", owner) or APRIL


async def note_first_month(owner: str, month: int) -> None:
    """Write down in which month a company's business year begins; statements that were made keep what they say."""
    await db.execute(
        """insert into payer_year (owner, first_month) values ($1, $2)
           on conflict (owner) do update set first_month = $2, noted_at = business_now()""",
        owner,
        month,
    )


async def rooms(owner: str, payees: Iterable[str], month: date) -> tuple[Money | None, Mapping[str, Money]]:
    """Return the cap of a month's business year and what is left of it before the month, for payees who have used some."""
    begins = year_begins(month, await first_month(owner))
    cap = cap_of(begins)
    if cap is None:
        return None, {}
    rows = await db.fetch(_STATED, owner, begins, month, list(payees))
    return cap, {row["owner"]: cap - yen(row["stated"]) for row in rows}


async def near_the_cap(owner: str, after: date) -> list[tuple[str, Money, Money]]:
    """Return payees who are not registered and near the cap of the year that holds the month before `after`, or above it.

    Each with what the year's statements come to (with tax) and the cap, the largest first, at most MOST_NAMED.
    """
    last = date(after.year - (after.month == 1), (after.month - 2) % 12 + 1, 1)
    begins = year_begins(last, await first_month(owner))
    cap = cap_of(begins)
    rows = await db.fetch(_STATED, owner, begins, after, None) if cap else []
    found = [(row["owner"], yen(row["stated"])) for row in rows]
    return [(name, stated, cap) for name, stated in found if cap and is_near(stated, cap)][:MOST_NAMED]
