"""What a person has earned: money moves from a company's reserve to the person, and an item says what for.

`approve`, `compensate` and `return_rest` run inside the caller's transaction in the company's scope.
"""

from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from payouts import chart, journal, postings
from payouts.fees import SeatCost

COMPENSATION_CATEGORY = "compensation"


async def approve(
    person: str,
    company: str,
    *,
    contract: str,
    part: int,
    cost: SeatCost,
    due_on: date,
    title: str,
    tax_category: str,
) -> UUID:
    """Owe the person for accepted work and earn the platform fee; return the id of the item.

    `cost` is the whole seat, or its part in a dispute (parts count from 1). Safe twice.
    """
    fact = postings.approve(
        company, person, contract=contract, part=part, cost=cost, happened_at=await clock.now()
    )
    if not await journal.record(fact, about=f"contract:{contract}"):
        return await _item(contract, str(part))
    return await _add_item(
        owner=f"person:{person}",
        payer=f"company:{company}",
        reference=f"contract:{contract}",
        part=str(part),
        title=title,
        kind="fee",
        tax_category=tax_category,
        base_amount=cost.price.amount,
        tax_amount=cost.tax.amount,
        withheld_amount=cost.withheld.amount,
        net_amount=cost.to_person.amount,
        currency=cost.price.currency,
        due_on=due_on,
    )


async def compensate(
    person: str, company: str, *, contract: str, compensation: Money, due_on: date, title: str
) -> UUID | None:
    """End a cancelled contract: owe its compensation, which may be zero, and return the rest of what it held.

    Out of scope of consumption tax, nothing withheld, no platform fee (money.md). Safe twice. Returns the item's
    id, or None when nothing is owed.
    """
    held = await journal.held(chart.company_reserved_contract(company, contract))
    if not held:
        return await _item(contract, "cancel") if compensation else None
    fact = postings.cancel(
        company,
        person,
        contract=contract,
        held=held,
        compensation=compensation,
        happened_at=await clock.now(),
    )
    await journal.record(fact, about=f"contract:{contract}")
    if not compensation:
        return None
    return await _add_item(
        owner=f"person:{person}",
        payer=f"company:{company}",
        reference=f"contract:{contract}",
        part="cancel",
        title=title,
        kind="compensation",
        tax_category=COMPENSATION_CATEGORY,
        base_amount=compensation.amount,
        tax_amount=0,
        withheld_amount=0,
        net_amount=compensation.amount,
        currency=compensation.currency,
        due_on=due_on,
    )


async def return_rest(company: str, *, contract: str) -> Money:
    """Give back what a contract still holds after its approved parts; return how much that was."""
    held = await journal.held(chart.company_reserved_contract(company, contract))
    if held:
        fact = postings.cancel_rest(company, contract=contract, held=held, happened_at=await clock.now())
        await journal.record(fact, about=f"contract:{contract}")
    return held


async def ask_early(person: str, item: UUID | None = None) -> int:
    """Ask for one item, or for all, before the due date; return how many are now asked for.

    Paying early, never an advance: only what is owed already. Runs in the person's scope. Raises NotFound when the
    one item is not the person's or is on its way already.
    """
    asked = await db.execute(
        """update payable_item set early_asked_at = coalesce(early_asked_at, business_now())
           where owner = $1 and payout_id is null and ($2::uuid is null or id = $2)""",
        f"person:{person}",
        item,
    )
    if item is not None and not asked:
        raise NotFound
    return asked


async def categorise(item: UUID, tax_category: str) -> None:
    """Say what kind of work an item pays, after its payout was blocked. Raises NotFound once it is on its way.

    What is withheld is corrected when the payout is planned. Runs in the company's or the operator's scope.
    """
    if not await db.execute(
        "update payable_item set tax_category = $2 where id = $1 and payout_id is null", item, tax_category
    ):
        raise NotFound


async def _item(contract: str, part: str) -> UUID:
    sql = "select id from payable_item where reference = $1 and part = $2"
    found = await db.fetchval(sql, f"contract:{contract}", part)
    if found is None:
        raise NotFound
    return UUID(str(found))


async def _add_item(**columns: Any) -> UUID:
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    sql = f"insert into payable_item ({', '.join(columns)}) values ({places}) returning id"
    return UUID(str(await db.fetchval(sql, *columns.values())))
