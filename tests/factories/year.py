"""A company's year of things that happen, by chance and repeatable: what is approved, cancelled, vested, paid and sent back."""

import random
from uuid import UUID, uuid4

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import bounties, funding, journal, onboarding, payables, postings
from payouts.billing import paying
from tests.factories import billing
from tests.factories.payouts import earn, seat
from tests.factories.statements import reach_the_bank

PEOPLE = 5
NUMBER = "T7123456789012"


class Year:
    """A company's year: what is approved, cancelled, vested, adjusted, paid and sent back, by chance and repeatable."""

    def __init__(self, seed: int, *, company: str = "", people: int = PEOPLE) -> None:
        self.chance = random.Random(seed)
        self.company = company or str(uuid4())
        self.people = [str(uuid4()) for _ in range(people)]
        self.owed: dict[str, list[UUID]] = {person: [] for person in self.people}
        self.arrived: list[tuple[str, list[UUID]]] = []

    async def month(self) -> None:
        """Let a month's things happen."""
        for person in self.people:
            for _ in range(self.chance.randrange(4)):
                await self._something(person)
            await self._registration(person)
            if self.owed[person] and self.chance.random() < 0.7:
                await self._pay(person)

    async def _something(self, person: str) -> None:
        kind = self.chance.choice(["fee", "fee", "small", "bounty", "cancel"])
        if kind == "bounty":
            made = await self._vest(person, self.chance.randrange(1, 300_000))
        elif kind == "cancel":
            made = await self._cancel(person)
        else:
            price = (
                self.chance.randrange(1, 200) if kind == "small" else self.chance.randrange(10_000, 1_500_000)
            )
            made = await earn(person, self.company, cost=seat(price))
        self.owed[person].append(made)

    async def _vest(self, person: str, amount: int) -> UUID:
        claim = str(uuid4())
        success = await billing.opened(
            fee=0, tax_bp=0, bounty=amount, company=self.company, person=person, claim=claim
        )
        async with db.transaction(operator=True):
            await paying.pay_from_balance(success.invoice)
            return await bounties.vest(
                person, self.company, claim=claim, tranche=claim, number=1, amount=yen(amount), title="Bounty",
                due_on=await clock.today(),
            )  # fmt: skip

    async def _cancel(self, person: str) -> UUID:
        task, contract = str(uuid4()), str(uuid4())
        async with db.transaction(operator=True):
            await funding.reserve(self.company, task=task, version=1, amount=seat().maximum)
            await funding.conclude(self.company, task=task, contract=contract, cost=seat())
            made = await payables.compensate(
                person,
                self.company,
                contract=contract,
                compensation=yen(30_000),
                due_on=await clock.today(),
                title="Cancelled",
            )
        assert made is not None
        return made

    async def _registration(self, person: str) -> None:
        if self.chance.random() < 0.3:
            number = self.chance.choice([NUMBER, None])
            await onboarding.set_tax_profile(person, kind="individual", registration_number=number)

    async def _pay(self, person: str) -> None:
        """Withhold a little more from one fee, as one base does, then let all reach the bank; some comes back."""
        items, self.owed[person] = self.owed[person], []
        await self._adjust(person, items)
        await reach_the_bank(person, items)
        if self.chance.random() < 0.15:
            await reach_the_bank(person, items, back=True)

    async def _adjust(self, person: str, items: list[UUID]) -> None:
        async with db.transaction(operator=True):
            fee = await db.fetchval(
                "select id from payable_item where id = any($1::uuid[]) and kind = 'fee' and net_amount > 1000 limit 1",
                items,
            )
            if fee is None or self.chance.random() < 0.5:
                return
            more, now = self.chance.randrange(1, 500), await clock.now()
            fact = postings.withhold_adjust(
                self.company, person, day=now.date(), more=yen(more), happened_at=now, again=f":{uuid4()}"
            )
            await journal.record(fact)
            await db.execute(
                "update payable_item set adjusted_amount = $2, net_amount = net_amount - $2 where id = $1",
                fee,
                more,
            )
