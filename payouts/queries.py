"""Read the payments: what a person has earned, one payout with everything about it, what is late.

Each query sees what the transaction's scope sees. Amounts are Money; ids are as the tables have them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from payouts.chart import Purpose

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Earnings:
    """A person's money here; what is reserved for running contracts the contracts know."""

    payable: Money
    in_transit: Money
    paid: Money


async def earnings(person: str, *, currency: str = "JPY") -> Earnings:
    """Return what is owed to a person, on its way, and paid so far. Person's scope."""
    sums = {
        row["purpose"]: -row["total"]
        for row in await db.fetch(
            """select purpose, sum(balance)::bigint as total from ledger_account
               where owner = $1 and currency = $2 group by purpose""",
            f"person:{person}",
            currency,
        )
    }
    paid = await db.fetchval(
        """select coalesce(sum(amount), 0)::bigint from payout
           where owner = $1 and currency = $2 and status in ('paid', 'settled')""",
        f"person:{person}",
        currency,
    )
    return Earnings(
        Money(sums.get(Purpose.PAYABLE, 0), currency),
        Money(sums.get(Purpose.IN_TRANSIT, 0), currency),
        Money(paid, currency),
    )


async def payee_of(person: str) -> Row:
    """Return a person's payment set-up: status, requirements, bank; `new` before it was begun."""
    row = await db.fetchrow("select * from payee where owner = $1", f"person:{person}")
    return (
        dict(row)
        if row
        else {"owner": f"person:{person}", "status": "new", "requirements": [], "account": None}
    )


async def payout(payout: UUID) -> Row:
    """Return one payout with its items, attempts, operations (`ops`) and ledger postings. Raises NotFound."""
    row = await db.fetchrow("select * from payout where id = $1", payout)
    if row is None:
        raise NotFound
    parts = {
        "items": "select * from payable_item where payout_id = $1 order by id",
        "attempts": "select * from payout_attempt where payout_id = $1 order by attempt",
        "ops": """select id, kind, state, attempt, runs, tries, provider_id, last_error, created_at, finished_at
                  from money_op where reference = 'payout:' || $1::uuid order by id""",
    }
    found = {name: [dict(part) for part in await db.fetch(sql, payout)] for name, sql in parts.items()}
    return {**row, **found, "postings": await postings_about(f"payout:{payout}")}


async def postings_about(reference: str) -> list[Row]:
    """Return the ledger lines about a task, contract, payout or top-up (`task:<id>` …), in order."""
    rows = await db.fetch(
        """select t.key, t.kind, t.happened_at, t.currency, a.name as account, e.amount, e.balance_after
           from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
           where t.reference = $1 order by t.id, e.amount desc, a.name""",
        reference,
    )
    return [dict(row) for row in rows]


async def late(*, days: int = 2, limit: int = 100) -> list[Row]:
    """Return items that are due within some days and not on their way: the operator's alarm."""
    rows = await db.fetch(
        """select i.id, i.owner, i.payer, i.title, i.net_amount, i.currency, i.due_on, p.status as payout_status,
             p.hold_reason, p.id as payout_id
           from payable_item i left join payout p on p.id = i.payout_id
           where i.due_on <= business_today() + $1::int
             and (p.status is null or p.status not in ('in_transit', 'paid', 'settled'))
           order by i.due_on, i.id limit $2""",
        days,
        limit,
    )
    return [dict(row) for row in rows]
