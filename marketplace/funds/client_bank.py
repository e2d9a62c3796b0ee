"""Money that the operator has moved from Stripe to its bank account for client money: seen there, booked here."""

from typing import Any

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.money import Money
from payouts import chart, journal, own_postings

MOST = 20
# A payout of the platform's own account that no posting knows: by its id there, or by a break that was settled.
_LEFT = """
select b.source, -b.net_amount as amount, b.currency, b.made_at from balance_transaction b
where b.account = '' and b.kind = 'payout' and b.net_amount < 0 and b.source <> '' and ($1 = '' or b.source = $1)
  and not exists (select from ledger_transfer t where t.key = 'operator_payout:' || b.source)
  and not exists (select from balance_match m where m.transaction_id = b.id)
order by b.made_at limit $2
"""


async def left_stripe(*, by: Actor) -> list[Any]:
    """Return what has left the platform's account at Stripe for a bank, and is not booked; the oldest first."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        return list(await db.fetch(_LEFT, "", MOST))


async def book(source: str, *, by: Actor) -> Money:
    """Book such a payout into the bank account for client money; return its amount.

    It is client money before and after; that it reached that account, the bank's lines must show. Raises NotFound, Conflict.
    """
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(_LEFT, source or "-", 1)
        if row is None:
            raise NotFound
        amount = Money(row["amount"], row["currency"])
        fact = own_postings.operator_payout(
            payout=source, into=chart.bank_client(), amount=amount,
            position=chart.safeguarding(await journal.balances()), happened_at=row["made_at"],
        )  # fmt: skip
        if not await journal.record(fact, about=f"operator_payout:{source}"):
            raise Conflict(N_("This is booked already."))
        await record("operator_payout.booked", f"operator_payout:{source}", by=by, amount=amount.amount)
    return amount
