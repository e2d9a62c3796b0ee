"""A company's months in bulk: every alumnus with one approved fee and one payout a month, by the real postings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import journal, postings
from payouts.fees import SeatCost
from payouts.ledger import Transfer
from tests.factories.payouts import seat

BATCH = 500
Fact = tuple[Transfer, str]

_ITEM = """
insert into payable_item (id, owner, payer, reference, title, kind, tax_category, base_amount, tax_amount, withheld_amount,
  net_amount, due_on, payout_id)
values ($1, $2, $3, $4, 'Design', 'fee', 'design', $5, $6, $7, $8, business_today(), $9)
"""
_PAYOUT = (
    "insert into payout (id, owner, amount, due_on, status) values ($1, $2, $3, business_today(), 'paid')"
)


class Bulk:
    """A company and its people; `month` lets one month's work be approved and paid."""

    def __init__(self, company: str, people: int) -> None:
        self.company = company
        self.people = [str(uuid4()) for _ in range(people)]
        self.number = 0

    async def month(self) -> None:
        """Approve and pay one fee of each person, with yen that do not divide evenly."""
        self.number += 1
        for begin in range(0, len(self.people), BATCH):
            await self._batch(self.people[begin : begin + BATCH], begin)

    async def _batch(self, people: Sequence[str], begin: int) -> None:
        async with db.transaction(operator=True):
            now, task = await clock.now(), str(uuid4())
            works = [
                (person, str(uuid4()), uuid4(), seat(50_003 + (begin + number + self.number) % 997))
                for number, person in enumerate(people)
            ]
            whole = yen(sum(cost.maximum.amount for *_, cost in works))
            facts: list[Fact] = [
                (
                    postings.reserve(self.company, task=task, version=1, change=whole, happened_at=now),
                    f"task:{task}",
                )
            ]
            for work in works:
                facts += self._facts(task, *work, now)
            await db.executemany(
                _PAYOUT,
                [(payout, f"person:{person}", cost.to_person.amount) for person, _, payout, cost in works],
            )
            await db.executemany(_ITEM, [self._item(*work) for work in works])
            await journal.record_all(facts)

    def _facts(
        self, task: str, person: str, contract: str, payout: UUID, cost: SeatCost, now: datetime
    ) -> list[Fact]:
        work, paid = f"contract:{contract}", f"payout:{payout}"
        told: dict[str, Any] = {
            "payout": str(payout),
            "attempt": 1,
            "amount": cost.to_person,
            "happened_at": now,
        }
        return [
            (postings.conclude(self.company, task=task, contract=contract, cost=cost, happened_at=now), work),
            (
                postings.approve(self.company, person, contract=contract, part=1, cost=cost, happened_at=now),
                work,
            ),
            (postings.submit(person, **told), paid),
            (postings.transfer(person, **told), paid),
            (postings.paid(person, **told), paid),
        ]

    def _item(self, person: str, contract: str, payout: UUID, cost: SeatCost) -> tuple[Any, ...]:
        return (
            uuid4(), f"person:{person}", f"company:{self.company}", f"contract:{contract}", cost.price.amount,
            cost.tax.amount, cost.withheld.amount, cost.to_person.amount, payout,
        )  # fmt: skip
