"""Read the payments: what a person earns, what a company pays, which payouts finance sees and why one waits.

Each query sees what the transaction's scope sees. Amounts are Money; ids are as the tables have them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Message, NotFound
from marketplace.core.money import Money
from payouts.chart import Purpose
from payouts.holds import REASONS, Hold
from payouts.planning import blocked, start_on
from payouts.tax_category import Payee

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Earnings:
    """A person's money here; what is reserved for running contracts the contracts know."""

    payable: Money
    in_transit: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class NextStep:
    """Why an item is not in the bank yet: what happens next, by whom, when, and the reason."""

    step: str
    owner: str
    on: date | None
    reason: Message


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


_ITEMS = """
select i.*, p.status as payout_status, p.hold_reason, p.hold_owner, p.hold_until, p.arrives_on, p.paid_at, p.attempt,
  p.failure_code, p.planned_on
from payable_item i left join payout p on p.id = i.payout_id
where {where} order by i.due_on desc, i.id desc limit {limit}
"""


async def items_of_person(person: str, *, limit: int = 200) -> list[Row]:
    """Return a person's items, newest due date first, each with `payout_status` and `next` (a NextStep or None)."""
    rows = await db.fetch(_ITEMS.format(where="i.owner = $1", limit=limit), f"person:{person}")
    return await _with_next(rows)


async def items_of_company(company: str, *, limit: int = 500) -> list[Row]:
    """Return what a company has approved to pay, each with the state of its payout. Company's scope."""
    rows = await db.fetch(_ITEMS.format(where="i.payer = $1", limit=limit), f"company:{company}")
    return await _with_next(rows)


async def items_of_contract(contract: str) -> list[Row]:
    """Return the items of one contract, each with the state of its payout."""
    rows = await db.fetch(_ITEMS.format(where="i.reference = $1", limit=20), f"contract:{contract}")
    return await _with_next(rows)


async def _with_next(rows: list[Any]) -> list[Row]:
    today = await clock.today()
    kinds = {
        row["owner"]: Payee(row["kind"])
        for row in await db.fetch(
            "select owner, kind from payee where owner = any($1::text[])",
            list({row["owner"] for row in rows}),
        )
    }
    return [
        {**row, "next": next_step(row, payee=kinds.get(row["owner"], Payee.INDIVIDUAL), today=today)}
        for row in rows
    ]


def next_step(item: Any, *, payee: Payee, today: date) -> NextStep | None:
    """Answer "why am I not paid yet?" for an item with its payout's columns; None once it is paid. Pure."""
    status = item["payout_status"]
    if status in {"paid", "settled"}:
        return None
    if status is None:
        return _before_planning(item, payee, today)
    if item["hold_reason"]:
        return NextStep("mend", item["hold_owner"], item["hold_until"], REASONS[item["hold_reason"]])
    step, owner, on, reason = _MOVING.get(status, _STARTS)
    return NextStep(step, owner, item[on] if on else None, reason)


_STARTS = ("start", "operator", None, Message(N_("The payout starts at the next run.")))
_MOVING: dict[str, tuple[str, str, str | None, Message]] = {
    "submitting": (
        "release",
        "provider",
        None,
        Message(N_("The money has been sent to your payment account and is released to the bank next.")),
    ),
    "unknown": (
        "confirm",
        "operator",
        None,
        Message(N_("The payment provider has not confirmed yet. We are asking, nothing is lost.")),
    ),
    "in_transit": ("arrive", "provider", "arrives_on", Message(N_("The bank transfer is on its way."))),
}


def _before_planning(item: Any, payee: Payee, today: date) -> NextStep:
    if blocked(item, payee, on=today):
        hold = Hold("tax_category_unknown", "finance")
        return NextStep("mend", hold.owner, None, hold.message)
    starts = start_on(item["due_on"])
    if item["early_asked_at"] or starts <= today:
        return NextStep("start", "operator", today, _STARTS[3])
    reason = Message(N_("It is paid by %(due)s. You may ask for it earlier."), {"due": item["due_on"]})
    return NextStep("wait", "operator", starts, reason)


async def topups(company: str, *, limit: int = 100) -> list[Row]:
    """Return a company's payments in, newest first."""
    sql = "select * from topup where owner = $1 order by id desc limit $2"
    return [dict(row) for row in await db.fetch(sql, f"company:{company}", limit)]


async def payouts(*, status: str | None = None, limit: int = 200) -> list[Row]:
    """Return payouts for finance, open ones first by due date: amount, state, hold, provider ids, count of items."""
    rows = await db.fetch(
        """select p.*, (select count(*) from payable_item i where i.payout_id = p.id) as items
           from payout p where $1::text is null or p.status = $1
           order by p.status in ('paid', 'settled'), p.due_on, p.id desc limit $2""",
        status,
        limit,
    )
    return [dict(row) for row in rows]


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
