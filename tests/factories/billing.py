"""Invoices of success fees: drafted and opened by the real actions."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts.billing import invoices, parties

BUYER = parties.Party("株式会社エース", "Ace Inc.", "東京都港区1-2-3", "T7123456789012", "money@ace.example")


@dataclass(frozen=True)
class Success:
    """Who owes what to whom."""

    company: str
    person: str
    claim: str
    invoice: UUID

    @property
    def reference(self) -> str:
        return f"claim:{self.claim}"


def know_buyers() -> None:
    """Let every company be the one buyer."""

    async def buyer(_company: str) -> parties.Party:
        return BUYER

    parties.knows_buyers(buyer)


async def succeed(
    *,
    fee: int = 300_000,
    bounty: int = 100_000,
    tax_bp: int = 1000,
    days: int = 30,
    company: str = "",
    person: str = "",
    claim: str = "",
    title: str = "紹介成功報酬: 経理担当の採用",
    on: date | None = None,
) -> Success:
    """Draft the invoice of a success."""
    company, person, claim = company or str(uuid4()), person or str(uuid4()), claim or str(uuid4())
    async with db.transaction(operator=True):
        made = await invoices.draft(
            company=company,
            payee=person,
            reference=f"claim:{claim}",
            title=title,
            success_on=on or await clock.today(),
            fee=yen(fee),
            tax_bp=tax_bp,
            bounty=yen(bounty),
            days_until_due=days,
        )
    return Success(company, person, claim, made)


async def opened(**named: Any) -> Success:
    """Draft an invoice and open it in our books."""
    made = await succeed(**named)
    await invoices.finalise()
    return made


async def row_of(success: Success) -> dict[str, Any]:
    """Return the row of the invoice as it stands."""
    async with db.transaction(operator=True):
        found = await invoices.of(success.reference)
    assert found is not None
    return found
