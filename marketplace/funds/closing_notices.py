"""What finance is told of closing: that a month waits on the third bank day, is closed, was refused, is to be opened again."""

from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.bank_days import nth_bank_day
from marketplace.core.errors import N_
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts.closing import months
from payouts.closing.months import LEDGER
from payouts.statements.months import before

REMIND_ON = 3
"""The bank day of the next month on which a month that is not closed is reminded of."""

declare(
    "closing.due",
    title=N_("The month %(month)s waits to be closed"),
    body=N_(
        "It is the third bank day, and the month is not closed yet. The checklist says what is still to do; the close makes "
        "and sends what is missing by itself."
    ),
    button=N_("Look at the checklist"),
)
declare(
    "closing.closed",
    title=N_("The month %(month)s is closed"),
    body=N_(
        "Nothing is dated into it any more. Its package is being put together and can be downloaded in a moment."
    ),
    button=N_("Look at the month"),
)
declare(
    "closing.refused",
    title=N_("The month %(month)s could not be closed"),
    body=N_("Points of the checklist that stand in the way: %(count)s. The list says what to do about each."),
    button=N_("Look at the checklist"),
)
declare(
    "closing.reopening_asked",
    title=N_("%(name)s asks to open the closed month %(month)s again"),
    body=N_("“%(reason)s” A second person has to grant it."),
    button=N_("Look at the request"),
)

_OPERATORS = "select id as person, null::uuid as company, '/operator' as at from person where is_operator"
_FINANCE = """
select m.person_id as person, m.company_id as company, '/c/' || c.slug as at
from member m join company c on c.id = m.company_id
where m.company_id = $1 and m.status = 'active' and m.roles && array['owner', 'finance']
"""


async def tell(kind: str, owner: str, month: date, *, besides: UUID | None = None, **params: Any) -> None:
    """Tell whoever may close an owner's month, in the operator's scope. A second closing is told of again."""
    company = owner.partition(":")[2]
    rows = await (db.fetch(_FINANCE, UUID(company)) if company else db.fetch(_OPERATORS))
    version = (await months.find(owner, month)).version
    for row in rows:
        if row["person"] == besides:
            continue
        await notify(
            kind,
            person=row["person"],
            company=row["company"],
            path=f"{row['at']}/closing/{month:%Y-%m}",
            dedupe=f"{kind}:{owner}:{month}:{version}:{params.get('again', '')}:{row['person']}",
            month=f"{month:%Y-%m}",
            **params,
        )


_NOT_CLOSED = """
select distinct i.payer as owner from payable_item i left join company_month m on m.owner = i.payer and m.month = $1
where i.created_at >= $1::date::timestamp at time zone 'Asia/Tokyo'
  and i.created_at < ($1::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo' and m.status is distinct from 'closed'
order by 1
"""


async def remind() -> int:
    """Remind of last month from the third bank day on, once, where it is not closed (a sweep); return whom: how many."""
    async with db.transaction(operator=True):
        today = await clock.today()
        month = before(today)
        if today < nth_bank_day(today.replace(day=1), REMIND_ON):
            return 0
        owners = [row["owner"] for row in await db.fetch(_NOT_CLOSED, month)]
        first = await months.first_month(LEDGER)
        if first is not None and first <= month and (await months.find(LEDGER, month)).status != "closed":
            owners.append(LEDGER)
        for owner in owners:
            await tell("closing.due", owner, month)
    return len(owners)
