"""Draft an invoice when a referral succeeds, and finalise it: number, posting and due date in one transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.money import Money
from payouts import journal
from payouts.billing import numbers, parties, postings, records
from payouts.billing.records import Invoice
from payouts.billing.terms import invoiced
from payouts.crash import crash_point

BATCH = 100


async def draft(
    *,
    company: str,
    payee: str,
    reference: str,
    title: str,
    success_on: date,
    fee: Money,
    tax_bp: int,
    bounty: Money,
    days_until_due: int,
) -> UUID:
    """Draft the invoice of a success in the running transaction and queue its finalising; the same reference is one invoice.

    `company` and `payee` (the referrer) are plain ids, `reference` is `claim:<uuid>`. The rate of tax is that of the
    day of success and stays. Raises Invalid and database errors for what no invoice can be (nothing to ask for).
    """
    asked = invoiced(fee, tax_bp=tax_bp, bounty=bounty)
    made = await db.fetchval(
        """insert into invoice (owner, payee, reference, title, success_on, fee_amount, tax_bp, tax_amount,
             bounty_amount, currency, days_until_due)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (reference) do nothing returning id""",
        f"company:{company}",
        f"person:{payee}",
        reference,
        title,
        success_on,
        asked.fee.amount,
        tax_bp,
        asked.tax.amount,
        asked.bounty.amount,
        fee.currency,
        days_until_due,
    )
    if made is None:
        return UUID(str(await db.fetchval("select id from invoice where reference = $1", reference)))
    await outbox.enqueue("billing.finalise", queue="money", dedupe=f"billing.finalise:{made}")
    return UUID(str(made))


async def of(reference: str) -> dict[str, Any] | None:
    """Return the row of the invoice for a reference, in the running scope; None before there is one."""
    row = await db.fetchrow("select * from invoice where reference = $1", reference)
    return dict(row) if row else None


async def finalise(most: int = BATCH) -> int:
    """Open the oldest drafts, and return how many; opens its own transaction. Safe at any time, by anybody.

    Number and posting stand or fall together, so that no number is missing and none is used twice.
    """
    async with db.transaction(operator=True):
        drafts = await records.drafts(most)
        if not drafts:
            return 0
        first = await numbers.take("invoice", len(drafts))
        numbered = list(enumerate(drafts, start=first))
        await _open(numbered)
        await _post(numbered)
        await outbox.enqueue("billing.present", queue="money", invoices=[str(one.id) for one in drafts])
        crash_point("finalise.committing")
    crash_point("finalise.committed")
    return len(drafts)


async def finalise_all() -> int:
    """The sweep behind lost jobs: open every draft, and return how many."""
    opened = 0
    while some := await finalise():
        opened += some
    return opened


Numbered = Sequence[tuple[int, Invoice]]
_OPEN = """
update invoice i set status = 'open', number = o.number, seller = $1, buyer = o.buyer, opened_at = business_now(),
  issued_on = business_today(), due_on = business_today() + i.days_until_due
from unnest($2::uuid[], $3::bigint[], $4::jsonb[]) as o(id, number, buyer) where i.id = o.id
"""


async def _open(numbered: Numbered) -> None:
    buyers = {one.company: await parties.buyer(one.company) for _, one in numbered}
    await db.execute(
        _OPEN,
        parties.seller().record,
        [one.id for _, one in numbered],
        [number for number, _ in numbered],
        [buyers[one.company].record for _, one in numbered],
    )


async def _post(numbered: Numbered) -> None:
    now = await clock.now()
    facts = [
        postings.invoice(
            one.company, one.person, number=number, claim=one.claim, amounts=one.asked, happened_at=now
        )
        for number, one in numbered
    ]
    await journal.record_all([(fact, one.about) for fact, (_, one) in zip(facts, numbered, strict=True)])
