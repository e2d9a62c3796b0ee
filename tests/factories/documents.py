"""Documents of every kind by the real actions, and an index with many rows that only it knows."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace import schedule
from marketplace.contracts import acceptance
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.documents.criteria import KINDS
from marketplace.funds import statements as funds_statements
from marketplace.funds import withholding
from payouts.billing import credit_notes
from payouts.statements import months, platform_invoices
from tests.factories import billing, companies, contracts, statements

assert schedule.SWEEPS  # its imports register the jobs
OPERATOR = Actor("operator", name="運営 太郎")
FIRST = date(2025, 1, 1)


@dataclass(frozen=True)
class Files:
    """A company with a document of each kind."""

    scene: contracts.Scene
    finance: Actor
    contract: UUID
    statement: UUID
    invoice: UUID
    note: UUID
    platform: UUID
    record: UUID

    @property
    def owner(self) -> str:
        return f"company:{self.scene.company}"


async def work() -> None:
    """Do all background work but the mails."""
    for queue in ("money", "work"):
        while await outbox.work_one(queue):
            pass


async def one(sql: str, *values: object) -> Any:
    """Return one value behind row-level security."""
    async with db.transaction(operator=True):
        return await db.fetchval(sql, *values)


async def filled() -> Files:
    """Make a document of each kind for one company."""
    scene = await contracts.scene(balance=500_000)
    contract = await contracts.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    await work()
    async with db.transaction(operator=True):
        month = months.first_of(await clock.today())
    [stated] = await statements.state(str(scene.company), month, funds_statements.know)
    await platform_invoices.make(str(scene.company), month)
    item = await one("select id from payable_item where payer = $1", f"company:{scene.company}")
    await statements.reach_the_bank(str(scene.person), [item])
    finance = await companies.colleague(scene.owner, scene.slug, "finance")
    await withholding.record_paper(scene.person, month.year, "ja", by=finance)
    success = await billing.opened(company=str(scene.company), person=str(scene.person))
    note = await credit_notes.give_back(
        success.invoice, yen(30_000), reason="一部返金のため", occasion="operator:1"
    )
    return Files(
        scene, finance, contract, stated["id"], success.invoice, note,
        await one("select id from platform_invoice where owner = $1", f"company:{scene.company}"),
        await one("select id from payment_record where owner = $1", f"company:{scene.company}"),
    )  # fmt: skip


async def many(owner: str, count: int, names: Sequence[str], *, seed: int = 7) -> list[dict[str, Any]]:
    """File this many made-up documents, days and amounts often equal, and return them as rows."""
    chance = random.Random(seed)
    rows = [
        {
            "owner": owner,
            "kind": chance.choice(KINDS),
            "number": f"INV-{number:06}",
            "dealt_on": FIRST + timedelta(days=chance.randrange(60)),
            "amount": 1_000 * chance.randrange(40),
            "counterparty": chance.choice(names),
        }
        for number in range(1, count + 1)
    ]
    async with db.transaction(operator=True):
        for row in rows:
            row["document_id"] = await db.fetchval(
                """insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty)
                   values ($1, $2, uuidv7(), $3, $4, $5, 'JPY', $6) returning document_id""",
                *row.values(),
            )
        await db.execute(
            "insert into document_party select distinct owner, counterparty_key from document_index on conflict do nothing"
        )
    return rows
