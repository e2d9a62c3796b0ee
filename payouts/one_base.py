"""What is withheld where several fees of one company reach one person on one day: together they are one base.

The law counts on the day of payment, which is the day of arrival: a payout knows that day when it starts.
"""

import logging
from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.money import Money
from payouts import journal, postings
from payouts.lead import TRANSFER, arrives_on
from payouts.tax import Grouped, Payment, grouped
from payouts.tax_category import Payee, Withheld, treatment

log = logging.getLogger(__name__)


async def lock(*owners: str) -> None:
    """Let nobody else plan or start payouts of these people until the transaction ends; taken in their order."""
    sql = (
        "select pg_advisory_xact_lock(hashtextextended('plan:' || owner, 0)) from unnest($1::text[]) as owner"
    )
    await db.execute(sql, sorted(owners))


async def withhold(payout: UUID, *, started_on: date, pay_on: date | None = None) -> None:
    """Say on which day a payout arrives, and withhold from its fees what is due with all others of that day.

    `pay_on` is that day where a bank transfer file names it. What lies on the person's account needs no transfer first. The signed difference is posted and taken from this payout, for the others are on their way. What lies on the
    person's account already is not changed any more. Runs in the operator's scope; safe twice.
    """
    sql = """update payout set pay_on = coalesce($4, case when transferred then $2::date else $3::date end)
             where id = $1 returning *"""
    row = await db.fetchrow(sql, payout, arrives_on(started_on), arrives_on(started_on + TRANSFER), pay_on)
    assert row is not None
    await lock(row["owner"])
    if row["transferred"]:
        return
    fees: defaultdict[str, list[Any]] = defaultdict(list)
    for fee in await _fees(row):
        fees[fee["payer"]].append(fee)
    for group in grouped(_payment(fee, row["pay_on"]) for together in fees.values() for fee in together):
        ours = [fee for fee in fees[group.payer] if fee["payout_id"] == payout]
        if ours and group.more:
            await _take(row, group, ours)


_FEES = """
select i.* from payable_item i join payout p on p.id = i.payout_id
where i.kind = 'fee' and (p.id = $1 or (p.owner = $2 and p.currency = $3 and p.pay_on = $4
  and (p.status in ('submitting', 'unknown', 'in_transit', 'paid', 'settled')
    or exists (select from transfer_row r where r.payout_id = p.id and r.status = 'waiting'))))
order by i.id
"""


async def _fees(payout: Any) -> list[Any]:
    kind = await db.fetchval("select kind from payee where owner = $1", payout["owner"])
    payee, pay_on = Payee(kind or "individual"), payout["pay_on"]
    rows = await db.fetch(_FEES, payout["id"], payout["owner"], payout["currency"], pay_on)
    return [row for row in rows if isinstance(treatment(row["tax_category"], payee, on=pay_on), Withheld)]


def _payment(fee: Any, pay_on: date) -> Payment:
    withheld = Money(fee["withheld_amount"] + fee["adjusted_amount"], fee["currency"])
    return Payment(fee["payer"], fee["owner"], pay_on, Money(fee["base_amount"], fee["currency"]), withheld)


async def _take(payout: Any, group: Grouped, fees: list[Any]) -> None:
    """Post the difference, and share it among this payout's fees by their bases; the largest takes the remainder."""
    again = f":{payout['id']}:{payout['attempt'] + 1}"
    company, person = group.payer.partition(":")[2], group.payee.partition(":")[2]
    told: dict[str, Any] = {"day": group.pay_on, "more": group.more, "happened_at": await clock.now()}
    fact = postings.withhold_adjust(company, person, **told)
    if await journal.find(fact.key) is not None:
        fact = postings.withhold_adjust(company, person, again=again, **told)
    try:
        await journal.record(fact, about=payout["owner"])
    except journal.Overdrawn:
        # Too much was withheld, and the company has spent what it got back: the rest is paid in time all the same.
        log.exception("%s is not given back to %s", group.more, group.payee)
        return
    left, base = group.more.amount, sum(fee["base_amount"] for fee in fees)
    sign, size = (1, left) if left > 0 else (-1, -left)
    *others, largest = sorted(fees, key=lambda fee: (fee["base_amount"], fee["id"]))
    for fee in others:
        part = sign * (size * fee["base_amount"] // base)
        left -= part
        await _adjust(fee["id"], part)
    await _adjust(largest["id"], left)
    await db.execute("update payout set amount = amount - $2 where id = $1", payout["id"], group.more.amount)


async def _adjust(item: UUID, more: int) -> None:
    await db.execute(
        """update payable_item set adjusted_amount = adjusted_amount + $2, net_amount = net_amount - $2
           where id = $1""",
        item,
        more,
    )
