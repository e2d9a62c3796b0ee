"""What a company owes the operator of card payments that were taken back: its next money pays it, and none goes back before."""

from uuid import uuid4

from marketplace.core import clock, db
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from payouts import chart, hooks, journal, own_postings
from payouts.funding import free_balance


async def owed(company: str) -> Money:
    """Return what a company owes of payments that were taken back; invoices that are still open are no part of it."""
    account = chart.company_receivable(company)
    found = await db.fetchval(
        """select coalesce(sum(e.amount), 0)::bigint from ledger_account a join ledger_entry e on e.account_id = a.id
             join ledger_transfer t on t.id = e.transfer_id
           where a.name = $1 and a.currency = $2 and t.key ~ '^(reverse:)*(chargeback|debt_paid):'""",
        account.name,
        account.currency,
    )
    return Money(found, account.currency)


async def pay_first(company: str, *, fact: str, about: str) -> Money:
    """Pay what is owed from what is free, as far as it goes, and return how much that was.

    Runs inside the caller's transaction in the operator's scope; the same fact pays once.
    """
    await journal.lock([chart.company_balance(company), chart.company_receivable(company)])
    amount = min(await owed(company), await free_balance(company))
    if amount.amount <= 0:
        return Money.zero(amount.currency)
    posting = own_postings.debt_paid(company, fact=fact, amount=amount, happened_at=await clock.now())
    if not await journal.record(posting, about=about):
        return Money.zero(amount.currency)
    await hooks.tell("debt_paid", company=company, amount=amount, left=await owed(company))
    return amount


async def pay_from_balance(company: str) -> Money:
    """Pay what is owed from the free balance, at the company's wish; return how much that was. Raises Conflict for nothing."""
    paid = await pay_first(company, fact=str(uuid4()), about=f"company:{company}")
    if not paid:
        raise Conflict(N_("There is nothing to pay, or nothing is free to pay it with."))
    return paid


async def give_back(company: str, *, fact: str, about: str) -> None:
    """Return to the balance what was paid for a debt that is none any more: its dispute was won."""
    await journal.lock([chart.company_balance(company), chart.company_receivable(company)])
    left = await owed(company)
    if left.amount < 0:
        posting = own_postings.debt_paid(company, fact=fact, amount=left, happened_at=await clock.now())
        await journal.record(posting, about=about)


async def must_owe_nothing(company: str) -> None:
    """Raise Conflict while something is owed."""
    left = await owed(company)
    if left.amount > 0:
        raise Conflict(
            N_(
                "%(owed)s is owed for a card payment that was taken back. Pay that first; then this is possible again."
            ),
            owed=left,
        )
