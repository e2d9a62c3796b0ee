"""Read the money: what a person earns, what a company pays, what the operator has to prove and to do.

Each query sees what the transaction's scope sees. Amounts are Money; ids are as the tables have them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Message, NotFound
from marketplace.core.money import Money
from payouts import chart, journal
from payouts.chart import Purpose, Safeguarding
from payouts.holds import REASONS, Hold
from payouts.ledger import TrialBalance, trial_balance
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


async def statement(owner: str, *, since: date, until: date) -> list[Row]:
    """Return an owner's ledger lines of some days like a bank's statement: key, account, amount, balance after.

    `owner` is `person:<id>` or `company:<id>`; amounts are turned so that what is owed to the owner is above zero.
    """
    rows = await db.fetch(
        """select t.key, t.kind, t.reference, t.happened_at, a.name as account, a.purpose, t.currency,
             -e.amount as amount, -e.balance_after as balance_after
           from ledger_entry e join ledger_transfer t on t.id = e.transfer_id join ledger_account a on a.id = e.account_id
           where e.owner = $1 and a.kind = 'liability'
             and (t.happened_at at time zone 'Asia/Tokyo')::date between $2 and $3
           order by t.happened_at, t.id, a.name""",
        owner,
        since,
        until,
    )
    return [dict(row) for row in rows]


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


@dataclass(frozen=True, slots=True)
class Books:
    """The operator's proof: the sums of the ledger, client money against its cover, and every balance."""

    trial: dict[str, TrialBalance]
    guard: Safeguarding
    balances: dict[str, int]


async def books(*, currency: str = "JPY") -> Books:
    """Return the zero-sum proof and the safeguarding identity. Operator's scope."""
    found = await journal.balances()
    named = {account.name: amount for account, amount in found.items() if amount}
    return Books(
        trial_balance(found), chart.safeguarding(found, currency=currency), dict(sorted(named.items()))
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: the oldest unfinished operations, unhandled events, outbox rows by queue, late payouts, switches."""

    operations: list[Row]
    events: int
    oldest_event_at: datetime | None
    outbox: dict[str, int]
    dead: int
    late: list[Row]
    switches: list[Row]


async def backlog(*, limit: int = 20) -> Backlog:
    """Return what the operator has to watch. `late`: due within two days and not on its way. Operator's scope."""
    events = await db.fetchrow(
        "select count(*), min(received_at) as at from stripe_event where handled_at is null"
    )
    assert events is not None
    queues = await db.fetch(
        "select queue, count(*) as n from outbox where done_at is null and dead_at is null group by queue"
    )
    return Backlog(
        operations=[dict(row) for row in await db.fetch(_UNFINISHED, limit)],
        events=events["count"],
        oldest_event_at=events["at"],
        outbox={row["queue"]: row["n"] for row in queues},
        dead=await db.fetchval("select count(*) from outbox where dead_at is not null"),
        late=[dict(row) for row in await db.fetch(_LATE, limit)],
        switches=[dict(row) for row in await db.fetch("select * from kill_switch order by name")],
    )


_UNFINISHED = """
select id, kind, state, reference, attempt, runs, tries, last_error, created_at, next_run_at from money_op
where state not in ('succeeded', 'failed') order by state = 'needs_human' desc, created_at limit $1
"""
_LATE = """
select i.id, i.owner, i.payer, i.title, i.net_amount, i.currency, i.due_on, p.status as payout_status, p.hold_reason
from payable_item i left join payout p on p.id = i.payout_id
where i.due_on <= business_today() + 2 and (p.status is null or p.status not in ('in_transit', 'paid', 'settled'))
order by i.due_on limit $1
"""
