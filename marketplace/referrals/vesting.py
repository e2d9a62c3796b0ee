"""The dated parts of a reward: planned when a success is recorded, and void when the guarantee fails before they vest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.money import Money
from marketplace.referrals.bounty_terms import Terms


@dataclass(frozen=True, slots=True)
class Part:
    """One dated part of a reward; `vest_on` is the first day on which it can become the referrer's."""

    number: int
    vest_on: date
    amount: Money


def parts_of(terms: Terms, happened_on: date) -> tuple[Part, ...]:
    """Return the parts of a reward with their days, counted from the success; none where nothing is paid out. Pure."""
    return tuple(
        Part(number, happened_on + timedelta(days=part.after_days), part.amount)
        for number, part in enumerate(terms.tranches, start=1)
    )


async def plan(success: Any, parts: Sequence[Part]) -> None:
    """Write the parts of a success's reward as unvested, in the running transaction."""
    for part in parts:
        await db.execute(
            """insert into tranche (claim_id, company_id, person_id, number, vest_on, amount, currency)
               values ($1, $2, $3, $4, $5, $6, $7)""",
            success["claim_id"],
            success["company_id"],
            success["person_id"],
            part.number,
            part.vest_on,
            part.amount.amount,
            part.amount.currency,
        )


async def void(claim: UUID) -> Money:
    """Give up every part of a claim that has not vested, in the running transaction; return their sum."""
    rows = await db.fetch(
        """update tranche set status = 'failed', hold_reason = '' where claim_id = $1 and status in ('unvested', 'held')
           returning amount, currency""",
        claim,
    )
    return Money.total(Money(row["amount"], row["currency"]) for row in rows)


async def revive(claim: UUID) -> None:
    """Let the parts wait again that an unpaid invoice had brought to nothing, in the running transaction."""
    await db.execute(
        "update tranche set status = 'unvested' where claim_id = $1 and status = 'failed'", claim
    )


async def given_up(claim: UUID) -> Money:
    """Return the sum of the parts that have come to nothing, whatever for: what the company gets back of the reward."""
    rows = await db.fetch(
        "select amount, currency from tranche where claim_id = $1 and status = 'failed'", claim
    )
    return Money.total((Money(row["amount"], row["currency"]) for row in rows), "JPY")
