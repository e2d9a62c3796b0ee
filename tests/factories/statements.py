"""Months of approvals, payouts without the provider, and statements made by the real actions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import chart, journal, postings
from payouts.billing.parties import Party
from payouts.statements import answering, making, queries, runs

COMPANY = Party("株式会社エース", "Ace Inc.", "東京都港区1-2-3", "T7123456789012", "money@ace.example")


async def know(_company: str, payees: Sequence[str]) -> tuple[Party, Mapping[str, Party]]:
    """Name the issuer and each payee."""
    return COMPANY, {payee: Party(f"支払先 {payee[-4:]}") for payee in payees}


async def go_to(moment: datetime) -> None:
    """Move the business clock forward to a moment."""
    async with db.transaction(operator=True):
        now = await clock.now()
    await clock.advance(timedelta(seconds=round((moment - now).total_seconds()) + 1))


async def make(company: str, month: date) -> list[Any]:
    """Make a month's statements, every batch, and return their rows by number."""
    async with db.transaction(operator=True):
        count = await making.count_payees(company, month)
        run = await runs.begin(company, month, "make", total=count, asked_by="member:1")
    while await making.make_batch(run.id, know=know):
        pass
    async with db.transaction(operator=True):
        return (await queries.of_month(company, month, whole=True))[0]


async def state(company: str, month: date, know: making.Names) -> list[Any]:
    """Make a running month's statements, which finance cannot, and send them without notices."""
    async with db.transaction(operator=True):
        run = await runs.begin(company, month, "make", total=1, asked_by="member:1")
    while await making.make_batch(run.id, know=know):
        pass
    async with db.transaction(operator=True):
        rows, _found = await queries.of_month(company, month, whole=True)
        return await answering.mark_sent([row["id"] for row in rows])


async def reach_the_bank(person: str, items: Sequence[UUID], *, back: bool = False) -> UUID:
    """Post a payout of items as it arrives (or as it comes back) and note it on them, without the provider."""
    async with db.transaction(operator=True):
        amount = await db.fetchval(
            "select sum(net_amount)::bigint from payable_item where id = any($1::uuid[])", list(items)
        )
        owner, told = f"person:{person}", {"amount": yen(amount), "happened_at": await clock.now()}
        if back:
            payout = await db.fetchval("select payout_id from payable_item where id = $1", items[0])
            await journal.record(postings.returned(person, payout=str(payout), attempt=1, **told))
            await db.execute("update payout set status = 'returned' where id = $1", payout)
            return UUID(str(payout))
        payout = uuid4()
        await db.execute(
            """insert into payout (id, owner, amount, due_on, status, planned_on) values ($1, $2, $3, business_today(), 'paid',
                 business_today() - (select count(*)::int from payout where owner = $2))""",
            payout, owner, amount,
        )  # fmt: skip
        await db.execute(
            "update payable_item set payout_id = $1 where id = any($2::uuid[])", payout, list(items)
        )
        for fact in (
            postings.submit(person, payout=str(payout), attempt=1, **told),
            postings.transfer(person, payout=str(payout), attempt=1, **told),
            postings.paid(person, payout=str(payout), attempt=1, **told),
        ):
            await journal.record(fact, about=f"payout:{payout}")
        assert (await journal.held(chart.person_in_transit(person, str(payout)))).amount == 0
    return payout
