"""Tell a company of its invoices: that one is there, falls due, is late; and say who a company is as a buyer."""

from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import N_
from marketplace.core.money import yen
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts.billing import parties
from payouts.billing.parties import Party

declare(
    "invoice.opened",
    title=N_("An invoice for %(amount)s, due on %(day)s"),
    body=N_(
        "For “%(title)s”. Pay by card, by bank transfer or from your balance; the page of the invoice has its paper in both languages."
    ),
    button=N_("See the invoice"),
)
declare(
    "invoice.before",
    title=N_("An invoice for %(amount)s falls due on %(day)s"),
    body=N_("For “%(title)s”. Pay by card, by bank transfer or from your balance."),
    button=N_("Pay the invoice"),
)
declare(
    "invoice.due",
    title=N_("An invoice for %(amount)s is due today"),
    body=N_("For “%(title)s”. Pay by card, by bank transfer or from your balance."),
    button=N_("Pay the invoice"),
)
declare(
    "invoice.after",
    title=N_("An invoice for %(amount)s is late"),
    body=N_(
        "For “%(title)s”. It was due on %(day)s. If it stays unpaid, your company can publish nothing new."
    ),
    button=N_("Pay the invoice"),
)
declare(
    "invoice.stop",
    title=N_("Publishing is stopped: an invoice for %(amount)s is unpaid"),
    body=N_("For “%(title)s”. It was due on %(day)s. As soon as it is paid, your company can publish again."),
    button=N_("Pay the invoice"),
)


@parties.knows_buyers
async def buyer(company: str) -> Party:
    """Return a company as an invoice names it; mail goes to its finance, or else to its owner."""
    row = await db.fetchrow(
        """select c.*, coalesce((select m.email from member m where m.company_id = c.id and m.status = 'active'
               and m.roles && array['finance', 'owner']
               order by 'finance' = any(m.roles) desc, m.created_at limit 1), '') as email
           from company c where c.id = $1""",
        UUID(company),
    )
    if row is None:
        raise LookupError(company)
    return Party(
        name=row["name"],
        name_en=row["name_en"],
        address=row["address"],
        registration_number=row["registration_number"] or "",
        email=row["email"],
    )


@outbox.handles("billing.reminder")
async def remind(job: Job, *, invoice: str, step: str) -> None:
    """Tell a company's owners and finance of a step of an invoice that is still open."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from invoice where id = $1 and status = 'open'", UUID(invoice))
        if row is not None:
            await _tell(row, step)
        await job.finish()


async def _tell(row: Any, step: str) -> None:
    members = await db.fetch(
        """select m.person_id, m.company_id, c.slug from member m join company c on c.id = m.company_id
           where 'company:' || m.company_id = $1 and m.status = 'active' and m.roles && array['owner', 'finance']""",
        row["owner"],
    )
    for member in members:
        await notify(
            f"invoice.{step}",
            person=member["person_id"],
            company=member["company_id"],
            path=f"/c/{member['slug']}/money/invoices/{row['id']}",
            dedupe=f"invoice.{step}:{row['id']}:{member['person_id']}",
            amount=yen(row["total_amount"]),
            day=row["due_on"],
            title=row["title"],
        )
