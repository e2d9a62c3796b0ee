"""What a person has earned by a referral: a part of a bounty vests into an item; what must come back is netted from later ones.

Each runs inside the caller's transaction in the operator's scope and is safe twice. Ids are plain references; a bounty
bears no withholding (an introduction is not in the list of the Income Tax Act, art. 204), and its tax, if any, is in it.
"""

from datetime import date
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.money import Money
from payouts import journal
from payouts.billing import postings

TAX_CATEGORY = "bounty"


async def vest(
    person: str,
    company: str,
    *,
    claim: str,
    tranche: str,
    number: int,
    amount: Money,
    title: str,
    due_on: date,
) -> UUID:
    """Owe the person a part of a bounty, less what has to come back of earlier ones; return the item's id."""
    about = f"claim:{claim}"
    fact = postings.vest(person, claim=claim, tranche=tranche, amount=amount, happened_at=await clock.now())
    if await journal.record(fact, about=about):
        item = await db.fetchval(
            """insert into payable_item (owner, payer, reference, part, title, kind, tax_category, base_amount, net_amount,
                 currency, due_on)
               values ($1, $2, $3, $4, $5, 'bounty', $6, $7, $7, $8, $9) returning id""",
            f"person:{person}",
            f"company:{company}",
            about,
            str(number),
            title,
            TAX_CATEGORY,
            amount.amount,
            amount.currency,
            due_on,
        )
        await _net(person, item, tranche, amount)
    else:
        item = await db.fetchval(
            "select id from payable_item where reference = $1 and part = $2", about, str(number)
        )
    return UUID(str(item))


async def claw_back(person: str, company: str, *, tranche: str, amount: Money) -> bool:
    """Ask a vested part back: a receivable that only later bounties pay; False when it was asked before."""
    fact = postings.clawback(company, person, tranche=tranche, amount=amount, happened_at=await clock.now())
    if not await journal.record(fact, about=f"tranche:{tranche}"):
        return False
    await db.execute(
        "insert into bounty_clawback (tranche, owner, payer, amount, currency) values ($1, $2, $3, $4, $5)",
        tranche,
        f"person:{person}",
        f"company:{company}",
        amount.amount,
        amount.currency,
    )
    return True


async def _net(person: str, item: UUID, tranche: str, amount: Money) -> None:
    """Keep of a new bounty what earlier ones must give back, the oldest first, and credit each one's company."""
    left = amount
    for row in await db.fetch(
        """select * from bounty_clawback where owner = $1 and currency = $2 and recovered_amount < amount
           order by made_at, tranche for update""",
        f"person:{person}",
        amount.currency,
    ):
        part = min(left, Money(row["amount"] - row["recovered_amount"], row["currency"]))
        if not part:
            break
        await journal.record(
            postings.netted(
                row["payer"].removeprefix("company:"),
                person,
                tranche=f"{row['tranche']}:{tranche}",
                amount=part,
                happened_at=await clock.now(),
            ),
            about=f"tranche:{row['tranche']}",
        )
        await db.execute(
            "update bounty_clawback set recovered_amount = recovered_amount + $2 where tranche = $1",
            row["tranche"],
            part.amount,
        )
        left -= part
    if left != amount:
        await db.execute(
            "update payable_item set netted_amount = $2, net_amount = net_amount - $2 where id = $1",
            item,
            (amount - left).amount,
        )
